"""项目的页面：one page with the whole chain; agreement, building plan, start, months."""

from datetime import date

import pytest
from django.urls import reverse

from disclosure.demonstration import pdf
from notices.models import Notice
from portal import clock
from projects.models import Agreement, TransactionInformation
from tests.builders import go_to, paid_payment, selected_project, story, underway_project

SITE = {"site_url": "https://www.queshan.example/gongshi/1.html"}


def url(name, record):
    return reverse(name, args=[record.pk])


def page_of(client, record):
    return client.get(record.get_absolute_url()).content.decode()


def rows(prefix, *rows):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for n, row in enumerate(rows):
        data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return data


STAGES = [
    {"name": "主体建设", "trigger": "仓库改造完成", "deliverables": "仓库改造", "amount": "1,600,000"},
    {"name": "整体完工", "planned_on": "2021-12-31", "deliverables": "设备调试", "amount": "2400000"},
]
EQUIPMENT = [{"name": "分拣线", "quantity": "2", "unit_price": "500000", "owner": "county", "place": "县级中心"}]


BUILDING = {
    "central_amount": "4000000",
    "equipment_text": "分拣线 2 台（归属县政府）",
    "planned_start": "2020-10-01",
    "planned_end": "2021-12-31",
}


def agreement_data(stages=STAGES, equipment=EQUIPMENT, **changes):
    fields = {
        "no": "确电商协〔2020〕1号",
        "central_amount": "4000000",
        "matching_amount": "0",
        "self_amount": "0",
        "account_holder": "演示物流有限公司（1）",
        "account_bank": "演示银行",
        "account_no": "6222000011112222",
        "sharing_statement": "场地向县内快递企业开放",
    } | {f"clause_{name}": "on" for name in ("information", "sharing", "signage", "accounting", "recovery")}
    return fields | rows("stages", *stages) | rows("equipment", *equipment) | changes


def signed_by_all(cast, as_user, agreement):
    for step, user in AGREEMENT_STEPS:
        assert as_user(getattr(cast, user)).post(url(f"agreement-{step}", agreement)).status_code == 302


def reviewed_by_both(cast, as_user, plan):
    for user in (cast.clerk, cast.finance):
        assert as_user(user).post(url("contractor-plan-review", plan), {"agrees": "yes"}).status_code == 302


AGREEMENT_STEPS = (("submit", "clerk"), ("review", "finance"), ("accept", "contractor"), ("sign", "government"))


# --- 协议 ----------------------------------------------------------------------------------------------------------


def test_an_agreement_is_drafted_row_by_row_and_signed_by_the_government(cast, as_user):
    project = selected_project(cast)
    blank = [{"name": "", "deliverables": "", "amount": ""}]
    response = as_user(cast.clerk).post(url("agreement-edit", project), agreement_data(stages=STAGES + blank))
    assert response.status_code == 302
    agreement = Agreement.objects.get()
    assert [(stage.no, stage.name, stage.is_final) for stage in agreement.stages.all()] == [
        (1, "主体建设", False),
        (2, "整体完工", True),
    ]
    assert agreement.equipment.get().owner == "county"
    assert "全部条件已满足" in page_of(as_user(cast.government), agreement)
    signed_by_all(cast, as_user, agreement)
    agreement.refresh_from_db()
    assert agreement.status == "signed"
    assert as_user(cast.clerk).get(url("agreement-edit", project)).status_code == 409


@pytest.mark.parametrize(
    ("button", "prefix", "before"), [("add_stage", "stages", 2), ("add_equipment", "equipment", 1)]
)
def test_a_row_more_saves_nothing_and_loses_nothing(cast, as_user, button, prefix, before):
    project = selected_project(cast)
    typed = agreement_data(central_amount="三百万", **{"stages-0-amount": "12,34", button: "1"})
    response = as_user(cast.clerk).post(url("agreement-edit", project), typed)
    page = response.content.decode()
    assert response.status_code == 200 and not Agreement.objects.exists()
    assert f'name="{prefix}-TOTAL_FORMS" value="{before + 1}"' in page
    for value in ("三百万", "12,34", "仓库改造", "分拣线", "6222000011112222"):
        assert f'value="{value}"' in page
    assert "需要改正" not in page and "checked" in page
    assert '<option value="county" selected>' in page


def test_a_ticked_row_is_left_out(cast, as_user):
    project = selected_project(cast)
    as_user(cast.clerk).post(url("agreement-edit", project), agreement_data(**{"stages-0-DELETE": "on"}))
    assert [stage.name for stage in Agreement.objects.get().stages.all()] == ["整体完工"]


def test_all_errors_of_an_agreement_show_at_once_at_their_fields(cast, as_user):
    project = selected_project(cast)
    wrong = agreement_data(
        stages=[{"name": "主体建设", "deliverables": "", "amount": "0"}],
        equipment=[{"name": "分拣线", "quantity": "0", "unit_price": "1万", "owner": "nobody"}],
        no="",
        account_no="abc",
    )
    response = as_user(cast.clerk).post(url("agreement-edit", project), wrong)
    page = response.content.decode()
    assert response.status_code == 422 and not Agreement.objects.exists()
    for words in ("请填写“协议编号”", "请填写银行账号", "请填写“应完成内容”", "金额应大于 0", "不要写“万”", "主体建设"):
        assert words in page, words


