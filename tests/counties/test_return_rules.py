"""审核、退回、回执：by parts, exception by exception, department by department."""

from datetime import timedelta

import pytest
from django.urls import reverse

from counties.models import Review
from counties.sweeps import receive_silent_filings
from disclosure.demonstration import pdf
from portal.models import Event
from portal.rules import Refused
from tests import builders

LOW = [("物流", "logistics", 500), ("农产品", "produce", 700), ("工业品", "goods", 400), ("培训", "training", 400)]
LOW = [(f"{name}（演示）", kind, "service", "purchase", wan, "目标", 1, "个") for name, kind, wan in LOW]
POINTS = [{"part": "line:3", "label": "第 3 行", "reason": "目标不可考核"}]


def test_A_111p_A_111r_a_return_names_its_parts_and_each_is_answered(cast):
    plan = _in_city_review(cast)
    review = plan.current_reviews("city").get(bureau="finance")
    with pytest.raises(Refused, match="A-111p"):
        review.send_back(by=cast.zhumadian_finance, opinion="请修改")
    review.send_back(by=cast.zhumadian_finance, opinion="请修改", points=POINTS)
    plan.refresh_from_db()
    with pytest.raises(Refused, match="A-111r"):
        plan.send(by=cast.clerk)
    plan.answer_points(by=cast.clerk, answers={review.points.get().pk: "已改为可考核的目标"})
    plan.send(by=cast.clerk)
    assert plan.status == "countersign"


def test_A_204_the_city_consents_to_each_exception_and_the_public_sees_why(cast, client):
    plan = _in_city_review(cast, LOW, reason="已有省级物流园辐射本县")
    review = plan.current_reviews("city").get(bureau="commerce")
    with pytest.raises(Refused, match="尚未勾选.*A-204"):
        review.agree(by=cast.zhumadian_commerce, opinion="同意")
    review.agree(by=cast.zhumadian_commerce, opinion="同意", consents=["A-204"])
    assert (review.status, review.consents) == ("agreed", ["A-204"])
    page = client.get(reverse("public-plan", args=[plan.county.region.code, plan.version])).content.decode()
    assert "已有省级物流园辐射本县" in page


def test_A_112_three_departments_give_three_numbered_receipts(cast):
    plan = builders.recorded_plan(cast)
    numbers = set(plan.current_reviews("province").values_list("receipt_no", flat=True))
    assert len(numbers) == 3 and all(number.startswith("HZ2020") for number in numbers)


def test_A_112_the_province_returns_for_correction_with_what_is_missing(cast):
    plan = _filed(cast)
    review = plan.current_reviews("province").get(bureau="finance")
    with pytest.raises(Refused, match="A-111p"):
        review.send_back(by=cast.henan_finance, opinion="材料不全")
    review.send_back(by=cast.henan_finance, opinion="材料不全", points=POINTS)
    plan.refresh_from_db()
    assert plan.status == "returned" and review.points.count() == 1 and review.receipt_no
    assert review.correct_by > review.decided_at.date()


def test_A_112_silence_of_ten_working_days_counts_as_receipt(cast):
    plan = _filed(cast)
    _, last = plan.current_reviews("province").first().receipt_due()
    builders.go_to(last)
    receive_silent_filings(last)
    plan.refresh_from_db()
    assert plan.status == "filed"
    builders.go_to(last + timedelta(days=1))
    receive_silent_filings(last + timedelta(days=1))
    plan.refresh_from_db()
    silent = plan.current_reviews("province").filter(status=Review.Status.SILENT)
    assert plan.status == "recorded" and silent.count() == 3 and all(review.receipt_no for review in silent)
    event = Event.objects.about(silent.first()).last()
    assert event.by is None and event.office_name == "系统"


def test_A_112_the_sealed_scan_is_kept_and_shown(cast, as_user):
    plan = _filed(cast)
    filing = plan.filings.get()
    client = as_user(cast.zhumadian_commerce)
    address = reverse("filing-scan", args=[filing.pk])
    assert client.post(address, {"scan": pdf("盖章件.pdf")}).status_code == 302
    filing.refresh_from_db()
    assert filing.sealed_scan.name == "盖章件.pdf"
    assert filing.sealed_scan.sha256 in client.get(address).content.decode()


def _in_city_review(cast, lines=builders.LINES, reason=""):
    s = builders.story()
    plan = s.draft(lines)
    s.send(plan, reason), s.opinions(plan, "county"), s.approve(plan), s.over(plan.notice)
    builders.go_to(s.today)
    plan.refresh_from_db()
    return plan


def _filed(cast):
    plan = _in_city_review(cast)
    s = builders.story()
    s.opinions(plan, "city"), s.file(plan)
    plan.refresh_from_db()
    return plan
