"""承办单位选择、协议、建设方案、交易和活动信息。"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.rules import Refused
from projects.identity import CHARSET, is_credit_code
from projects.models import (
    Agreement,
    Contractor,
    ContractorPlan,
    Equipment,
    Package,
    Procurement,
    TransactionInformation,
)
from tests import builders


@pytest.mark.parametrize("code", ["91330100799655058B", "9144030071526726XG", "91110000802100433B"])
def test_A_123_the_check_digit_of_real_codes_is_right(code):
    assert is_credit_code(code)


@given(st.text(CHARSET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(CHARSET))
def test_A_123_one_wrong_character_is_always_found(first17, place, other):
    from projects.identity import check_character

    code = first17 + check_character(first17)
    assert is_credit_code(code)
    if code[place] != other:
        assert not is_credit_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    "junk", ["", "123", "91330100799655058I", "９１３３０１００７９９６５５０５８Ｂ", "91330100799655058A"]
)
def test_A_123_junk_is_no_credit_code(junk):
    assert not is_credit_code(junk)


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda c: Contractor.objects.filter(pk=c.pk).update(form="branch"), "A-123"),
        (lambda c: Contractor.objects.filter(pk=c.pk).update(credit_code="91330100799655058A"), "A-123"),
        (lambda c: c.licences.all().delete(), "A-124"),
        (lambda c: c.licences.update(valid_to=date(2020, 1, 1)), "A-124"),
        (lambda c: c.credit_checks.update(found_record=True), "A-130"),
        (lambda c: c.credit_checks.update(checked_on=clock.today() - timedelta(days=31)), "A-130"),
        (lambda c: Contractor.objects.filter(pk=c.pk).update(declares_clean_record=False), "A-130"),
        (lambda c: c.credit_ratings.all().delete(), "A-131"),
        (lambda c: c.credit_ratings.update(valid_to=clock.today() - timedelta(days=1)), "A-131"),
    ],
)
def test_A_123_A_124_A_130_A_131_qualification_item_by_item(cast, spoil, rule):
    package = builders.awarded_package(cast)
    package.procurement.publicise_result(by=cast.government, site_url="https://example.invalid/1")
    builders.story().review(package.procurement)
    spoil(package.winner)
    with pytest.raises(Refused) as refusal:
        Package.objects.get(pk=package.pk).qualify(by=cast.clerk)
    assert {breach.rule.id for breach in refusal.value.breaches} == {rule}


def test_a_qualified_winner_gets_a_numbered_project(cast):
    project = builders.selected_project(cast)
    assert project.no == "4117252020001"
    assert project.contractor.admits(cast.contractor)


def test_A_311_a_procurement_follows_a_line_of_the_plan_in_force(cast):
    plan = builders.draft_plan(cast)
    line = plan.lines.get(no=1)
    with pytest.raises(Refused, match="A-311"):
        Procurement.begin(
            cast.county, by=cast.clerk, fund_line=line, name="x", content_text="x", conditions="x", budget=1
        )


def test_A_312_A_322_A_323_B_614_an_agreement_says_stages_accounts_owners_and_information(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().draft_agreement(project)
    fields = {"account_no": "", "clause_information": False}
    stages = [{"name": "一期", "deliverables": "x", "amount": 1}, {"name": "二期", "deliverables": "x", "amount": 2}]
    equipment = [{"name": "分拣机", "quantity": 1, "unit_price": 1, "owner": ""}]
    agreement.edit(by=cast.clerk, fields=fields, stages=stages, equipment=equipment)
    with pytest.raises(Refused) as refusal:
        agreement.sign(by=cast.government)
    found = {breach.rule.id for breach in refusal.value.breaches}
    assert found == {"A-312", "A-312t", "A-322", "A-323", "A-456", "B-614"}
    assert "没有写明产权归属" in str(refusal.value)
    with pytest.raises(IntegrityError, match="A_322"), transaction.atomic():
        Agreement.objects.update(status="signed", signed_on=clock.today())


def test_A_322_the_countys_own_special_account_is_needed_too(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().draft_agreement(project)
    cast.county.edit(by=cast.finance, account_last4="")
    with pytest.raises(Refused, match="县财政专账"):
        agreement.sign(by=cast.government)


def test_P_020_an_agreement_stays_within_award_and_line(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().draft_agreement(project)
    amount = project.award_amount + 1
    stages = [{"name": "整体", "deliverables": "x", "amount": amount}]
    agreement.edit(by=cast.clerk, fields={"central_amount": amount}, stages=stages)
    with pytest.raises(Refused, match="P-020"):
        agreement.sign(by=cast.government)


def test_A_108_A_109_no_start_before_the_contractors_plan_is_approved_and_publicised(cast):
    project = builders.selected_project(cast)
    s = builders.story()
    s.signed_agreement(project)
    with pytest.raises(Refused, match="A-108"):
        project.start(by=cast.government)
    amount = project.agreement.central_amount
    plan = ContractorPlan.draft(project, by=cast.contractor, text="分两期", central_amount=amount)
    plan.submit(by=cast.contractor)
    s.reviewed(plan)
    plan.approve(by=cast.government, site_url="https://example.invalid/2")
    with pytest.raises(Refused, match="A-109"):
        project.start(by=cast.government)
    s.over(plan.notice)
    builders.go_to(s.today)
    project.start(by=cast.government)
    assert project.started_on == s.today


def test_A_332_a_project_needs_its_responsible_person(cast):
    project = builders.selected_project(cast)
    project.edit(by=cast.clerk, owner_person="", owner_phone="")
    with pytest.raises(Refused, match="A-332"):
        project.start(by=cast.government)


def test_A_458_every_month_since_the_start_is_owed_and_a_nil_return_is_an_answer(cast):
    project = builders.underway_project(cast)
    start = project.started_on
    builders.go_to(date(2020, 12, 3))
    owed = project.information_missing(clock.today())
    assert owed[0] == start.replace(day=1) and owed[-1] == date(2020, 11, 1)
    TransactionInformation.submit(project, owed[0], by=cast.contractor, is_nil=True)
    assert owed[0] not in project.information_missing(clock.today())
    with pytest.raises(IntegrityError, match="information_nil"), transaction.atomic():
        TransactionInformation.submit(project, owed[1], by=cast.contractor, is_nil=True, orders=3)


def test_P_021_no_start_without_a_signed_agreement(cast):
    project = builders.selected_project(cast)
    builders.story().draft_agreement(project)
    with pytest.raises(Refused, match="P-021"):
        project.start(by=cast.government)


def test_A_324_agreement_plan_line_and_building_plan_say_the_same(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().draft_agreement(project)
    Equipment.objects.filter(agreement=agreement).update(unit_price=10_000_000)
    Agreement.objects.filter(pk=agreement.pk).update(matching_amount=1)
    with pytest.raises(Refused) as refused:
        agreement.sign(by=cast.government)
    wrong = [breach.wrong for breach in refused.value.breaches]
    assert any("县级配套 1.00 元" in words for words in wrong) and any("设备清单合计" in words for words in wrong)
    Equipment.objects.filter(agreement=agreement).update(unit_price=500_000)
    Agreement.objects.filter(pk=agreement.pk).update(matching_amount=0)
    builders.story().agree(agreement)
    agreement.sign(by=cast.government)

    plan = ContractorPlan.draft(project, by=cast.contractor, text="分两期", central_amount=agreement.central_amount - 1)
    with pytest.raises(Refused, match="A-324p"):
        plan.submit(by=cast.contractor)
    plan = ContractorPlan.draft(project, by=cast.contractor, text="分两期", central_amount=agreement.central_amount)
    plan.submit(by=cast.contractor)
    builders.story().reviewed(plan)
    plan.approve(by=cast.government, site_url="https://example.invalid/2")
    assert "归属：县" in plan.notice.facts["设备购置与归属"]


def test_A_324_no_equipment_out_of_a_line_for_services(cast):
    s = builders.story()
    project = s.selected_project(s.recorded_plan(), line_no=2)  # 服务购买
    builders.go_to(s.today)
    agreement = builders.story().draft_agreement(project)
    truck = {"name": "货车", "quantity": 1, "unit_price": 1, "owner": "county", "place": "县级中心"}
    agreement.edit(by=cast.clerk, fields={}, equipment=[truck])
    with pytest.raises(Refused, match="不能购置设备"):
        agreement.submit(by=cast.clerk)


def test_A_411_no_start_without_time_limits(cast):
    project = builders.selected_project(cast)
    project.edit(by=cast.clerk, planned_end=None)
    with pytest.raises(Refused, match="请填写计划完工日期.*A-411"):
        project.start(by=cast.government)