@pytest.mark.parametrize("broken", [{"stages-TOTAL_FORMS": "x"}, {"stages-TOTAL_FORMS": "99999999"}, {"no": "\x00"}])
def test_a_broken_form_is_an_error_page_of_ours(cast, as_user, broken):
    project = selected_project(cast)
    response = as_user(cast.clerk).post(url("agreement-edit", project), agreement_data(**broken))
    assert response.status_code == 422
    again = as_user(cast.clerk).post(url("agreement-edit", project), agreement_data(**broken, add_stage="1"))
    assert again.status_code == 200


def test_a_refused_signature_names_the_clauses(cast, as_user):
    project = selected_project(cast)
    wrong = agreement_data(equipment=[EQUIPMENT[0] | {"owner": ""}], central_amount="3000000", account_no="")
    as_user(cast.clerk).post(url("agreement-edit", project), wrong)
    page = page_of(as_user(cast.government), Agreement.objects.get())
    response = as_user(cast.government).post(url("agreement-sign", Agreement.objects.get()))
    for text in (page, response.content.decode()):
        for words in ("A-312", "A-322", "A-323", "没有写明产权归属"):
            assert words in text
    assert response.status_code == 409


def test_only_finance_and_the_contractor_read_the_whole_account(cast, as_user):
    project = selected_project(cast)
    as_user(cast.clerk).post(url("agreement-edit", project), agreement_data())
    for user in (cast.finance, cast.contractor):
        assert "6222000011112222" in page_of(as_user(user), project)
    for user in (cast.clerk, cast.government, cast.henan_finance, cast.auditor):
        page = page_of(as_user(user), project)
        assert "6222000011112222" not in page and "************2222" in page


# --- 建设方案、开工 ---------------------------------------------------------------------------------------------------


def test_the_building_plan_goes_to_the_government_and_to_the_public_before_the_start(cast, as_user):
    project = selected_project(cast)
    as_user(cast.clerk).post(url("agreement-edit", project), agreement_data())
    signed_by_all(cast, as_user, Agreement.objects.get())
    refused = as_user(cast.government).post(url("project-start", project))
    assert refused.status_code == 409 and "A-108" in refused.content.decode()

    contractor = as_user(cast.contractor)
    contractor.post(
        url("contractor-plan-edit", project),
        BUILDING | {"text": "分两阶段建设", "upload": pdf("建设方案.pdf")},
    )
    plan = project.contractor_plans.get()
    contractor.post(url("contractor-plan-submit", plan))
    assert contractor.get(url("contractor-plan-edit", project)).status_code == 409

    reviewed_by_both(cast, as_user, plan)
    empty = as_user(cast.government).post(url("contractor-plan-return", plan), {"reason": " "})
    assert empty.status_code == 422 and "退回理由" in empty.content.decode()
    as_user(cast.government).post(url("contractor-plan-return", plan), {"reason": "补充投资明细"})
    assert "补充投资明细" in page_of(as_user(cast.contractor), project)
    other = as_user(cast.contractor)
    other.post(url("contractor-plan-edit", project), BUILDING | {"text": "分两阶段建设，投资 400 万元"})
    first, plan = plan, project.contractor_plans.first()
    first.refresh_from_db()
    assert (first.status, first.text) == ("returned", "分两阶段建设")  # what was sent back stays as it was
    assert plan.file.name == "建设方案.pdf" and plan.version == 2
    as_user(cast.contractor).post(url("contractor-plan-submit", plan))
    reviewed_by_both(cast, as_user, plan)
    as_user(cast.government).post(url("contractor-plan-approve", plan), SITE)
    early = as_user(cast.government).post(url("project-start", project))
    assert early.status_code == 409 and "A-109" in early.content.decode()

    s = story()
    s.over(Notice.objects.about(plan).get())
    go_to(s.today)
    assert as_user(cast.government).post(url("project-start", project)).status_code == 302
    project.refresh_from_db()
    assert project.status == "underway" and project.started_on == clock.today()


def test_the_contractor_reads_files_of_its_own_project_only(cast, as_user):
    project = selected_project(cast)
    as_user(cast.clerk).post(url("agreement-edit", project), agreement_data(upload=pdf("协议.pdf")))
    file = reverse("project-file", args=[project.pk, Agreement.objects.get().file_id])
    answers = {user: as_user(user).get(file).status_code for user in (cast.contractor, cast.other_contractor)}
    assert answers == {cast.contractor: 200, cast.other_contractor: 404}


def test_P_021_no_start_before_the_agreement_is_signed(cast, as_user):
    project = selected_project(cast)
    page = page_of(as_user(cast.government), project)
    refused = as_user(cast.government).post(url("project-start", project)).content.decode()
    assert "项目建设协议尚未签订" in page and "P-021" in page and "P-021" in refused


