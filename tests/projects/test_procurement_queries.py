"""质疑和投诉、采购结果公告、合同公告，以及政府采购法定期限。"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal import clock, workdays
from projects.deadlines import terms_of
from projects.models import Agreement, Package, Procurement, Project, SupplierQuery
from tests import builders
from tests.projects.test_procurement_rules import SITE, award, package_of, refused


def publicised(cast):
    """Awarded, and the result publicised."""
    package = builders.awarded_package(cast)
    package.procurement.publicise_result(by=cast.government, site_url=SITE)
    return Package.objects.get(pk=package.pk)


def answer(query, by, **changes):
    values = {"outcome": "not_upheld", "answer_text": "评审程序合法", "consequence": ""} | changes
    query.answer(by=by, **values)


# --- A-122q: suspended while a query is open --------------------------------------------------------------------------
def test_A_122_while_a_query_is_open_nothing_is_awarded(cast):
    procurement = builders.announced_procurement(cast)
    query = builders.open_query(cast, procurement)
    assert query.package == package_of(procurement)  # the only one
    assert "A-122q" in refused(award, cast, package_of(procurement))
    answer(query, cast.clerk)
    award(cast, package_of(procurement))
    assert Procurement.objects.get().status == "awarded"


def test_A_122_while_a_query_is_open_nobody_is_selected(cast):
    package = publicised(cast)
    query = builders.open_query(cast, package.procurement)
    assert "A-122q" in refused(Package.objects.get().qualify, by=cast.clerk)
    answer(query, cast.finance)
    builders.story().review(Package.objects.get().procurement)
    Package.objects.get().qualify(by=cast.clerk)


def test_A_122_while_a_query_is_open_no_agreement_is_signed(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().draft_agreement(project)
    builders.story().agree(agreement)
    query = builders.open_query(cast, project.procurement)
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert "A-122q" in refused(agreement.sign, by=cast.government)
    answer(query, cast.clerk)
    Agreement.objects.get(pk=agreement.pk).sign(by=cast.government)


def test_A_122_an_open_objection_to_the_result_suspends_too(cast):
    package = publicised(cast)
    objection = package.result_notice.object(name="", phone="", text="评分有误")
    assert "A-122q" in refused(package.qualify, by=cast.clerk)
    objection.answer(by=cast.government, outcome="not_upheld", reply="评分无误")
    builders.story().review(Package.objects.get().procurement)
    Package.objects.get().qualify(by=cast.clerk)


def test_A_122_a_query_about_one_package_leaves_the_others_alone(cast):
    procurement = builders.announced_procurement(cast, packages=2)
    builders.open_query(cast, procurement, package=package_of(procurement, 2))
    award(cast, package_of(procurement))
    assert "A-122q" in refused(award, cast, package_of(procurement, 2))


def test_no_query_is_registered_before_there_is_a_tender(cast):
    s = builders.story()
    plan = s.recorded_plan()
    builders.go_to(s.today)
    line = plan.lines.get(no=1)
    procurement = Procurement.begin(
        cast.county, by=cast.clerk, fund_line=line, name="x", content_text="x", conditions="x", budget=1
    )
    assert "P-001" in refused(builders.open_query, cast, procurement)


# --- answers and their consequences -----------------------------------------------------------------------------------
def test_P_022_complaints_are_decided_by_the_finance_bureau(cast):
    package = publicised(cast)
    query = builders.open_query(cast, package.procurement, kind="complaint")
    assert query.due_on == workdays.add_workdays(clock.today(), 30)
    assert "P-022" in refused(answer, query, cast.clerk)
    answer(SupplierQuery.objects.get(), cast.finance)
    assert "P-001" in refused(answer, SupplierQuery.objects.get(), cast.finance)


def test_A_122_an_upheld_query_reopens_the_evaluation(cast):
    package = publicised(cast)
    notice = package.result_notice
    query = builders.open_query(cast, package.procurement)
    answer(query, cast.clerk, outcome="upheld", consequence="reopen")
    package = Package.objects.get()
    assert package.status == "open" and package.winner is None and not package.bidders.exists()
    assert Procurement.objects.get().status == "open"
    old = package.events.latest("pk").data
    assert old["award_amount"] == "4000000.00" and len(old["bidders"]) == 3  # what was awarded stays on record
    award(cast, package)
    package.procurement.publicise_result(by=cast.government, site_url=SITE)
    assert Package.objects.get().result_notice != notice


def test_A_122_an_upheld_query_about_the_conditions_sends_the_procurement_back(cast):
    procurement = builders.announced_procurement(cast)
    answer(builders.open_query(cast, procurement), cast.clerk, outcome="upheld", consequence="redo")
    procurement.refresh_from_db()
    assert procurement.status == "draft" and procurement.notice_date is None
    procurement.edit(by=cast.clerk, conditions="更正后的条件")
    procurement.publicise_conditions(by=cast.government, site_url=SITE)
    assert procurement.status == "conditions"


def test_A_122_an_upheld_query_after_selection_fails_the_package_and_stops_the_project(cast):
    project = builders.selected_project(cast)
    query = builders.open_query(cast, project.procurement)
    assert "P-001" in refused(answer, query, cast.clerk, outcome="upheld", consequence="reopen")
    answer(SupplierQuery.objects.get(), cast.clerk, outcome="upheld", consequence="fail")
    assert (Package.objects.get().status, Project.objects.get().status) == ("failed", "stopped")
    assert Procurement.objects.get().status == "failed"


def test_A_122_under_contract_an_upheld_query_keeps_the_award(cast):
    agreement = builders.signed_agreement(cast)
    query = builders.open_query(cast, agreement.project.procurement)
    assert "A-122v" in refused(answer, query, cast.clerk, outcome="upheld", consequence="fail")
    answer(SupplierQuery.objects.get(), cast.clerk, outcome="upheld", consequence="keep")
    assert Package.objects.get().status == "selected"


def test_A_122_the_database_keeps_an_answer_complete(cast):
    query = builders.open_query(cast, builders.announced_procurement(cast))
    with pytest.raises(IntegrityError, match="A_122_query"), transaction.atomic():
        SupplierQuery.objects.filter(pk=query.pk).update(answered_on=clock.today())


def test_A_122_an_upheld_objection_to_the_result_voids_the_award(cast):
    package = publicised(cast)
    objection = package.result_notice.object(name="", phone="", text="评分有误")
    objection.answer(by=cast.government, outcome="upheld", reply="重新评审")
    assert (Package.objects.get().status, Procurement.objects.get().status) == ("open", "open")


# --- the result notice ------------------------------------------------------------------------------------------------
def test_A_122_nobody_is_selected_before_the_result_is_publicised(cast):
    package = builders.awarded_package(cast)
    assert "A-122r" in refused(package.qualify, by=cast.clerk)
    notice = package.procurement.publicise_result(by=cast.government, site_url=SITE)
    assert (notice.kind, notice.workdays) == ("award", 1)
    builders.story().review(Package.objects.get().procurement)
    Package.objects.get().qualify(by=cast.clerk)


def test_A_122_the_result_notice_tells_no_offer_of_those_who_lost(cast):
    package = package_of(builders.announced_procurement(cast))
    offers = [package.budget, 3_777_777, 3_888_888]
    rows = [{"name": f"演示单位{n}", "offer": offer, "rank": n} for n, offer in enumerate(offers, start=1)]
    from disclosure.demonstration import company

    rows[0]["name"] = company(1).name
    award(cast, package, bidders=rows)
    notice = Procurement.objects.get().publicise_result(by=cast.government, site_url=SITE)
    assert company(1).name in notice.body and "4000000.00 元" in notice.body
    assert "3777777" not in notice.body and "演示单位2" not in notice.body


def test_A_122_nothing_is_publicised_twice(cast):
    package = publicised(cast)
    assert "A-122n" in refused(package.procurement.publicise_result, by=cast.government, site_url=SITE)


def test_A_122_a_late_result_notice_says_why(cast):
    package = builders.awarded_package(cast)
    due = package.result_due
    assert due == workdays.add_workdays(package.award_date, 2)
    builders.go_to(due)
    with transaction.atomic():  # on the last day it is in time
        package.procurement.publicise_result(by=cast.government, site_url=SITE)
        transaction.set_rollback(True)
    builders.go_to(due + timedelta(days=1))
    procurement = Procurement.objects.get()
    assert "A-122d" in refused(procurement.publicise_result, by=cast.government, site_url=SITE)
    procurement.publicise_result(by=cast.government, site_url=SITE, reason="平台故障")
    assert procurement.events.latest("pk").excused == ["A-122d"]


# --- dates of the law -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("awarded", "result_due", "noticed", "queries_until"),
    [
        # 国庆、中秋 2020: 27 September and 10 October are working days
        (date(2020, 9, 29), date(2020, 10, 9), date(2020, 9, 30), date(2020, 10, 19)),
        # an ordinary week
        (date(2020, 11, 2), date(2020, 11, 4), date(2020, 11, 3), date(2020, 11, 13)),
        # Spring Festival 2021: Sunday 7 and Saturday 20 February are working days
        (date(2021, 2, 9), date(2021, 2, 18), date(2021, 2, 10), date(2021, 2, 26)),
    ],
)
def test_A_122_working_days_of_result_and_queries(cast, awarded, result_due, noticed, queries_until):
    from notices.models import Notice

    package = Package(award_date=awarded, no=1, name="x")
    package.result_notice = Notice(starts_on=noticed, ends_on=workdays.add_workdays(noticed, 1))
    assert (package.result_due, package.queries_until) == (result_due, queries_until)


def test_A_122_a_contract_is_due_thirty_days_after_the_result(cast):
    package = publicised(cast)
    assert package.contract_due == workdays.roll_over(package.result_notice.starts_on + timedelta(days=30))
    assert not [breach for breach in package.missing_before_sign() if breach.rule.id == "A-122h"]
    builders.go_to(package.contract_due + timedelta(days=1))
    assert [breach.rule.id for breach in package.missing_before_sign()] == ["A-122h"]  # told, not refused


def test_A_122_contract_publicity_follows_the_contract_and_says_why_it_is_late(cast):
    project = builders.selected_project(cast)
    package = Package.objects.get()
    fields = {"contract_publicised_on": clock.today(), "contract_url": "https://example.invalid/hetong"}
    assert "A-122j" in refused(package.publicise_contract, by=cast.clerk, **fields)
    builders.story().signed_agreement(project)
    package = Package.objects.get()
    builders.go_to(package.contract_publicity_due + timedelta(days=1))
    late = fields | {"contract_publicised_on": clock.today()}
    assert "A-122i" in refused(Package.objects.get().publicise_contract, by=cast.clerk, **late)
    package.publicise_contract(by=cast.clerk, reason="平台维护", **late)
    assert package.events.latest("pk").excused == ["A-122i"]


def test_A_122_each_term_shows_whether_it_was_kept_runs_or_is_late(cast):
    package = publicised(cast)
    states = [term.state for term in terms_of(package, clock.today())]
    assert states == ["按期办理", "进行中", "进行中", "进行中", "未到"]
    after = package.contract_due + timedelta(days=1)
    states = [term.state for term in terms_of(package, after)]
    assert states == ["按期办理", "已期满", "已期满", "逾期未办", "未到"]
    package.award_date -= timedelta(days=14)
    assert terms_of(package, after)[0].state.startswith("逾期")


def test_A_122_a_term_in_a_year_without_a_holiday_notice_is_provisional(cast):
    package = Package(award_date=date(2027, 3, 1), no=1, name="x")
    (result, *_) = terms_of(package, date(2027, 3, 1))
    assert result.due.provisional
