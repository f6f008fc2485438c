"""make bench: the money board and what stands behind it, with 100 counties and 10,000 to 1,000,000 legs."""

import time
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import Region, Scope
from counties.models import County
from funds.models import Leg
from funds.sweeps import differences
from tests import builders
from tests.bench.test_bench import measure

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

COUNTIES = 100
SIZES = (10_000, 100_000, 1_000_000)
P95 = 300  # ms: the first page and a drill-down
LATEST = date(2023, 6, 30)
LEGS = """
WITH posted AS (
    INSERT INTO funds_posting (county_id, content_type_id, object_id, words, at, reason)
    SELECT (%(counties)s::bigint[])[1 + n %% %(n_counties)s], %(kind)s, %(from)s + n, '演示分录 ' || n,
           timestamp '2020-09-01' + (n %% 1000) * interval '1 day' + interval '9 hours', ''
    FROM generate_series(0, %(postings)s - 1) AS n RETURNING id, county_id, object_id, at
)
INSERT INTO funds_leg (posting_id, county_id, account, source, fund_line_id, amount, day)
    SELECT posted.id, posted.county_id, leg.account, 'central',
           CASE WHEN leg.account = 'spent' THEN (%(lines)s::bigint[])[1 + object_id %% %(n_lines)s] END,
           leg.sign * (100 + object_id %% 900), posted.at::date
    FROM posted, LATERAL (VALUES
        (CASE WHEN object_id %% 10 = 0 THEN 'treasury' ELSE 'spent' END, 1),
        (CASE WHEN object_id %% 10 = 0 THEN 'source' ELSE 'treasury' END, -1)) AS leg (account, sign)
"""
ROLL_UP = """
TRUNCATE funds_balance;
INSERT INTO funds_balance (county_id, account, source, fund_line_id, month, debit, credit, legs)
    SELECT county_id, account, source, fund_line_id, date_trunc('month', day)::date,
        coalesce(sum(amount) FILTER (WHERE amount > 0), 0), coalesce(-sum(amount) FILTER (WHERE amount < 0), 0), count(*)
    FROM funds_leg GROUP BY 1, 2, 3, 4, 5
"""


@pytest.fixture
def province(cast):
    """100 counties of the batch that the province sees; their fund lines are those of one plan, shared."""
    plan = builders.recorded_plan(cast)
    here = list(County.objects.all())
    regions = [
        Region(
            code=f"49{n:04d}",
            name=f"演示县{n}",
            level=Region.Level.COUNTY,
            parent=cast.county.region.parent,
            valid_from=date(2020, 1, 1),
        )
        for n in range(COUNTIES - len(here))
    ]
    Region.objects.bulk_create(regions)
    made = County.objects.bulk_create(
        [County(batch=cast.county.batch, region=region, central_total=20_000_000) for region in regions]
    )
    Scope.objects.bulk_create([Scope(user=cast.henan_finance, region=region) for region in regions])
    yield cast, [county.pk for county in here + made], list(plan.lines.values_list("pk", flat=True))


def fill(cast, counties, lines, legs):
    """Up to `legs` rows: written at once, the triggers resting, then rolled up in one statement."""
    have = Leg.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("funds_leg", "funds_posting"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SELECT id FROM django_content_type WHERE model = 'county'")
        kind = cursor.fetchone()[0]
        cursor.execute(LEGS, {"counties": counties, "n_counties": len(counties), "lines": lines, "n_lines": len(lines),
                              "kind": kind, "from": 1_000_000 + have, "postings": (legs - have) // 2})  # fmt: skip
        cursor.execute(ROLL_UP)
        for table in ("funds_leg", "funds_posting"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE funds_leg, funds_balance, funds_posting")


def test_the_board_of_a_province(province, capsys):
    cast, counties, lines = province
    builders.go_to(LATEST)
    client = Client()
    client.force_login(cast.henan_finance)
    pages = {
        "board": "/money/",
        "past day": "/money/?on=2022-11-17",
        "county": f"/money/counties/{cast.county.pk}/",
        "paid": "/money/paid/",
        "paid, county": f"/money/paid/?county={cast.county.pk}",
        "paid, past": "/money/paid/?on=2022-11-17",
        "ledger": f"/counties/{cast.county.pk}/ledger/",
    }
    seen = {}
    for size in SIZES:
        fill(cast, counties, lines, size)
        assert Leg.objects.count() >= size - 1
        for words, path in pages.items():
            seen[words, size] = measure(client, path)
    before = time.perf_counter()
    assert differences() == []
    call_command("recount")
    with capsys.disabled():
        print(f"\n{'page':<14}" + "".join(f"{size:>22,}" for size in SIZES) + "   growth")
        for words in pages:
            figures = [seen[words, size] for size in SIZES]
            print(f"{words:<14}" + "".join(f"{p95 * 1000:>11.0f} ms {queries:>3} qu." for _, p95, queries in figures)
                  + f"   × {figures[-1][1] / figures[0][1]:.1f}")  # fmt: skip
        print(f"recount twice of 1,000,000 legs: {time.perf_counter() - before:.1f} s")
    for words in pages:
        _, p95, queries = seen[words, SIZES[-1]]
        if words != "ledger":
            assert p95 * 1000 < P95 and queries <= 20, (words, p95, queries)
            assert p95 / seen[words, SIZES[0]][1] <= SIZES[-1] / SIZES[0]
