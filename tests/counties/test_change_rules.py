"""方案变更：先报备、后实施；办完之前不验收、不拨付。"""

import pytest
from django.urls import reverse

from counties.models import Plan
from counties.rules.change import new_contractor_needs_new_procurement
from disclosure.demonstration import WAN
from portal.rules import Kind, Refused
from tests import builders


def test_A_326_a_changed_fund_line_is_named_as_such(cast):
    change = _change(builders.recorded_plan(cast), cast)
    with pytest.raises(Refused, match="A-326"):
        change.send(by=cast.clerk)
    change.edit(by=cast.clerk, revision=change.revision, fields={"change_types": ["content", "funds"]})
    change.send(by=cast.clerk)
    assert change.status == Plan.Status.COUNTERSIGN


def test_A_415_A_326_nothing_takes_effect_before_the_province_has_it(cast):
    change = _change(builders.recorded_plan(cast), cast)
    with pytest.raises(Refused, match="A-415"):
        change._take_effect(by=None)


def test_A_104c_a_new_contractor_is_told_to_procure_anew(cast):
    plan = builders.recorded_plan(cast)
    change = plan.begin_change(by=cast.clerk, types=["contractor"], reason="原承办单位退出")
    (breach,) = new_contractor_needs_new_procurement(change)
    assert "重新采购" in breach.wrong and breach.kind is Kind.RECORD
    change.send(by=cast.clerk)


@pytest.mark.parametrize("touched, refused", [(1, True), (2, False)])
def test_A_325_no_acceptance_of_a_line_under_change(cast, touched, refused):
    application = builders.inspecting_application(cast)
    _change(Plan.objects.get(county=cast.county), cast, no=touched)
    words = {"conclusion": "passed", "findings": "与协议一致", "approved_amount": application.stage.amount}
    if refused:
        with pytest.raises(Refused, match="正在办理变更.*A-325"):
            application.conclude(by=cast.government, **words)
    else:
        application.conclude(by=cast.government, **words)
        assert application.status == "passed"


@pytest.mark.parametrize("touched, refused", [(1, True), (2, False)])
def test_A_325_no_payment_of_a_line_under_change(cast, touched, refused):
    payment = builders.payable_payment(cast)
    change = _change(Plan.objects.get(county=cast.county), cast, no=touched)
    if refused:
        with pytest.raises(Refused, match="A-325"):
            payment.pay(by=cast.finance, voucher_no="演示凭证")
        change.withdraw(by=cast.clerk, reason="暂不变更")
    payment.pay(by=cast.finance, voucher_no="演示凭证")
    assert payment.status == "paid"


def test_A_104_a_change_is_withdrawn_the_filed_plan_stays_and_the_number_is_used(cast):
    plan = builders.recorded_plan(cast)
    with pytest.raises(Refused, match="可以撤回"):
        plan.withdraw(by=cast.clerk, reason="不办了")
    change = _change(plan, cast)
    change.withdraw(by=cast.clerk, reason="暂不变更")
    plan.refresh_from_db()
    assert (plan.status, change.status) == ("recorded", "withdrawn")
    assert plan.begin_change(by=cast.clerk).version == 3


def test_A_107_one_department_of_the_province_rejects_the_change_and_the_filed_plan_stays(cast):
    plan = builders.recorded_plan(cast)
    change = _change(plan, cast, types=["funds"])
    s = builders.story()
    s.send(change), s.opinions(change, "county"), s.approve(change, decision_file=plan.plan_file)
    s.opinions(change, "city"), s.file(change, doc_no="演商〔2020〕13号", reason="变更报备")
    change.current_reviews("province").get(bureau="finance").reject(by=cast.henan_finance, opinion="理由不充分")
    plan.refresh_from_db(), change.refresh_from_db()
    assert (plan.status, change.status) == ("recorded", "rejected")


def test_A_104_the_comparison_shows_old_beside_new(cast, as_user):
    plan = builders.recorded_plan(cast)
    change = _change(plan, cast)
    page = as_user(cast.clerk).get(reverse("plan-compare", args=[change.pk])).content.decode()
    assert "调整" in page and "不变" in page and f"{plan.lines.get(no=1).name}" in page and "线路调整" in page
    assert as_user(cast.clerk).get(reverse("plan-compare", args=[plan.pk])).status_code == 404


def _change(plan, cast, no=1, types=("content",)):
    """A change under way: 1 万元 of matching money is added to one line."""
    change = plan.begin_change(by=cast.clerk, types=types, reason="线路调整")
    rows = [{"id": line.pk, "matching_amount": line.matching_amount + (WAN if line.no == no else 0)}
            for line in change.lines.order_by("no")]  # fmt: skip
    change.edit_lines(by=cast.clerk, revision=change.lines_revision, lines=rows)
    return change
