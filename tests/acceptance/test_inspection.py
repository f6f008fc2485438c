"""验收组、验收清单、整改：what the county's own rules ask, item by item."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from acceptance.models import Application, ChecklistTemplate
from acceptance.rules.panel import is_of
from acceptance.sweeps import remind_of_rectification, remind_of_reports_not_delivered
from counties.models import CountyDocument
from portal import workdays
from portal.models import Attachment, Message
from portal.rules import CATALOGUE, Refused
from tests import builders
from tests.acceptance.test_acceptance_rules import PANEL, _conclude, _submitted

AREA = {
    "title": "仓储物流中心面积",
    "standard": "不小于 800 平方米",
    "kind": "number",
    "unit": "㎡",
    "minimum": Decimal(800),
    "required": True,
}
SIGN = {"title": "统一标识", "standard": "显著位置有标识", "kind": "yes_no", "required": True, "needs_photo": True}


def photo(name="现场（演示）.jpg", size=(2400, 1600)):
    data = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(data, "JPEG", quality=88)
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def kept(upload, by, region):
    return Attachment.keep(upload, region=region, by=by)


def local_list(cast, items=(AREA, SIGN), **where):
    return ChecklistTemplate.publish(cast.county, by=cast.clerk, items=items, basis="县验收办法（演示）", **where)


def item_of(application, title):
    return application.checklist.get(title=title)


# --- 验收办法 --------------------------------------------------------------------------------------------------------
def test_A_144_no_panel_before_the_county_publishes_its_acceptance_rules(cast):
    application = _submitted(cast)
    application.receive(by=cast.clerk)
    rules = CountyDocument.objects.of_kind("acceptance_rules")
    rules.update(published_on=None)
    assert "A-144" in {breach.rule.id for breach in application.missing_before_inspect()}
    with pytest.raises(Refused, match="项目验收办法.*A-144"):
        application.inspect(by=cast.government, panel=PANEL)
    rules.get().publish(by=cast.clerk, site_url="https://example.invalid/yanshou")
    application.inspect(by=cast.government, panel=PANEL)
    assert application.status == "inspecting"


# --- 验收清单 --------------------------------------------------------------------------------------------------------
def test_A_144_an_application_keeps_the_version_of_the_list_under_which_its_panel_was_formed(cast):
    first = local_list(cast, direction="logistics")
    application = builders.inspecting_application(cast)
    assert application.checklist_template == first
    second = local_list(cast, items=[AREA | {"minimum": Decimal(1200)}], direction="logistics")
    application.refresh_from_db()
    assert second.version == 2 and application.checklist_template == first
    assert item_of(application, AREA["title"]).minimum == 800
    assert list(ChecklistTemplate.objects.latest()) == [second]


def test_A_144_the_closest_list_is_taken_the_county_before_the_province(cast):
    ChecklistTemplate.publish(None, by=cast.henan_commerce, items=[SIGN], basis="全省通用（演示）")
    general = local_list(cast, items=[SIGN])
    local_list(cast, items=[AREA], direction="training")
    line = builders.underway_project(cast).fund_line
    assert ChecklistTemplate.objects.fitting(cast.county, line).first() == general
    assert ChecklistTemplate.objects.fitting(cast.neighbour_county, line).first().county is None


def test_A_144_figures_of_elsewhere_are_shown_and_bind_nobody(cast):
    application = builders.inspecting_application(cast)
    binding = application.checklist.filter(required=True)
    assert {item.source for item in binding} == {"notice"} and binding.count() == 3
    assert application.checklist.filter(source="reference", required=False).count() == 6
    area = application.checklist.get(title="县级仓储物流中心面积")
    application.fill_checklist(by=cast.government, found={area.no: {"actual": Decimal(120)}})
    _conclude(application, cast.government)
    assert application.status == "passed"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"actual": None}, "尚未填写"),
        ({"actual": Decimal("799.99")}, "不达标：实际 799.99 ㎡，标准 ≥ 800 ㎡"),
    ],
)
def test_A_144_A_147_no_pass_while_a_required_item_fails_or_is_open(cast, found, words):
    local_list(cast, items=[AREA])
    application = builders.inspecting_application(cast)
    item = item_of(application, AREA["title"])
    application.fill_checklist(by=cast.government, found={item.no: found})
    with pytest.raises(Refused, match="A-144c") as refused:
        _conclude(application, cast.government)
    assert words in str(refused.value)
    application.fill_checklist(by=cast.government, found={item.no: {"actual": Decimal(800)}})
    _conclude(application, cast.government)
    assert application.status == "passed"


def test_A_144_a_failing_list_still_allows_the_conclusion_that_it_failed(cast):
    application = builders.inspecting_application(cast)
    application.fill_checklist(by=cast.government, found={1: {"met": False, "remark": "缺一台设备"}})
    fields = {"conclusion": "failed", "reasons": "设备未到位", "rectify_by": date(2020, 12, 31)}
    _conclude(application, cast.government, **fields)
    assert application.status == "failed"


def test_A_144_a_photograph_is_asked_for_where_the_list_says_so(cast):
    local_list(cast, items=[SIGN])
    application = builders.inspecting_application(cast)
    with pytest.raises(Refused, match="须附现场照片"):
        _conclude(application, cast.government)
    picture = kept(photo(), cast.government, application.region)
    number = item_of(application, SIGN["title"]).no
    application.fill_checklist(by=cast.government, found={number: {"met": True, "photos": [picture]}})
    _conclude(application, cast.government)


def test_A_144_what_does_not_apply_says_why_and_the_notice_always_applies(cast):
    local_list(cast, items=[AREA])
    application = builders.inspecting_application(cast)
    number = item_of(application, AREA["title"]).no
    with pytest.raises(Refused, match="A-144n"):
        application.fill_checklist(by=cast.government, found={number: {"not_applicable": True, "remark": ""}})
    with pytest.raises(Refused, match="通知本身的要求"):
        application.fill_checklist(by=cast.government, found={1: {"not_applicable": True, "remark": "不查"}})
    with pytest.raises(IntegrityError, match="A_144"), transaction.atomic():
        application.checklist.filter(no=1).update(not_applicable=True, remark="不查")
    found = {number: {"actual": None, "not_applicable": True, "remark": "本项目为配送服务，不建中心"}}
    application.fill_checklist(by=cast.government, found=found)
    _conclude(application, cast.government)


def test_A_144_nothing_is_filled_in_after_the_conclusion(cast):
    application = builders.passed_application(cast)
    with pytest.raises(Refused, match="P-001"):
        application.fill_checklist(by=cast.government, found={1: {"met": False}})


# --- 验收组 ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("organisation", "same"),
    [
        ("演示物流有限公司（1）", True),
        ("演示物流有限公司(1)", True),
        (" 演示 物流有限责任公司（1）确山分公司 ", True),
        ("演示物流（1）", True),
        ("县商务局", False),
        ("确山县财政局", False),
        ("物流", False),
    ],
)
def test_A_143_the_contractor_is_found_under_every_form_of_its_name(organisation, same):
    assert is_of(organisation, "演示物流有限公司（1）") is same


def test_A_143_members_of_a_consortium_stay_away_too():
    assert is_of("演示乙物流集团", "演示甲流通有限公司、演示乙物流集团有限公司联合体")


def test_A_143_an_account_of_the_contractor_is_no_member(cast):
    application = _submitted(cast)
    application.receive(by=cast.clerk)
    panel = [*PANEL[:2], PANEL[2] | {"name": str(cast.contractor)}]
    with pytest.raises(Refused, match="应当回避"):
        application.inspect(by=cast.government, panel=panel)


def test_A_143_a_member_changes_with_a_reason_until_the_conclusion(cast):
    application = builders.inspecting_application(cast)
    member = application.panel.first()
    new = {"name": "演示丁", "organisation": "县审计局", "duty": "成员"}
    theirs = new | {"organisation": application.project.contractor.name}
    with pytest.raises(Refused, match="A-143"):
        application.change_member(application.panel.first(), by=cast.government, reason="调整", **theirs)
    application.change_member(application.panel.first(), by=cast.government, reason="原成员出差", **new)
    event = application.events.latest("pk")
    assert event.reason == "原成员出差" and event.data["member"][0] == str(member)
    _conclude(application, cast.government)
    with pytest.raises(Refused, match="P-001"):
        application.change_member(application.panel.first(), by=cast.government, reason="太晚", **new)


def test_A_143_signatures_that_are_missing_are_shown_before_the_report_goes(cast):
    application = builders.inspecting_application(cast)
    _conclude(application, cast.government)
    assert [breach.rule.id for breach in application.missing_before_deliver()] == ["A-143s"]
    for member in application.panel.all():
        application.sign(member, by=cast.government)
    assert application.missing_before_deliver() == []


# --- 金额、报送 ------------------------------------------------------------------------------------------------------
def test_P_030_the_database_keeps_the_amount_within_the_stage(cast):
    application = builders.passed_application(cast)
    with pytest.raises(IntegrityError, match="P-030"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(approved_amount=application.stage.amount + 1)


def test_A_148_a_report_that_is_late_is_shown_and_reminded_of_once(cast):
    application = builders.inspecting_application(cast)
    _conclude(application, cast.government)
    last = application.report_due_on()
    assert last == workdays.add_workdays(builders.clock.today(), application.county.batch.acceptance_report_workdays)
    builders.go_to(workdays.add_workdays(last, 1))
    assert "A-148d" in {breach.rule.id for breach in application.missing_before_deliver()}
    for _ in range(2):
        remind_of_reports_not_delivered(builders.clock.today())
    assert Message.objects.filter(title__startswith="验收报告应于").count() == 1
    application.deliver(by=cast.government)
    assert CATALOGUE["A-148d"](application) == []


# --- 整改、重新申请 --------------------------------------------------------------------------------------------------
def failed_application(cast):
    application = builders.inspecting_application(cast)
    application.fill_checklist(by=cast.government, found={1: {"met": False, "remark": "缺一台设备"}})
    fields = {"conclusion": "failed", "reasons": "设备未到位（演示）", "rectify_by": date(2020, 12, 31)}
    _conclude(application, cast.government, **fields)
    return application


def test_A_146_after_a_failure_every_fault_is_answered_before_the_stage_is_applied_for_again(cast):
    failed = failed_application(cast)
    again = Application.begin(failed.stage, by=cast.contractor, statement="已整改（演示）")
    builders.story().inform(failed.project)
    with pytest.raises(Refused, match="A-146r") as refused:
        again.submit(by=cast.contractor, reason="标识正在制作（演示）")
    assert "“建设内容”尚未逐项说明" in str(refused.value) and "整改材料" in str(refused.value)
    paper = kept(photo("整改后（演示）.jpg", (40, 30)), cast.contractor, failed.region)
    answer = {1: {"text": "设备已到位", "files": [paper]}}
    failed.rectify(by=cast.contractor, text="已补齐设备", files=[paper], remedies=answer)
    assert failed.status == "reopened"
    again.submit(by=cast.contractor, reason="标识正在制作（演示）")
    failed.refresh_from_db()
    assert failed.status == "superseded" and again.previous == failed
    again.receive(by=cast.clerk)
    assert again.due_on == workdays.add_workdays(builders.clock.today(), 10)  # a new clock
    with pytest.raises(Refused, match="P-001"):
        failed.rectify(by=cast.contractor, text="又一次")


def test_A_146_a_rectification_that_is_overdue_is_listed_and_told_once(cast, as_user):
    failed = failed_application(cast)
    late = date(2021, 1, 4)
    builders.go_to(late)
    for _ in range(2):
        remind_of_rectification(late)
    told = Message.objects.filter(title__startswith="整改逾期").values_list("recipient__username", flat=True)
    assert sorted(told) == ["contractor-1", "queshan-commerce", "queshan-government"]
    assert failed.events.filter(words="整改逾期").count() == 1
    text = as_user(cast.clerk).get(reverse("application-list"), {"due": "rectify"}).content.decode()
    assert failed.no in text and "已逾期" in text
    assert failed.no not in as_user(cast.clerk).get(reverse("application-list"), {"due": "overdue"}).content.decode()


def test_A_146_the_desk_of_the_contractor_shows_what_is_to_be_put_right_and_until_when(cast):
    from reporting.desk import waiting_for

    failed = failed_application(cast)
    [task] = [t for t in waiting_for(cast.contractor, builders.clock.today()) if t.title.startswith("整改")]
    assert failed.no in task.title and task.due.on == failed.rectify_by
    [report] = [t for t in waiting_for(cast.government, builders.clock.today()) if t.title.startswith("报送验收报告")]
    assert report.due.on == failed.report_due_on()


def test_A_312_an_application_without_papers_is_told_so_and_may_go(cast):
    project = builders.underway_project(cast)
    s = builders.story()
    s.inform(project)
    application = Application.begin(project.agreement.stages.first(), by=cast.contractor, statement="完成（演示）")
    assert "A-312d" in {breach.rule.id for breach in application.missing_before_submit()}
    application.evidence.add(kept(photo(size=(40, 30)), cast.contractor, application.region))
    assert "A-312d" not in {breach.rule.id for breach in application.missing_before_submit()}


def test_P_032_a_later_stage_does_not_pass_while_an_earlier_one_is_put_right_again(cast):
    first = builders.clear_application(cast)
    second = builders.story().inspecting_application(first.project, stage_no=2)
    first.reopen(by=cast.zhumadian_commerce, reason="抽查不通过（演示）")
    with pytest.raises(Refused, match="P-032"):
        _conclude(second, cast.government)


# --- the pages -------------------------------------------------------------------------------------------------------
def test_the_panel_fills_the_list_on_its_page_and_loses_nothing_it_typed(cast, as_user):
    local_list(cast)
    application = builders.inspecting_application(cast)
    url = reverse("application-checklist", args=[application.pk])
    client, number = as_user(cast.government), item_of(application, AREA["title"]).no
    wrong = client.post(url, {f"actual_{number}": "一千", f"remark_{number}": "用尺量过"})
    assert wrong.status_code == 422 and "用尺量过" in wrong.content.decode()
    for nasty in ("\x00", "9" * 40, "1e999", "长" * 3000):
        assert client.post(url, {f"actual_{number}": nasty, f"remark_{number}": nasty}).status_code == 422
    good = {f"actual_{number}": "812.50", f"remark_{number}": "用尺量过", f"photos_{number}": photo(size=(60, 40))}
    good |= {f"met_{n}": "yes" for n in (1, 2, 3, number + 1)}
    assert client.post(url, good).status_code == 302
    item = item_of(application, AREA["title"])
    assert item.actual == Decimal("812.50") and item.passes and item.photos.count() == 1
    text = client.get(application.get_absolute_url()).content.decode()
    assert "812.5 ㎡" in text and "≥ 800 ㎡" in text and "A-144c" in text  # the sign still lacks its photograph
    file = reverse("application-file", args=[application.pk, item.photos.get().pk])
    assert client.get(file).status_code == 200
    assert as_user(cast.neighbour).get(file).status_code == 404


def test_the_page_asks_no_more_for_many_items_and_photographs(cast, as_user, django_assert_max_num_queries):
    """The access table measures a settled application; this is one in the middle of its inspection."""
    local_list(cast, items=[AREA | {"title": f"面积{n}"} for n in range(20)])
    application = builders.inspecting_application(cast)
    shots = [kept(photo(f"{n}.jpg", (40, 30)), cast.government, application.region) for n in range(6)]
    found = {item.no: {"photos": shots} for item in application.checklist.all()}
    application.fill_checklist(by=cast.government, found=found)
    for url in (application.get_absolute_url(), reverse("application-checklist", args=[application.pk])):
        client = as_user(cast.government)
        client.get(url)
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200


def test_the_contractor_answers_and_applies_again_on_the_pages(cast, as_user):
    failed = failed_application(cast)
    client = as_user(cast.contractor)
    assert "填写整改情况" in client.get(failed.get_absolute_url()).content.decode()
    url = reverse("application-rectify", args=[failed.pk])
    assert client.post(url, {"text": ""}).status_code == 422
    answer = {"text": "已补齐设备", "remedy_1": "设备已到位", "uploads": photo("整改后.jpg", (40, 30))}
    assert client.post(url, answer).status_code == 302
    assert "重新申请验收" in client.get(failed.get_absolute_url()).content.decode()
    create = reverse("application-create", args=[failed.stage_id])
    assert client.post(create, {"statement": "已整改", "self_amount": "100", "signage_text": "x"}).status_code == 302
    assert failed.successor.self_amount == 100


def test_the_list_shows_what_waits_for_me_and_what_is_near_its_day(cast, as_user):
    application = builders.inspecting_application(cast)
    url = reverse("application-list")
    assert application.no in as_user(cast.government).get(url, {"due": "mine"}).content.decode()
    assert application.no not in as_user(cast.clerk).get(url, {"due": "mine"}).content.decode()
    assert application.no not in as_user(cast.clerk).get(url, {"due": "amber"}).content.decode()
    builders.go_to(application.due_on)
    assert application.no in as_user(cast.clerk).get(url, {"due": "amber"}).content.decode()
    builders.go_to(workdays.add_workdays(application.due_on, 1))
    assert application.no in as_user(cast.clerk).get(url, {"due": "overdue"}).content.decode()


def test_a_county_makes_its_own_list_on_the_page(cast, as_user):
    client, url = as_user(cast.clerk), reverse("checklist-new")
    assert "县级仓储物流中心面积" in client.get(url, {"direction": "logistics"}).content.decode()
    row = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-title": "面积", "items-0-standard": "够大"}
    form = row | {"basis": "县验收办法（演示）", "direction": "logistics", "items-0-kind": "number"}
    wrong = client.post(url, form)
    assert wrong.status_code == 422 and "数值标准须写明最低值或最高值" in wrong.content.decode()
    more = client.post(url, form | {"add_item": "1"}).content.decode()
    assert 'name="items-1-title"' in more and "够大" in more
    assert client.post(url, form | {"items-0-minimum": "800"}).status_code == 302
    template = ChecklistTemplate.objects.get()
    assert template.county == cast.county and template.items.get().limits() == "≥ 800"