def test_the_ledger_names_a_responsible_person(cast, as_user):
    project = selected_project(cast)
    good = {"owner_person": "王某", "owner_phone": "0396-7022056", "planned_start": "2020-10-01"}
    assert as_user(cast.clerk).post(url("project-edit", project), good).status_code == 302
    assert "0396-7022056" in page_of(as_user(cast.clerk), project)
    above = page_of(as_user(cast.henan_commerce), project)
    assert "0396-7022056" not in above and "2056" in above
    wrong = good | {"owner_phone": "无", "planned_end": "2019-01-01", "owner_person": "李某"}
    response = as_user(cast.clerk).post(url("project-edit", project), wrong)
    page = response.content.decode()
    assert response.status_code == 422 and "请填写电话号码" in page and 'value="李某"' in page
    late = as_user(cast.clerk).post(url("project-edit", project), good | {"planned_end": "2019-01-01"})
    assert late.status_code == 422 and "计划完工不能早于计划开工" in late.content.decode()


# --- 交易和活动信息 ---------------------------------------------------------------------------------------------------


def month_data(**changes):
    figures = {"online_sales": "300,000", "farm_sales": "200000", "industrial_sales": "0", "orders": "900"}
    month = {"month": f"{clock.today().replace(day=1):%Y-%m}", "parcels": "800"}
    return month | figures | rows("activities") | changes


@pytest.fixture
def owing(cast):
    """A project under way that owes exactly the month of its start."""
    project = underway_project(cast)
    start = project.started_on
    go_to(date(start.year, start.month + 1, 3))
    return project, f"{start:%Y-%m}"


def test_a_missing_month_stands_on_the_page_until_it_is_given(cast, as_user, owing):
    project, month = owing
    assert "待报" in page_of(as_user(cast.clerk), project)
    response = as_user(cast.contractor).post(url("information-create", project), month_data(month=month))
    assert response.status_code == 302
    assert TransactionInformation.objects.get().online_sales == 300_000
    page = page_of(as_user(cast.clerk), project)
    assert "已报齐" in page and "待报" not in page
    nothing_owed = as_user(cast.contractor).get(url("information-create", project)).content.decode()
    assert "没有欠报的月份" in nothing_owed
    twice = as_user(cast.contractor).post(url("information-create", project), month_data(month=month))
    assert twice.status_code == 422 and TransactionInformation.objects.count() == 1


def test_nothing_to_report_is_a_signed_answer(cast, as_user, owing):
    project, month = owing

    def post(**data):
        return as_user(cast.contractor).post(
            url("information-create", project), {"month": month} | rows("activities") | data
        )

    noughts = dict.fromkeys(("online_sales", "farm_sales", "industrial_sales", "orders", "parcels"), "0")
    assert "请勾选“零申报”确认" in post(**noughts).content.decode()
    assert "请填写；没有的填 0" in post().content.decode()
    assert "零申报时各项数据须为零" in post(is_nil="on", online_sales="5").content.decode()
    assert post(is_nil="on").status_code == 302
    assert TransactionInformation.objects.get().is_nil


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "2019-01"},
        {"month": "\x00"},
        {"month": ""},
        {"orders": "9" * 30},
        {"orders": "-1"},
        {"parcels": "三"},
        {"online_sales": "1", "farm_sales": "2"},
        {"online_sales": "9" * 30},
        {"remark": "长" * 20001},
    ],
)
def test_bad_figures_are_shown_again_as_typed(cast, as_user, owing, wrong):
    project, month = owing
    data = month_data(month=month) | wrong
    response = as_user(cast.contractor).post(url("information-create", project), data)
    page = response.content.decode()
    assert response.status_code == 422 and not TransactionInformation.objects.exists()
    assert f'value="{data["parcels"]}"' in page and "需要改正" in page


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_chain_has_nine_steps_with_their_state(cast, as_user):
    page = page_of(as_user(cast.contractor), underway_project(cast))
    names = ["资金安排", "采购", "协议", "建设方案", "开工", "信息报送", "验收", "公示", "拨付"]
    chain = page.split('class="chain"')[1].split("</ol>")[0]
    assert [name for name in names if name in chain] == names and chain.count("<li") == 9
    assert reverse("plan-list") not in chain  # the county's plan is not the contractor's page


def test_the_project_page_stays_within_its_queries(cast, as_user, django_assert_max_num_queries):
    project = selected_project(cast)
    for _ in ("without an agreement", "with a draft to be signed"):
        for user in (cast.clerk, cast.government, cast.finance, cast.contractor, cast.henan_commerce):
            client = as_user(user)
            with django_assert_max_num_queries(20):
                client.get(project.get_absolute_url())
        as_user(cast.clerk).post(url("agreement-edit", project), agreement_data())


def test_a_project_at_its_end_stays_within_its_queries(cast, as_user, django_assert_max_num_queries):
    project = paid_payment(cast).project
    for user in (cast.clerk, cast.government, cast.finance, cast.contractor, cast.henan_commerce):
        client = as_user(user)
        with django_assert_max_num_queries(20):
            client.get(project.get_absolute_url())
        with django_assert_max_num_queries(15):
            client.get(reverse("project-list") + "?q=物流&status=underway")
