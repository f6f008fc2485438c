"""审核、退回、例外、回执、变更、县级制度文件：the rules that this part of the notice gives."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from acceptance.models import Application
from counties.models import County, CountyDocument, Filing, Plan, Review
from counties.rules import change as change_rules
from counties.rules import county as county_rules
from counties.sweeps import receive_silent_filings
from disclosure import column
from disclosure.demonstration import WAN, pdf
from notices.models import Notice
from portal import workdays
from portal.models import Attachment, Event
from portal.rules import UPHELD, Kind, Refused, breaches
from projects.models import Agreement, Project
from tests import builders
from tests.counties.test_plan_rules import _city_reviewed, _publicised, lines_of

POINTS = [
    {"part": "chapter:training", "label": "培训", "reason": "没有跟踪服务措施"},
    {"part": "line:3", "label": "第 3 行", "reason": "绩效目标不可考核"},
]


# --- 市级审核：退回和例外 --------------------------------------------------------------------------------------------
def test_A_111_a_city_return_names_its_parts_and_the_county_answers_each(cast):
    plan = _with_the_city(cast)
    finance = plan.current_reviews("city").get(bureau="finance")
    with pytest.raises(Refused, match="A-111p"):
        finance.send_back(by=cast.zhumadian_finance, opinion="请修改")
    finance.send_back(by=cast.zhumadian_finance, opinion="请修改", points=POINTS)
    plan.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        plan.send(by=cast.clerk)
    assert [breach.rule.id for breach in refusal.value.breaches] == ["A-111r", "A-111r"]
    first, second = plan.last_return_points()
    plan.answer_points(by=cast.clerk, answers={first.pk: "已补充跟踪服务一节"})
    assert [breach.wrong for breach in plan.missing_before_send()] == ["退回意见“第 3 行”尚未答复办理情况"]
    plan.answer_points(by=cast.clerk, answers={second.pk: "目标改为培训 3000 人次"})
    plan.send(by=cast.clerk)
    assert Event.objects.about(plan).filter(words="答复退回意见").count() == 2


def test_a_return_point_without_a_reason_is_refused_by_the_database(cast):
    plan = _with_the_city(cast)
    with pytest.raises(IntegrityError, match="A_111_return_point"), transaction.atomic():
        plan.current_reviews("city").first().points.create(part="line:1", label="第 1 行", reason="")


def test_A_204_A_207_A_209_the_city_consents_to_each_exception_by_its_own_tick(cast):
    s = builders.story()
    plan = s.draft(lines_of(100, 100, 100, 1700))
    s.send(plan, "以培训为主，物流等已有基础")
    s.opinions(plan, "county")
    s.approve(plan)
    s.over(plan.notice)
    plan.refresh_from_db()
    assert [breach.rule.id for breach in plan.exceptions()] == ["A-204", "A-207", "A-209"]
    review = plan.current_reviews("city").get(bureau="commerce")
    with s.day():
        with pytest.raises(Refused) as refusal:
            review.agree(by=cast.zhumadian_commerce, consents=["A-204"])
        assert {breach.rule.id for breach in refusal.value.breaches} == {"A-207", "A-209"}
        review.agree(by=cast.zhumadian_commerce, consents=["A-204", "A-207", "A-209"])
    assert review.consents == ["A-204", "A-207", "A-209"]


def test_A_307_less_matching_than_promised_needs_a_reason(cast):
    cast.county.edit(by=cast.clerk, matching_promised=Decimal("3000000"))
    plan = builders.draft_plan(cast)
    with pytest.raises(Refused, match="少 1000000.00 元.*A-307"):
        plan.send(by=cast.clerk)
    with pytest.raises(Refused, match="A-307"):
        County.objects.get(pk=cast.county.pk).edit(by=cast.clerk, matching_promised=Decimal("0"))
    plan.send(by=cast.clerk, reason="其余配套列入下年预算")
    assert "A-307" in Event.objects.about(plan).last().excused


# --- 备案：扫描件和回执 ----------------------------------------------------------------------------------------------
def test_A_112_the_sealed_scan_is_kept_beside_the_filing_with_both_digests(cast):
    plan = _city_reviewed(cast)
    filing = plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕12号")
    assert list(Filing.objects.without_sealed_scan()) == [filing]
    scan = Attachment.keep(pdf("盖章.pdf"), region=plan.region, by=cast.zhumadian_commerce)
    filing.keep_sealed_scan(scan, by=cast.zhumadian_commerce)
    data = Event.objects.about(plan).last().data
    assert data["sha256"] == ["", scan.sha256] and data["plan_digest"] == plan.digest()


def test_A_112_each_department_has_its_own_receipt_number_and_a_return_lists_what_is_missing(cast):
    plan = _filed(cast)
    s = builders.story()
    commerce, finance, _ = (
        plan.current_reviews("province").get(bureau=bureau) for bureau in ("commerce", "finance", "poverty")
    )
    commerce.agree(by=cast.henan_commerce, receipt_no="豫商备〔2020〕7号")
    assert commerce.receipt_no == "豫商备〔2020〕7号"
    with pytest.raises(Refused, match="A-111p"):
        finance.send_back(by=cast.henan_finance, opinion="缺材料")
    finance.send_back(by=cast.henan_finance, opinion="缺材料", points=POINTS[:1])
    assert finance.receipt_no.startswith("HZ2020")
    assert finance.correct_by == workdays.add_workdays(s.today, 5)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.RETURNED and plan.last_return_points().count() == 1


def test_A_112_silence_after_ten_working_days_counts_as_received_by_the_system(cast):
    plan = _filed(cast)
    filing = plan.filings.get()
    plan.current_reviews("province").get(bureau="commerce").agree(by=cast.henan_commerce)
    last = workdays.add_workdays(filing.filed_on, 10)
    builders.go_to(last)
    receive_silent_filings(last)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.FILED
    builders.go_to(last + timedelta(days=1))
    receive_silent_filings(last + timedelta(days=1))
    receive_silent_filings(last + timedelta(days=1))
    plan.refresh_from_db()
    assert plan.status == Plan.Status.RECORDED
    silent = plan.reviews.filter(status=Review.Status.SILENT)
    assert silent.count() == 2 and not silent.exclude(decided_by=None).exists()
    assert {event.office_name for review in silent for event in Event.objects.about(review)} == {"系统"}


# --- 变更 ------------------------------------------------------------------------------------------------------------
def test_A_326_a_change_of_the_money_is_named_as_such_and_reported(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk, types=["content"], reason="线路合并")
    assert not change.funds_differ()
    _move_money(cast, change)
    with pytest.raises(Refused, match="A-326"):
        change.send(by=cast.clerk)
    change.edit(by=cast.clerk, revision=change.revision, fields={"change_types": ["content", "funds"]})
    change.send(by=cast.clerk)
    assert "counties.models.plan.Plan._take_effect" in UPHELD["A-326"]


def test_A_415_no_change_takes_effect_before_the_province_has_it(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk, types=["content"], reason="线路合并")
    assert breaches([change_rules.received_before_effect], change)
    with pytest.raises(Refused, match="A-415"):
        change._take_effect(by=None)
    with pytest.raises(IntegrityError, match="A_107"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(status="replaced")
        Plan.objects.filter(pk=change.pk).update(
            status="recorded", recorded_at=plan.recorded_at, content_hash=plan.content_hash
        )


def test_A_325_acceptance_and_payment_stop_while_a_change_touches_their_line(cast):
    application = builders.clear_application(cast)
    s = builders.story()
    payment = s.publicised_payment(application)
    builders.go_to(s.today)
    plan = Plan.objects.in_force().get(county=cast.county)
    change = plan.begin_change(by=cast.clerk, types=["funds"], reason="调整线路资金")
    line = application.project.fund_line
    assert line.open_change() is None  # a change that leaves the line alone stops nothing
    with transaction.atomic():
        _move_money(cast, change)
        assert line.open_change() == change
        with pytest.raises(Refused, match="A-325"):
            payment.pay(by=cast.finance, voucher_no="演示凭证")
        assert any("A-325" in str(breach) for breach in breaches(Application.BEFORE_CONCLUDE, application))
        assert any("A-325" in str(breach) for breach in breaches(Application.BEFORE_SUBMIT, application))
    change.withdraw(by=cast.clerk, reason="不再调整")
    payment.pay(by=cast.finance, voucher_no="演示凭证")


def test_A_104_a_change_of_the_contractor_says_that_procurement_follows(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk, types=["contractor"], reason="原单位退出")
    shown = [breach for breach in change.missing_before_send() if breach.rule.id == "A-104c"]
    assert shown and shown[0].rule.kind is Kind.RECORD
    change.send(by=cast.clerk)  # told, not refused


def test_A_104_a_withdrawn_change_keeps_its_number_and_makes_room_for_the_next(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk, types=["content"], reason="线路合并")
    with pytest.raises(Refused, match="已有一个正在办理的方案变更"):
        plan.begin_change(by=cast.clerk)
    change.withdraw(by=cast.government, reason="另行研究")
    assert change.status == Plan.Status.WITHDRAWN
    following = plan.begin_change(by=cast.clerk, types=["content"], reason="线路合并")
    assert following.version == 3
    with pytest.raises(IntegrityError, match="A-103"), transaction.atomic():
        change.lines.update(central_amount=1)


def test_A_415_a_change_that_the_province_has_cannot_be_withdrawn_but_refused(cast):
    plan = builders.recorded_plan(cast)
    change = _filed_change(cast, plan)
    with pytest.raises(Refused, match="P-001"):
        change.withdraw(by=cast.clerk, reason="反悔")
    review = change.current_reviews("province").get(bureau="commerce")
    review.reject(by=cast.henan_commerce, opinion="变更理由不充分")
    change.refresh_from_db(), plan.refresh_from_db()
    assert (change.status, plan.status) == (Plan.Status.REJECTED, Plan.Status.RECORDED)
    assert plan.begin_change(by=cast.clerk).version == 3


def test_a_first_plan_is_received_or_returned_never_rejected_or_withdrawn(cast):
    plan = _filed(cast)
    with pytest.raises(Refused, match="不作不予认可"):
        plan.current_reviews("province").first().reject(by=cast.henan_commerce, opinion="不认可")
    with pytest.raises(Refused, match="A-103"):
        plan.withdraw(by=cast.clerk, reason="反悔")


# --- 县级制度文件、公开 -----------------------------------------------------------------------------------------------
def test_A_404_no_agreement_is_signed_before_both_management_rules_are_public(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().accepted_agreement(project)
    CountyDocument.objects.of_kind("project_rules").update(published_on=None)
    agreement = Agreement.objects.get(pk=agreement.pk)
    with pytest.raises(Refused, match="项目管理办法.*A-404"):
        agreement.sign(by=cast.government)
    rules = cast.county.documents.get(kind="project_rules")
    rules.publish(by=cast.clerk, site_url="https://queshan.example.invalid/banfa")
    Agreement.objects.get(pk=agreement.pk).sign(by=cast.government)
    with pytest.raises(IntegrityError, match="A_404"), transaction.atomic():
        CountyDocument.objects.of_kind("fund_rules").update(site_url="")


def test_A_402_A_403_A_210_A_491_missing_orders_are_shown_and_refuse_nothing(cast):
    found = breaches(county_rules.RECORDS, cast.county)
    assert {breach.rule.id for breach in found} == {"A-402", "A-403", "A-210", "A-491"}
    assert all(breach.rule.kind is Kind.RECORD for breach in found)
    builders.draft_plan(cast)  # the story files the leading group's paper and the duties
    found = breaches(county_rules.RECORDS, County.objects.get(pk=cast.county.pk))
    assert {breach.rule.id for breach in found} == {"A-210", "A-491"}


def test_A_442_no_filing_before_the_county_has_its_column(cast):
    plan = _city_reviewed(cast)
    County.objects.filter(pk=plan.county_id).update(column_url="")
    with pytest.raises(Refused, match="A-442"):
        Plan.objects.get(pk=plan.pk).file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕1号")
    County.objects.filter(pk=plan.county_id).update(column_url="https://queshan.example.invalid/dsjnc/")
    Plan.objects.get(pk=plan.pk).file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕1号")


def test_A_444_a_monthly_report_waits_until_what_is_due_is_public(cast):
    builders.recorded_plan(cast)
    report = builders.owed_report(cast)
    assert not [breach for breach in report.missing_before_submit() if breach.rule.id == "A-444"]
    CountyDocument.objects.of_kind("fund_rules").update(published_on=None)
    report = builders.owed_report(cast)
    with pytest.raises(Refused, match="资金管理办法.*A-444"):
        report.submit(by=cast.liaison, reason="先报")
    assert [shown for _, _, shown in column.completeness(cast.county)][:4] == [True, False, False, True]


def test_B_611_B_712_one_column_shows_all_seven_classes_in_one_place(cast):
    builders.recorded_plan(cast)
    classes = column.seven_classes(cast.county)
    assert [item.sign for item in classes] == list("①②③④⑤⑥⑦")
    assert [item.is_complete for item in classes] == [shown for _, _, shown in column.completeness(cast.county)]
    assert "disclosure.column.seven_classes" in UPHELD["B-611"] and "B-712" in UPHELD


def test_B_604_a_project_starts_only_with_its_time_limits(cast):
    project = builders.selected_project(cast)
    Project.objects.filter(pk=project.pk).update(planned_end=None)
    wrong = Project.objects.get(pk=project.pk).missing_before_start()  # B-604 is the national text of A-411
    assert (
        "A-411" in {breach.rule.id for breach in wrong} and "projects.models.project.Project.start" in UPHELD["B-604"]
    )


def test_A_102_the_snapshot_of_the_county_page_is_kept_with_its_digest(cast):
    plan = _publicised(cast)
    snapshot = Attachment.keep(pdf("官网截图.pdf"), region=plan.region, by=cast.government)
    plan.notice.keep_snapshot(snapshot, by=cast.government)
    notice = Notice.objects.get(pk=plan.notice_id)
    assert notice.snapshot == snapshot and snapshot.is_public
    assert notice.frozen_digest == notice.digest()  # evidence is no part of the frozen text
    assert Event.objects.about(notice).last().data["sha256"] == ["", snapshot.sha256]


def _with_the_city(cast):
    plan = _publicised(cast)
    s = builders.story()
    s.over(plan.notice)
    builders.go_to(s.today)
    plan.refresh_from_db()
    return plan


def _filed(cast):
    plan = _city_reviewed(cast)
    plan.file(by=cast.zhumadian_commerce, doc_no="驻商〔2020〕12号")
    return plan


def _filed_change(cast, plan):
    change = plan.begin_change(by=cast.clerk, types=["content"], reason="线路随村组合并")
    s = builders.story()
    s.send(change)
    s.opinions(change, "county")
    s.approve(change, decision_file=plan.plan_file)
    s.opinions(change, "city")
    s.file(change, doc_no="驻商〔2020〕13号")
    change.refresh_from_db()
    return change


def _move_money(cast, change):
    """100 万元 from the first line to the second."""
    rows = []
    for line in change.lines.order_by("no"):
        names = ("name", "direction", "expense", "support", "target", "target_value", "target_unit", "central_amount")
        rows.append({"id": line.pk} | {name: getattr(line, name) for name in names})
    rows[0]["central_amount"] -= 100 * WAN
    rows[1]["central_amount"] += 100 * WAN
    change.edit(by=cast.clerk, revision=change.revision, fields={}, lines=rows)
