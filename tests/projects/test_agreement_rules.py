"""项目建设协议：clauses, stages, owners, the four signatures, duplicate support, the four documents, supplements."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from acceptance.models import Application
from counties.models import FundLine
from portal import clock
from portal.rules import Refused
from projects.compare import compared
from projects.models import Agreement, Equipment, Procurement, Project, Stage, SupplementAgreement
from tests import builders


@pytest.fixture
def draft(cast):
    return builders.story().draft_agreement(builders.selected_project(cast))


def refusal(deed, **kwargs):
    with pytest.raises(Refused) as refused:
        deed(**kwargs)
    return {breach.rule.id: breach.wrong for breach in refused.value.breaches}


# --- 必备条款 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "ids", "words"),
    [
        ({"clause_information": False}, {"A-456", "B-614"}, "交易和活动信息"),
        ({"clause_sharing": False}, {"A-304"}, "开放共享"),
        ({"sharing_statement": " "}, {"A-304"}, "与谁共享"),
        ({"clause_signage": False}, {"A-426a"}, "统一标识"),
        ({"clause_accounting": False}, {"A-333a"}, "分别核算"),
        ({"clause_recovery": False}, {"A-328a"}, "追回"),
    ],
)
def test_A_456_B_614_A_304_A_426_A_333_A_328_each_missing_clause_is_refused_by_its_own_words(
    cast, draft, missing, ids, words
):
    draft.edit(by=cast.clerk, fields=missing)
    found = refusal(draft.submit, by=cast.clerk)
    assert set(found) == ids and all(words in wrong for wrong in found.values())
    draft.edit(by=cast.clerk, fields=dict.fromkeys(missing, True) | {"sharing_statement": "向县内企业开放"})
    draft.submit(by=cast.clerk)
    assert draft.status == "finance"


def test_A_312_every_stage_has_a_trigger_or_a_date(cast, draft):
    Stage.objects.filter(agreement=draft, no=1).update(trigger="")
    assert "第 1 阶段“主体建设”没有写明触发条件" in refusal(draft.submit, by=cast.clerk)["A-312t"]
    Stage.objects.filter(agreement=draft, no=1).update(planned_on=date(2021, 3, 1))
    draft.submit(by=cast.clerk)


def test_shares_of_the_stages_are_100_percent_together(cast, draft):
    third = Decimal("1333333.33")
    amounts = [third, third, draft.central_amount - 2 * third]
    stages = [{"name": f"{n}", "trigger": "x", "deliverables": "x", "amount": a} for n, a in enumerate(amounts)]
    draft.edit(by=cast.clerk, fields={}, stages=stages)
    shares = [share for _, share in draft.shares()]
    assert sum(shares) == 100 and shares == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert [stage.is_final for stage in draft.stages.all()] == [False, False, True]


@pytest.mark.parametrize(
    ("spoilt", "words"), [({"owner": ""}, "产权归属"), ({"unit_price": 0}, "单价"), ({"place": ""}, "存放地点")]
)
def test_A_323_equipment_says_owner_price_and_place(cast, draft, spoilt, words):
    good = {name: getattr(draft.equipment.get(), name) for name in spoilt}
    Equipment.objects.filter(agreement=draft).update(**spoilt)
    assert words in refusal(draft.submit, by=cast.clerk)["A-323"]
    Equipment.objects.filter(agreement=draft).update(**good)
    draft.submit(by=cast.clerk)


def test_A_323_what_central_money_buys_belongs_to_the_county_or_a_reason_is_given(cast, draft):
    Equipment.objects.filter(agreement=draft).update(owner="contractor")
    builders.story().agree(draft)
    assert set(refusal(draft.sign, by=cast.government)) == {"A-323g"}
    draft.sign(by=cast.government, reason="设备由承办单位自有资金购置，另有投资证明")
    assert draft.events.latest("pk").excused == ["A-323g"]


def test_A_323_only_own_money_buys_for_the_contractor(cast, draft):
    Equipment.objects.filter(agreement=draft).update(owner="contractor")
    Agreement.objects.filter(pk=draft.pk).update(self_amount=1_000_000)
    builders.story().agree(draft)
    draft.sign(by=cast.government)


# --- 四个人、四步 ----------------------------------------------------------------------------------------------------


def test_the_way_of_an_agreement_and_who_may_go_it(cast, draft):
    draft.submit(by=cast.clerk)
    with pytest.raises(Refused, match="P-002"):
        draft.review_funds(by=cast.clerk)
    with pytest.raises(Refused, match="P-001"):
        draft.sign(by=cast.government)
    draft.review_funds(by=cast.finance)
    with pytest.raises(Refused, match="P-002"):
        draft.accept(by=cast.finance)
    draft.accept(by=cast.contractor)
    for somebody in (cast.clerk, cast.finance):
        with pytest.raises(Refused, match="P-002"):
            draft.sign(by=somebody)
    draft.sign(by=cast.government)
    assert (draft.status, draft.signed_on, draft.signed_by) == ("signed", clock.today(), cast.government)
    people = [draft.drafted_by, draft.reviewed_by, draft.accepted_by, draft.signed_by]
    assert len(set(people)) == 4


def test_an_agreement_sent_back_goes_the_whole_way_again(cast, draft):
    draft.submit(by=cast.clerk)
    draft.review_funds(by=cast.finance)
    draft.send_back(by=cast.contractor, reason="设备数量有误")
    assert (draft.status, draft.reviewed_by) == ("draft", None)
    with pytest.raises(Refused, match="P-001"):
        draft.accept(by=cast.contractor)
    builders.story().agree(draft)
    with pytest.raises(Refused, match="不能修改"):
        draft.edit(by=cast.clerk, fields={"central_amount": 1})


def test_P_001_an_agreement_is_sent_back_only_from_the_step_that_was_seen(cast, draft):
    draft.submit(by=cast.clerk)
    seen = Agreement.objects.get(pk=draft.pk)
    draft.review_funds(by=cast.finance)
    with pytest.raises(Refused, match="P-001"):
        seen.send_back(by=cast.finance, reason="迟了一步")
    assert Agreement.objects.get(pk=draft.pk).status == "offered"


def test_A_323_the_database_refuses_an_unreviewed_signature_and_a_changed_signed_agreement(cast, draft):
    with pytest.raises(IntegrityError, match="signed_after_review"), transaction.atomic():
        Agreement.objects.filter(pk=draft.pk).update(status="signed", signed_on=clock.today())
    builders.story().agree(draft)
    draft.sign(by=cast.government)
    for change in ({"central_amount": 1}, {"clause_recovery": False}, {"status": "draft", "signed_on": None},
                   {"version": 2, "central_amount": 1}):  # fmt: skip
        with pytest.raises(IntegrityError, match="A-323"), transaction.atomic():
            Agreement.objects.filter(pk=draft.pk).update(**change)


def test_a_terminated_agreement_stops_the_project_and_starts_nothing(cast):
    project = builders.underway_project(cast)
    project.agreement.terminate(by=cast.government, reason="承办单位不能履约")
    project.refresh_from_db()
    assert (project.agreement.status, project.status) == ("terminated", "stopped")
    with pytest.raises(Refused, match="P-031"):
        builders.story().submitted_application(project)
    with pytest.raises(Refused, match="P-001"):
        project.agreement.terminate(by=cast.government, reason="再次")


def test_P_021_a_terminated_agreement_is_no_agreement(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().signed_agreement(project)
    agreement.terminate(by=cast.government, reason="双方协商解除")
    with pytest.raises(Refused, match="P-021"):
        Project.objects.get(pk=project.pk).start(by=cast.government)


def test_a_fulfilled_agreement_is_not_terminated(cast):
    project = builders.underway_project(cast)
    s = builders.story()
    s.clear_application(project)
    s.clear_application(project, stage_no=2)
    project.refresh_from_db()
    assert project.agreement.standing() == "已完成"
    with pytest.raises(Refused, match="履行完毕"):
        project.agreement.terminate(by=cast.government, reason="x")


# --- 重复支持 --------------------------------------------------------------------------------------------------------


def _another(cast, place=None):
    """A second project of the same contractor, signed; its equipment perhaps at the place of the first."""
    first = builders.selected_project(cast)
    s = builders.story()
    s.signed_agreement(first)
    second = s.selected_project(first.fund_line.plan, line_no=4)
    builders.go_to(s.today)
    agreement = builders.story().draft_agreement(second)
    if place:
        Equipment.objects.filter(agreement=agreement).update(place=first.agreement.equipment.get().place)
    builders.story().agree(agreement)
    return agreement


def test_A_305_the_same_equipment_at_the_same_place_needs_a_reason(cast):
    agreement = _another(cast, place="same")
    found = refusal(agreement.sign, by=cast.government)
    assert set(found) == {"A-305d"}
    assert "确山县项目“县级仓储物流配送中心改造”（4117252020001）" in found["A-305d"]
    agreement.sign(by=cast.government, reason="第二条分拣线，与第一个项目分属不同车间")
    assert agreement.events.latest("pk").excused == ["A-305d"]


def test_A_305_another_place_is_another_project(cast):
    _another(cast).sign(by=cast.government)


def test_A_305_the_same_content_is_found_in_any_county(cast, draft):
    with connection.cursor() as cursor:  # as the owner: the filed line names its place
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE counties_fundline DISABLE TRIGGER USER")
        cursor.execute("UPDATE counties_fundline SET place = '演示工业园'")
        cursor.execute("ALTER TABLE counties_fundline ENABLE TRIGGER USER")
    procurement = Procurement.objects.get(pk=draft.project.procurement_id)
    procurement.pk = None
    procurement.save(force_insert=True)
    package = draft.project.package
    package.pk, package.procurement = None, procurement
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_package DISABLE TRIGGER USER")
        package.save(force_insert=True)
        cursor.execute("ALTER TABLE projects_package ENABLE TRIGGER USER")
    other = Project.objects.get(pk=draft.project_id)
    other.pk, other.no, other.county, other.procurement = None, "4113262020001", cast.neighbour_county, procurement
    other.package = package
    other.save(force_insert=True)
    builders.story().agree(draft)
    found = refusal(Agreement.objects.get(pk=draft.pk).sign, by=cast.government)
    assert set(found) == {"A-305d"} and "淅川县项目" in found["A-305d"]
    Project.objects.filter(pk=other.pk).update(name="电商培训")
    Agreement.objects.get(pk=draft.pk).sign(by=cast.government)


# --- 四个文件核对 ----------------------------------------------------------------------------------------------------


def row(agreement, label, plan=None):
    return next(row for row in compared(agreement, plan) if row.label.startswith(label))


def test_A_324_an_agreement_below_its_line_is_explained_by_the_award_or_refused(cast, draft):
    amount = draft.central_amount - 100
    stages = [{"name": "整体", "trigger": "x", "deliverables": "x", "amount": amount}]
    draft.edit(by=cast.clerk, fields={"central_amount": amount}, stages=stages)
    assert "先办理方案变更报备" in refusal(draft.submit, by=cast.clerk)["A-324"]
    type(draft.project.package).objects.update(award_amount=amount)
    agreement = Agreement.objects.get(pk=draft.pk)
    assert row(agreement, "中央资金").explained == [f"按成交金额 {amount:.2f} 元签订，低于资金安排"]
    agreement.submit(by=cast.clerk)


def test_A_324_a_stage_ends_within_the_period_of_the_plan(cast, draft):
    Stage.objects.filter(agreement=draft, no=2).update(planned_on=date(2022, 7, 1))
    assert "晚于实施方案的实施期" in refusal(draft.submit, by=cast.clerk)["A-324"]
    Stage.objects.filter(agreement=draft, no=2).update(planned_on=date(2022, 6, 30))
    draft.submit(by=cast.clerk)


def test_A_324_a_filed_change_explains_what_differs_from_the_first_plan(cast, draft):
    first = draft.project.fund_line
    later = FundLine.objects.get(pk=first.pk)
    later.pk, later.central_amount = None, first.central_amount + 1
    later.plan = type(first.plan).objects.get(pk=first.plan_id)
    later.plan.version, later.plan.change_reason = 2, "扩大规模"
    draft.project.fund_line.in_force = lambda: later
    found = row(draft, "中央资金")
    assert found.explained[0].startswith("方案变更（第 2 版") and "扩大规模" in found.explained[0]


# --- 补充协议 --------------------------------------------------------------------------------------------------------


def test_A_323_a_signed_agreement_changes_by_a_signed_supplement_that_keeps_both_readings(cast):
    project = builders.underway_project(cast)
    agreement = project.agreement
    supplement = builders.draft_supplement(cast, agreement, account_no="6222999988887777")
    builders.story().agree(supplement)
    supplement.sign(by=cast.government)
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert (agreement.version, agreement.status) == (2, "signed")
    assert [stage.amount for stage in agreement.stages.all()] == [Decimal("1610000.00"), Decimal("2390000.00")]
    assert [stage.amount for stage in agreement.at_version(1).stages.all()] == [1_600_000, 2_400_000]
    assert agreement.at_version(3) is None
    event = agreement.events.latest("pk")
    assert event.data["before"]["stages"][0]["amount"] == "1600000.00"
    assert event.data["after"]["terms"]["account_no"] == "末四位 7777" and "88887777" not in str(event.data)
    with pytest.raises(IntegrityError, match="A-323"), transaction.atomic():
        SupplementAgreement.objects.filter(pk=supplement.pk).update(reason="x")


def test_A_312_a_supplement_lowers_nothing_that_was_accepted(cast):
    project = builders.underway_project(cast)
    builders.story().passed_application(project)
    agreement = Agreement.objects.get(project=project)
    first, last = agreement.stages.all()
    assert first.committed == first.amount
    rows = agreement.snapshot()["stages"]
    rows[0]["amount"], rows[1]["amount"] = first.amount - 1, last.amount + 1
    supplement = _supplement(cast, agreement, rows)
    assert "不能改为 1599999.00 元" in refusal(supplement.submit, by=cast.clerk)["A-312c"]
    with pytest.raises(IntegrityError, match="A.312"), transaction.atomic():
        Stage.objects.filter(pk=first.pk).update(amount=1)
    whole = [rows[1] | {"amount": agreement.central_amount}]
    supplement = _supplement(cast, agreement, whole)
    assert "已按“分阶段验收”验收，不能改为“整体验收”" in refusal(supplement.submit, by=cast.clerk)["A-312c"]
    rows[0]["amount"], rows[1]["amount"] = first.amount + 1, last.amount - 1
    supplement = _supplement(cast, agreement, rows)
    builders.story().agree(supplement)
    supplement.sign(by=cast.government)
    assert Stage.objects.get(pk=first.pk).committed == first.committed


def test_a_stage_with_an_application_is_not_taken_out(cast):
    project = builders.underway_project(cast)
    s = builders.story()
    application = Application.begin(project.agreement.stages.get(no=2), by=cast.contractor, statement="草稿")
    agreement = Agreement.objects.get(project=project)
    rows = agreement.snapshot()["stages"][:1]
    rows[0]["amount"] = agreement.central_amount
    supplement = _supplement(cast, agreement, rows)
    s.agree(supplement)
    assert "已有验收申请" in refusal(supplement.sign, by=cast.government)["A-312c"]
    assert Application.objects.filter(pk=application.pk).exists()
    assert Agreement.objects.get(pk=agreement.pk).version == 1


def _supplement(cast, agreement, stages):
    return SupplementAgreement.draft(
        agreement, by=cast.clerk, no="补1", reason="调整阶段", terms={}, equipment=agreement.snapshot()["equipment"],
        stages=[{name: value for name, value in row.items() if name != "no"} for row in stages],
    )  # fmt: skip


def test_A_323_a_supplement_changes_something_of_a_signed_agreement(cast, draft):
    found = refusal(
        SupplementAgreement.draft,
        agreement=draft,
        by=cast.clerk,
        no="补1",
        reason="x",
        terms={},
        stages=[],
        equipment=[],
    )
    assert "只有已签生效的协议" in found["A-323s"]
    builders.story().agree(draft)
    draft.sign(by=cast.government)
    same = _supplement(cast, Agreement.objects.get(pk=draft.pk), draft.snapshot()["stages"])
    assert "没有不同" in refusal(same.submit, by=cast.clerk)["A-323s"]


def test_the_rules_of_an_agreement_judge_its_supplement_too(cast):
    project = builders.underway_project(cast)
    supplement = builders.draft_supplement(cast, project.agreement, clause_recovery=False, self_amount=5)
    assert set(refusal(supplement.submit, by=cast.clerk)) == {"A-328a"}
    assert {change.label for change in supplement.changes()} >= {"自筹（元）", "载明违约追回", "中央资金（元）"}


def test_equipment_of_the_same_name_stays_the_same_row(cast):
    project = builders.underway_project(cast)
    agreement, item = project.agreement, project.agreement.equipment.get()
    goods = agreement.snapshot()["equipment"]
    goods[0]["quantity"] = 3
    more = goods[0] | {"name": "电子秤", "quantity": 1, "unit_price": 500}
    stages = [{n: v for n, v in row.items() if n != "no"} for row in agreement.snapshot()["stages"]]
    supplement = SupplementAgreement.draft(
        agreement, by=cast.clerk, no="补1", reason="增加设备", terms={}, stages=stages, equipment=[*goods, more]
    )
    builders.story().agree(supplement)
    supplement.sign(by=cast.government)
    assert agreement.equipment.get(pk=item.pk).quantity == 3 and agreement.equipment.count() == 2


def test_a_withdrawn_supplement_leaves_the_agreement_alone(cast):
    agreement = builders.underway_project(cast).agreement
    supplement = builders.draft_supplement(cast, agreement)
    supplement.submit(by=cast.clerk)
    supplement.withdraw(by=cast.clerk, reason="不再需要")
    assert Agreement.objects.get(pk=agreement.pk).version == 1
    again = builders.draft_supplement(cast, agreement)
    assert again.pk != supplement.pk and again.version == 2
