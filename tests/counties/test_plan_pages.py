"""The pages of the plan, walked by the people whose job it is."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from counties.models import Plan
from counties.workbook import FUND_LINES
from disclosure.demonstration import pdf
from tests.builders import LUYI, draft_plan, go_to, recorded_plan, story
from tests.counties import access

CHANGE = {"types": ["content"], "reason": "线路随村组合并"}
SITE = {"site_url": "https://www.queshan.example/gongshi/1.html"}


def url(name, record):
    return reverse(name, args=[record.pk])


def plan_data(plan, **changes):
    """The edit form as it stands, with changes."""
    data = {
        "title": plan.title,
        "period_from": "2020-10-01",
        "period_to": "2022-06-30",
        "summary": plan.summary,
        "total_central": str(plan.total_central),
        "total_matching": "0",
        "total_private": "0",
        "revision": plan.revision,
    }
    return data | changes


def lines_data(plan, **changes):
    """The fund table as it stands, with changes."""
    data = {"revision": plan.lines_revision, "lines-TOTAL_FORMS": plan.lines.count()}
    for n, line in enumerate(plan.lines.all()):
        data |= {f"lines-{n}-{c.name}": c.text(getattr(line, c.name)) for c in FUND_LINES.columns}
    return data | changes


def at_county(plan, post):
    return User.objects.get(username=f"{plan.region.pinyin}-{post}")


@pytest.fixture
def draft(cast):
    return draft_plan(cast)


@pytest.fixture
def recorded(cast):
    return recorded_plan(cast)


# --- reading --------------------------------------------------------------------------------------------------------
def test_a_list_of_plans_asks_a_fixed_number_of_questions(cast, draft, as_user, django_assert_max_num_queries):
    draft_plan(cast, code=LUYI)
    client = as_user(cast.henan_commerce)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("plan-list"))
    assert "确山县电子商务进农村综合示范工作实施方案" in page.content.decode()
    with django_assert_max_num_queries(15):
        client.get(reverse("county-list"))


@pytest.mark.parametrize("build", [draft_plan, recorded_plan])
def test_the_page_of_a_plan_asks_at_most_twenty_questions(cast, build, as_user, django_assert_max_num_queries):
    plan = build(cast)
    for reader in (cast.clerk, cast.government, cast.zhumadian_commerce):
        client = as_user(reader)
        client.get(plan.get_absolute_url())  # content types and calendar are known from now on
        with django_assert_max_num_queries(20):
            page = client.get(plan.get_absolute_url())
        assert page.status_code == 200


def test_the_page_says_what_is_missing_before_the_click(cast, draft, as_user):
    Plan.objects.filter(pk=draft.pk).update(plan_file=None)
    page = as_user(cast.clerk).get(draft.get_absolute_url()).content.decode()
    assert "尚未上传《实施方案》" in page and "A-101" in page
    assert "提交县内会签" in page


def test_a_strange_page_number_or_status_shows_the_list(cast, draft, as_user):
    client = as_user(cast.clerk)
    for query in ("?page=abc", "?page=-1", "?page=99999999999999999999", "?status=%00", "?status=weird"):
        assert client.get(reverse("plan-list") + query).status_code == 200


def test_no_plan_of_that_number_is_404(cast, as_user):
    client = as_user(cast.clerk)
    for number in (0, 424242, 10**30):
        assert client.get(f"/plans/{number}/").status_code == 404


# --- drafting -------------------------------------------------------------------------------------------------------
def test_the_clerk_begins_and_finds_the_form(cast, as_user):
    client = as_user(cast.clerk)
    answer = client.post(url("plan-begin", cast.county))
    plan = Plan.objects.get(county=cast.county)
    assert answer["Location"] == url("plan-edit", plan)
    assert client.post(url("plan-begin", cast.county)).status_code == 409
    assert Plan.objects.filter(county=cast.county).count() == 1


def test_the_clerk_edits_the_plan_and_its_files(cast, draft, as_user):
    changes = {"title": "确山县实施方案（修订）", "plan_upload": pdf("新方案.pdf")}
    answer = as_user(cast.clerk).post(url("plan-edit", draft), plan_data(draft, **changes))
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.title == "确山县实施方案（修订）" and draft.plan_file.name == "新方案.pdf"
    assert "确山县实施方案（修订）" in as_user(cast.clerk).get(url("plan-history", draft)).content.decode()


def test_the_clerk_edits_the_fund_table_and_history_tells_old_and_new(cast, draft, as_user):
    changes = {"lines-0-central_amount": "3,000,000.00元", "lines-1-DELETE": "on"}
    answer = as_user(cast.clerk).post(url("plan-lines", draft), lines_data(draft, **changes))
    assert answer.status_code == 302
    assert [line.no for line in draft.lines.all()] == [1, 2, 3, 4, 5]
    assert draft.lines.get(no=1).central_amount == Decimal("3000000.00")
    history = as_user(cast.clerk).get(url("plan-history", draft)).content.decode()
    assert "4000000.00" in history and "3000000.00" in history and "资金安排第 1 行" in history


def test_an_empty_row_is_not_saved_and_a_half_filled_one_is_asked_for(cast, draft, as_user):
    client = as_user(cast.clerk)
    assert client.post(url("plan-lines", draft), lines_data(draft, **{"lines-TOTAL_FORMS": 9})).status_code == 302
    draft.refresh_from_db()
    assert draft.lines.count() == 6
    half = lines_data(draft, **{"lines-TOTAL_FORMS": 7, "lines-6-name": "新项目"})
    answer = client.post(url("plan-lines", draft), half)
    assert answer.status_code == 422 and "第 7 行" in answer.content.decode()


def test_one_row_more_keeps_everything_typed_and_scolds_nobody(cast, draft, as_user):
    data = lines_data(draft, add_row="1", **{"lines-0-central_amount": "12,34", "lines-2-DELETE": "on"})
    page = as_user(cast.clerk).post(url("plan-lines", draft), data)
    text = page.content.decode()
    assert page.status_code == 200 and "需要改正" not in text
    assert 'value="12,34"' in text and 'name="lines-6-name"' in text and 'name="lines-2-DELETE"' in text
    assert draft.lines.count() == 6


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("lines-0-direction", "casino", "不在可选范围内"),
        ("lines-0-expense", "salary", "不在可选范围内"),
        ("lines-0-sub_category", "品牌", "不属于本行的支持方向"),
        ("lines-0-target_value", "1e999", "目标值"),
        ("lines-0-target_value", "NaN", "目标值"),
        ("lines-0-central_amount", "3万", "以“元”为单位"),
        ("lines-0-central_amount", "9" * 40, "金额过大"),
        ("lines-0-name", "x" * 121, "最多 120 个字"),
        ("lines-0-name", "x\x00y", "控制字符"),
        ("lines-0-unit_count", "1.5", "请填写整数"),
        ("lines-0-cap_ratio", "101", "不能大于 100"),
        ("lines-0-id", "99999999", "已不在方案中"),
        ("lines-0-id", "1" * 30, "已不在方案中"),
        ("lines-0-id", "x", "第 1 行"),
        ("revision", "-1", "修改序号"),
        ("lines-TOTAL_FORMS", "x", "表格不完整"),
        ("lines-TOTAL_FORMS", "999999999", "最多 300 行"),
    ],
)
def test_bad_input_in_the_fund_table_is_told_at_the_cell(cast, draft, as_user, field, value, words):
    data = lines_data(draft, **{"lines-1-name": "改写过的名称"}) | {field: value}
    answer = as_user(cast.clerk).post(url("plan-lines", draft), data)
    text = answer.content.decode()
    assert answer.status_code == 422 and "处需要改正" in text and words in text
    assert "改写过的名称" in text or field == "lines-TOTAL_FORMS"
    assert not draft.lines.filter(name="改写过的名称").exists()


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("total_central", "3万", "以“元”为单位"),
        ("total_central", "9" * 40, "金额过大"),
        ("title", "", "请填写“标题”"),
        ("title", "x\x00y", "标题"),
        ("period_from", "2020-13-45", "请填写存在的日期"),
        ("period_to", "2019-01-01", "实施期止日不能早于起日"),
        ("plan_upload", SimpleUploadedFile("方案.pdf", b"MZ not a pdf"), "不是可接受的类型"),
        ("revision", "-1", "修改序号"),
    ],
)
def test_bad_input_is_told_at_the_field_and_nothing_typed_is_lost(cast, draft, as_user, field, value, words):
    data = plan_data(draft, summary="改写过的主要内容") | {field: value}
    answer = as_user(cast.clerk).post(url("plan-edit", draft), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "处需要改正" in text and words in text and "改写过的主要内容" in text
    draft.refresh_from_db()
    assert draft.summary != "改写过的主要内容"


def test_a_form_without_its_table_is_refused_not_a_crash(cast, draft, as_user):
    assert as_user(cast.clerk).post(url("plan-edit", draft), {}).status_code == 422


def test_two_clerks_on_the_same_draft_the_second_is_told(cast, draft, as_user):
    opened = plan_data(draft)
    as_user(cast.finance).post(url("plan-edit", draft), plan_data(draft, title="财政局改的标题"))
    answer = as_user(cast.clerk).post(url("plan-edit", draft), opened)
    assert answer.status_code == 409 and "P-001" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title == "财政局改的标题"


# --- from the county to the province ----------------------------------------------------------------------------------
def test_a_refusal_names_the_clause_and_a_reason_excuses_what_is_only_a_principle(cast, as_user):
    lines = [("物流项目", "logistics", "service", "purchase", 100, "件", 1, "个"),
             ("产品项目", "produce", "service", "purchase", 500, "件", 1, "个"),
             ("工业品项目", "goods", "service", "purchase", 400, "件", 1, "个")]  # fmt: skip
    plan = draft_plan(cast, lines)
    client = as_user(cast.clerk)
    refused = client.post(url("plan-send", plan))
    text = refused.content.decode()
    assert refused.status_code == 409 and "A-204" in text and "25号 二（一）" in text and "10.000000%" in text
    client.post(url("plan-send", plan), {"reason": "本县已有邮政三级网络"})
    plan.refresh_from_db()
    assert plan.status == Plan.Status.COUNTERSIGN and plan.exception_reason == "本县已有邮政三级网络"


def test_a_reason_with_a_nul_byte_is_asked_for_again(cast, draft, as_user):
    assert as_user(cast.clerk).post(url("plan-send", draft), {"reason": "a\x00b"}).status_code == 422


def test_the_whole_way_through_the_pages(cast, draft, as_user):
    """起草 → 会签 → 审定公示 → 市审核 → 行文报省 → 备案, each step by its own page and its own person."""
    as_user(cast.clerk).post(url("plan-send", draft))
    for person in (cast.clerk, cast.finance, cast.poverty):
        _agree(as_user(person), draft, person)
    assert _status(draft) == Plan.Status.APPROVAL

    approval = as_user(cast.government)
    assert approval.post(url("plan-approve", draft), {}).status_code == 422
    assert approval.post(url("plan-approve", draft), SITE).status_code == 302
    assert _status(draft) == Plan.Status.PUBLICISED

    story().over(draft.notice)
    go_to(date(2020, 9, 10))
    for bureau in ("commerce", "finance", "poverty"):
        person = User.objects.get(username=f"zhumadian-{bureau}")
        _agree(as_user(person), draft, person)
    filing = as_user(cast.zhumadian_commerce)
    page = filing.get(url("plan-file", draft)).content.decode()
    assert "全部条件已满足" in page and url("plan-document", draft) in page
    wrong = filing.post(url("plan-file", draft), {"doc_no": "驻商[2020]012号"})
    assert wrong.status_code == 409 and "A-112" in wrong.content.decode()
    assert filing.post(url("plan-file", draft), {"doc_no": "驻商〔2020〕12号"}).status_code == 302

    for bureau in ("commerce", "finance", "poverty"):
        person = User.objects.get(username=f"henan-{bureau}")
        _agree(as_user(person), draft, person)
    assert _status(draft) == Plan.Status.RECORDED
    assert draft.content_hash in as_user(cast.clerk).get(draft.get_absolute_url()).content.decode()


def _agree(client, plan, person):
    page = client.get(plan.get_absolute_url()).content.decode()
    review = plan.reviews.get(round=plan.round, level=person.office.level, bureau=person.office.bureau)
    assert url("review-agree", review) in page and "请办理" in page
    assert client.post(url("review-agree", review), {"opinion": "同意"}).status_code == 302


def _status(plan):
    plan.refresh_from_db()
    return plan.status


def test_a_return_without_an_opinion_is_asked_for_and_with_one_sends_the_plan_back(cast, draft, as_user):
    draft.send(by=cast.clerk)
    review = draft.reviews.get(bureau="finance")
    client = as_user(cast.finance)
    empty = client.post(url("review-return", review), {"opinion": "  "})
    assert empty.status_code == 422 and "请填写“退回意见”" in empty.content.decode()
    client.post(url("review-return", review), {"opinion": "资金测算依据不足"})
    assert _status(draft) == Plan.Status.RETURNED
    assert "资金测算依据不足" in as_user(cast.clerk).get(draft.get_absolute_url()).content.decode()


def test_one_bureau_does_not_answer_for_another(cast, draft, as_user):
    draft.send(by=cast.clerk)
    review = draft.reviews.get(bureau="finance")
    assert as_user(cast.clerk).post(url("review-agree", review)).status_code == 403
    assert as_user(cast.neighbour).post(url("review-agree", review)).status_code == 404


def test_the_government_returns_a_plan_only_with_a_reason(cast, draft, as_user):
    s = story()
    s.send(draft)
    s.opinions(draft, "county")
    client = as_user(cast.government)
    assert client.post(url("plan-return", draft), {"reason": ""}).status_code == 422
    assert client.post(url("plan-return", draft), {"reason": "请补充进度安排"}).status_code == 302
    assert _status(draft) == Plan.Status.RETURNED


def test_A_113_late_filing_needs_a_reason_and_is_marked(cast, as_user):
    plan = draft_plan(cast, code=LUYI)
    s = story(LUYI)
    s.send(plan)
    s.opinions(plan, "county")
    s.approve(plan)
    s.over(plan.notice)
    go_to(date(2020, 10, 12))
    government = as_user(at_county(plan, "government"))
    assert "A-113" in government.get(url("plan-file", plan)).content.decode()
    late = government.post(url("plan-file", plan), {"doc_no": "鹿政〔2020〕31号"})
    assert late.status_code == 409 and "A-113" in late.content.decode()
    government.post(url("plan-file", plan), {"doc_no": "鹿政〔2020〕31号", "reason": "受疫情影响"})
    assert plan.filings.get().is_late
    assert "逾期" in government.get(plan.get_absolute_url()).content.decode()


def test_A_114_the_city_does_not_act_in_a_county_under_the_province(cast, as_user):
    plan = draft_plan(cast, code=LUYI)
    city = User.objects.get(username="zhoukou-commerce")
    assert as_user(city).get(plan.get_absolute_url()).status_code == 200
    assert as_user(city).post(url("plan-file", plan), {"doc_no": "周商〔2020〕1号"}).status_code == 403


# --- change -----------------------------------------------------------------------------------------------------------
def test_a_change_goes_the_whole_way_again(cast, recorded, as_user):
    clerk = as_user(cast.clerk)
    assert clerk.get(url("plan-edit", recorded)).status_code == 409
    assert clerk.post(url("plan-change", recorded)).status_code == 422
    clerk.post(url("plan-change", recorded), CHANGE)
    change = recorded.successors.get()
    assert clerk.post(url("plan-change", recorded), CHANGE).status_code == 409
    assert (change.change_types, change.change_reason) == (["content"], "线路随村组合并")
    clerk.post(url("plan-edit", change), plan_data(change, change_types=["funds"], change_reason="调整物流线路"))
    clerk.post(url("plan-send", change))
    s = story()
    s.today = recorded.recorded_at.date()
    s.opinions(change, "county")
    government = as_user(cast.government)
    assert government.post(url("plan-approve", change), {}).status_code == 422
    assert government.post(url("plan-approve", change), {"decision": pdf("决定.pdf")}).status_code == 302
    s.opinions(change, "city")
    s.file(change, doc_no="驻商〔2020〕20号")
    s.opinions(change, "province")
    assert _status(change) == Plan.Status.RECEIVED
    assert as_user(cast.government).post(url("plan-publicise", change), SITE).status_code == 302
    s.over(Plan.objects.get(pk=change.pk).notice)
    assert _status(change) == Plan.Status.RECORDED and _status(recorded) == Plan.Status.REPLACED
    assert as_user(cast.clerk).get(change.get_absolute_url()).status_code == 200


# --- who ----------------------------------------------------------------------------------------------------
def test_the_neighbour_sees_nothing_and_the_wrong_desk_does_nothing(cast, draft, as_user):
    for name in ("plan-detail", "plan-edit", "plan-lines", "plan-targets", "plan-history", "plan-document"):
        assert as_user(cast.neighbour).get(url(name, draft)).status_code == 404
    assert as_user(cast.liaison).get(url("plan-edit", draft)).status_code == 403
    assert as_user(cast.zhumadian_commerce).post(url("plan-send", draft)).status_code == 403


def test_every_page_of_this_room_has_its_row():
    from counties.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == {row[0] for row in access.ROWS}
