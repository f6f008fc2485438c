"""验收：the clock, the panel, the conclusion, the report and its way upward."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from acceptance.models import Application
from portal import clock, periods, workdays
from portal.rules import Refused
from tests import builders

PANEL = [{"name": f"演示{n}", "organisation": "县商务局", "duty": "成员"} for n in "甲乙丙"]


def _conclude(application, by, **fields):
    values = {"conclusion": "passed", "findings": "现场一致", "approved_amount": application.stage.amount}
    application.conclude(by=by, **(values | fields))


def _submitted(cast):
    project = builders.underway_project(cast)
    return builders.story().submitted_application(project)


def test_A_458_an_application_with_missing_months_is_refused_and_lists_them(cast):
    project = builders.underway_project(cast)
    builders.go_to(date(2020, 12, 3))
    application = Application.begin(project.agreement.stages.first(), by=cast.contractor, statement="完成")
    with pytest.raises(Refused, match="A-458") as refusal:
        application.submit(by=cast.contractor, reason="标识正在制作（演示）")  # excuses what is only 原则上
    assert len(refusal.value.breaches) == 3 and "缺 2020年11月" in str(refusal.value)
    builders.story().inform(project)
    application.submit(by=cast.contractor, reason="标识正在制作（演示）")


def test_A_312_stages_are_applied_for_in_order_and_once(cast):
    project = builders.underway_project(cast)
    first, second = project.agreement.stages.all()
    early = Application.begin(second, by=cast.contractor, statement="先报第二阶段")
    builders.story().inform(project)
    with pytest.raises(Refused, match="P-032.*|须按顺序"):
        early.submit(by=cast.contractor)
    Application.begin(first, by=cast.contractor, statement="一")
    with pytest.raises(IntegrityError, match="A_312"), transaction.atomic():
        Application.begin(first, by=cast.contractor, statement="又一")


def test_P_031_only_a_project_under_way_is_accepted(cast):
    agreement = builders.signed_agreement(cast)
    application = Application.begin(agreement.project.agreement.stages.first(), by=cast.contractor, statement="x")
    with pytest.raises(Refused, match="P-031"):
        application.submit(by=cast.contractor)


def test_A_145_ten_working_days_from_the_day_after_receipt(cast):
    application = _submitted(cast)
    builders.go_to(date(2020, 9, 24))
    application.receive(by=cast.clerk)
    assert application.due_on == date(2020, 10, 14)  # 国庆、中秋；9月27日、10月10日调休上班
    colours = {day: application.clock_colour(day) for day in map(date.fromisoformat, ["2020-09-25", "2020-10-10", "2020-10-14"])}  # fmt: skip
    assert list(colours.values()) == ["green", "amber", "red"]


def test_A_145_a_late_conclusion_needs_a_reason_that_goes_upward(cast):
    application = builders.inspecting_application(cast)
    builders.go_to(workdays.add_workdays(application.due_on, 1))
    with pytest.raises(Refused, match="A-145"):
        _conclude(application, cast.government)
    _conclude(application, cast.government, reason="连日大雪，现场无法查验")
    assert application.late_reason and application.events.order_by("pk").last().excused == ["A-145"]


def test_A_145_the_sweep_colours_and_reports_the_overdue_upward_once(cast):
    from portal.models import Message
    from reporting.sweeps import watch_the_acceptance_clock

    application = builders.inspecting_application(cast)
    late = workdays.add_workdays(application.due_on, 1)
    for _ in range(2):
        with clock.pinned(late):
            watch_the_acceptance_clock(late)
    told = Message.objects.filter(title__startswith="验收逾期").values_list("recipient__username", flat=True)
    assert sorted(told) == ["henan-commerce", "queshan-commerce", "queshan-government", "zhumadian-commerce"]
    assert application.events.filter(words="验收逾期").count() == 1


def test_an_application_nobody_answers_counts_as_received_after_two_working_days(cast):
    from reporting.sweeps import receive_silent_applications

    application = _submitted(cast)
    day = workdays.add_workdays(application.applied_on, 2)
    builders.go_to(day)
    receive_silent_applications(day)
    application.refresh_from_db()
    assert application.status == "submitted"
    day = workdays.add_workdays(day, 1)
    builders.go_to(day)
    receive_silent_applications(day)
    application.refresh_from_db()
    assert application.status == "received"


@pytest.mark.parametrize("spoil", ["two members", "one of the contractor"])
def test_A_143_the_county_forms_a_panel_of_three_without_the_contractor(cast, spoil):
    application = _submitted(cast)
    application.receive(by=cast.clerk)
    last = PANEL[2] | {"organisation": application.project.contractor.name}
    panel = PANEL[:2] if spoil == "two members" else [*PANEL[:2], last]
    with pytest.raises(Refused, match="A-143"):
        application.inspect(by=cast.government, panel=panel)
    application.inspect(by=cast.government, panel=PANEL)
    assert application.panel.count() == 3


def test_A_146_there_are_two_conclusions_and_failure_says_why_and_until_when(cast):
    application = builders.inspecting_application(cast)
    with pytest.raises(Refused, match="A-146"):
        _conclude(application, cast.government, conclusion="partly")
    with pytest.raises(Refused) as refusal:
        _conclude(application, cast.government, conclusion="failed")
    assert "写明原因" in str(refusal.value) and "整改期限" in str(refusal.value)
    with pytest.raises(IntegrityError, match="A_146"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(conclusion="partly")
    _conclude(application, cast.government, conclusion="failed", reasons="设备未到位", rectify_by=date(2020, 12, 31))
    assert application.approved_amount is None


def test_A_147_no_conclusion_without_a_report(cast):
    application = builders.inspecting_application(cast)
    with pytest.raises(Refused, match="A-147"):
        _conclude(application, cast.government, findings=" ")
    with pytest.raises(IntegrityError, match="A_14"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(
            status="passed", conclusion="passed", concluded_at=clock.now(), findings=""
        )


def test_P_030_the_approved_amount_stays_within_the_stage(cast):
    application = builders.inspecting_application(cast)
    with pytest.raises(Refused, match="P-030"):
        _conclude(application, cast.government, approved_amount=application.stage.amount + 1)


def test_A_148_the_report_goes_to_city_and_province_before_it_is_publicised(cast):
    application = builders.inspecting_application(cast)
    _conclude(application, cast.government)
    with pytest.raises(Refused, match="A-148"):
        application.publicise(by=cast.government, site_url="https://example.invalid/3")
    application.deliver(by=cast.government)
    with pytest.raises(Refused, match="P-001"):
        application.deliver(by=cast.government)
    assert set(application.deliveries.values_list("level", flat=True)) == {"city", "province"}
    application.deliveries.get(level="city").acknowledge(by=cast.zhumadian_commerce)
    assert application.deliveries.get(level="city").received_by == cast.zhumadian_commerce
    application.publicise(by=cast.government, site_url="https://example.invalid/3")


def test_an_objection_to_the_result_keeps_the_notice_open_until_it_is_answered(cast):
    application = builders.passed_application(cast)
    notice = application.notice
    objection = notice.object(name="", phone="", text="与现场不符")
    s = builders.story()
    s.over(notice)
    notice.refresh_from_db()
    assert notice.status == "running" and not notice.is_clear(s.today)
    builders.go_to(s.today)
    objection.answer(by=cast.government, outcome="not_upheld", reply="经复核一致")
    notice.refresh_from_db()
    assert notice.status == "clear"


def test_P_011_no_objection_after_the_last_day(cast):
    notice = builders.passed_application(cast).notice
    builders.go_to(notice.ends_on)
    notice.object(name="", phone="", text="最后一天")
    builders.go_to(workdays.add_workdays(notice.ends_on, 1))
    with pytest.raises(Refused, match="P-011"):
        notice.object(name="", phone="", text="迟了一天")


def test_the_sweeps_are_registered_in_the_order_of_the_floors(cast):
    assert list(periods.DAILY)[0] == "close_notices"


def test_P_033_a_correction_is_asked_for_once(cast):
    application = _submitted(cast)
    application.ask_correction(by=cast.clerk, reason="缺培训签到表")
    application.submit(by=cast.contractor)
    with pytest.raises(Refused, match="P-033"):
        application.ask_correction(by=cast.clerk, reason="又缺一份")
    application.receive(by=cast.clerk)


def test_A_426_B_612_signage_with_text_phone_and_photo_or_a_reason(cast):
    project = builders.underway_project(cast)
    s = builders.story()
    s.inform(project)
    application = Application.begin(project.agreement.stages.get(no=1), by=cast.contractor, statement="完成")
    with pytest.raises(Refused) as refused:
        application.submit(by=cast.contractor)
    assert {breach.rule.id for breach in refused.value.breaches} == {"A-426", "B-612"}
    application.amend(by=cast.contractor, signage_text="电子商务进农村综合示范项目")
    with pytest.raises(Refused, match="“全国”字样.*B-612"):
        application.submit(by=cast.contractor)
    application.submit(by=cast.contractor, reason="标识正在制作，附承诺书（演示）")
    assert application.events.latest("pk").excused == ["A-426", "B-612"]


def test_A_413_an_application_after_the_planned_end_gives_a_reason(cast):
    project = builders.underway_project(cast)
    s = builders.story()
    first = s.clear_application(project)
    project.edit(by=cast.clerk, planned_end=project.planned_start, reason="按协议（演示）")
    builders.go_to(s.today)
    s.inform(project)
    last = Application.begin(project.agreement.stages.get(no=2), by=cast.contractor, statement="完成")
    assert first.status == "passed"
    with pytest.raises(Refused, match="A-413"):
        last.submit(by=cast.contractor)
    last.submit(by=cast.contractor, reason="汛期停工（演示）")
    assert "A-413" in last.events.latest("pk").excused


def test_a_failed_spot_check_reopens_the_result_and_the_stage_is_applied_for_again(cast):
    """A-313: what is being put right again is not 合格, and nothing is paid on it."""
    application = builders.clear_application(cast)
    application.reopen(by=cast.zhumadian_commerce, reason="抽查发现设备未使用（演示）")
    assert application.status == "reopened" and application.get_status_display() == "整改中"
    assert not Application.objects.passed().exists()
    with pytest.raises(Refused, match="A-313"):
        builders.story().approved_payment(application)
    with pytest.raises(Refused, match="P-001"):
        application.reopen(by=cast.zhumadian_commerce, reason="再次")
    again = Application.begin(application.stage, by=cast.contractor, statement="已整改")
    assert again.previous == application


def test_a_reopened_whole_project_is_under_way_again(cast):
    builders.clear_application(cast)
    project = Application.objects.get().project
    s = builders.story()
    final = s.clear_application(project, stage_no=2)
    project.refresh_from_db()
    assert project.status == "completed"
    final.reopen(by=cast.zhumadian_commerce, reason="抽查不通过（演示）", rectify_by=date(2020, 12, 31))
    project.refresh_from_db()
    assert project.status == "underway"
    assert list(Application.objects.rectification_overdue(date(2021, 1, 1))) == [final]


def test_an_application_not_yet_received_may_be_withdrawn(cast):
    application = _submitted(cast)
    application.withdraw(by=cast.contractor, reason="材料有误（演示）")
    again = builders.story().submitted_application(application.project)
    again.receive(by=cast.clerk)
    with pytest.raises(Refused, match="P-001"):
        again.withdraw(by=cast.contractor, reason="太晚")
