"""make bench: a trial balance, a statement and the register of the money over 100,000 legs of one county."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.urls import reverse

from funds.models import Account, Leg, Posting, Source
from portal import clock
from tests import builders
from tests.bench.test_bench import measure

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

POSTINGS, QUERIES = 50_000, 15
P95 = 0.5  # far past a real county (2,400 payments in a whole province): even here no page takes half a second


def said(words):
    print(f"\n{words}")  # noqa: T201  the figures are what this is for


def book_many(payment):
    """Fifty thousand bookings of private money over a year, 0.01 元 each, as the ledger keeps them."""
    kind, county = ContentType.objects.get_for_model(ContentType), payment.county
    first = clock.today() - timedelta(days=365)
    where = {"agreement": payment.agreement, "fund_line": payment.project.fund_line, "stage": payment.stage}
    for start in range(0, POSTINGS, 5000):
        postings = Posting.objects.bulk_create(
            Posting(county=county, content_type=kind, object_id=10**6 + n, words=f"演示第 {n} 笔")
            for n in range(start, start + 5000)
        )
        legs = []
        for n, posting in enumerate(postings, start):
            common = {"posting": posting, "county": county, "day": first + timedelta(days=n * 365 // POSTINGS)}
            legs.append(Leg(account=Account.SPENT, source=Source.PRIVATE, amount="0.01", **where, **common))
            legs.append(Leg(account=Account.SOURCE, source=Source.PRIVATE, amount="-0.01", **common))
        Leg.objects.bulk_create(legs)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE")


def test_pages_over_100000_legs(cast):
    payment = builders.paid_payment(cast)
    book_many(payment)
    client = Client()
    client.force_login(cast.finance)
    statement = reverse("statement-detail", args=[cast.county.pk])
    since = f"since={clock.today() - timedelta(days=400)}"
    pages = {
        "科目余额表": f"{reverse('trial-balance-list')}?{since}",
        "总账": reverse("ledger-detail", args=[cast.county.pk]),
        "明细账第一页": f"{statement}?account=spent&{since}",
        "明细账最后一页": f"{statement}?account=spent&{since}&page=1001",
        "明细账全部科目": f"{statement}?{since}",
        "资金台账": reverse("fund-register-list"),
    }
    empty, _, _ = measure(Client(), reverse("healthz"))
    figures = {words: measure(client, url) for words, url in pages.items()}
    for words, (median, p95, queries) in figures.items():
        times = f"中位 {median * 1000:.0f} ms，p95 {p95 * 1000:.0f} ms，空页的 {median / empty:.0f} 倍"
        said(f"{2 * POSTINGS} 行分录 · {words}：{times}，{queries} 次查询")
    assert all(p95 < P95 for _, p95, _ in figures.values())
    assert figures["科目余额表"][2] <= QUERIES and figures["资金台账"][2] <= QUERIES
