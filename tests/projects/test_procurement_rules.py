"""政府采购的规则：标段、采购公告、成交、废标和重新采购。"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from disclosure.demonstration import bidders, company
from notices.models import Notice
from portal import clock
from portal.rules import Refused
from projects.models import Agreement, Package, Procurement, Project
from tests import builders

SITE = "https://example.invalid/1"
WAN = 10_000


def begun(cast, plan=None, **fields):
    line = (plan or builders.recorded_plan(cast)).lines.get(no=1)
    values = {"name": line.name, "content_text": "内容", "conditions": "条件", "budget": line.central_amount}
    if "packages" not in fields:
        values["fund_line"] = line
    return Procurement.begin(cast.county, by=cast.clerk, **(values | fields))


def announcement(**changes):
    today = clock.today()
    return {
        "method": "open", "procurement_no": "武政招标采购【2021】011号", "notice_date": today, "open_date": today,
        "announcement_url": "https://example.invalid/caigou",
    } | changes  # fmt: skip


def award(cast, package, **changes):
    """As it should be, but for what is changed."""
    winner = company(1)
    values = {
        "bidders": bidders(winner, package.budget), "award_date": clock.today(), "award_amount": package.budget,
        "winner": winner,
    } | changes  # fmt: skip
    package.award(by=cast.clerk, **values)


def package_of(procurement, no=1):
    return procurement.packages.get(no=no)


def refused(deed, *args, **kwargs):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        deed(*args, **kwargs)
    return str(refusal.value)


# --- publicity first ------------------------------------------------------------------------------------------
def test_A_121_no_tender_and_no_award_before_content_and_conditions_were_publicised(cast):
    procurement = begun(cast)
    assert "A-121" in refused(award, cast, package_of(procurement))
    with pytest.raises(IntegrityError, match="A_121"), transaction.atomic():
        Procurement.objects.filter(pk=procurement.pk).update(status="open")
    procurement.publicise_conditions(by=cast.government, site_url=SITE)
    assert "A-121" in refused(procurement.announce, by=cast.clerk, **announcement())
    assert "A-121" in refused(award, cast, package_of(procurement))


def test_A_121_a_tender_notice_is_not_dated_before_the_end_of_the_publicity(cast):
    procurement = builders.opened_procurement(cast)
    ends_on = procurement.conditions_notice.ends_on
    early = announcement(notice_date=ends_on, open_date=ends_on)
    assert "A-121n" in refused(procurement.announce, by=cast.clerk, **early)
    procurement.announce(by=cast.clerk, **announcement(notice_date=ends_on + timedelta(days=1)))


def test_A_121_what_was_publicised_cannot_be_changed_in_the_database(cast):
    procurement = builders.opened_procurement(cast)
    with pytest.raises(IntegrityError, match="A-121"), transaction.atomic():
        procurement.packages.update(budget=1)
    with pytest.raises(IntegrityError, match="A-121"), transaction.atomic():
        procurement.packages.create(no=2, name="x", fund_line=package_of(procurement).fund_line, budget=1)


# --- packages --------------------------------------------------------------------------------------------------------
def test_A_122_packages_add_up_to_the_budget_of_the_procurement(cast):
    plan = builders.recorded_plan(cast)
    line = plan.lines.get(no=1)
    rows = [{"name": name, "fund_line": line, "budget": 200 * WAN} for name in ("库房", "线路")]
    assert "A-122s" in refused(begun, cast, plan, packages=rows, budget=401 * WAN)
    procurement = begun(cast, plan, packages=rows, budget=400 * WAN)
    assert [package.no for package in procurement.packages.all()] == [1, 2]
    assert "A-122s" in refused(procurement.edit, by=cast.clerk, packages=rows[:1])
    Procurement.objects.filter(pk=procurement.pk).update(budget=1)
    assert "A-122s" in refused(procurement.publicise_conditions, by=cast.government, site_url=SITE)
    with pytest.raises(IntegrityError, match="A-122"), transaction.atomic():
        notice = Notice.objects.first().pk
        Procurement.objects.filter(pk=procurement.pk).update(status="conditions", conditions_notice=notice)
    procurement.edit(by=cast.clerk, packages=rows, budget=400 * WAN)
    procurement.publicise_conditions(by=cast.government, site_url=SITE)
    assert "200" in procurement.conditions_notice.facts["第 2 标段"]


def test_A_311_every_package_follows_a_line_of_the_plan_in_force(cast):
    line = builders.draft_plan(cast).lines.get(no=1)
    words = refused(
        Procurement.begin, cast.county, by=cast.clerk, fund_line=line, name="x", content_text="x", conditions="x",
        budget=1,
    )  # fmt: skip
    assert "A-311" in words and not Procurement.objects.exists()


# --- the tender ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "words", "rule"),
    [
        ({"method": "lottery"}, "采购方式", "A-122m"),
        ({"method": "single"}, "法定理由", "A-122m"),
        ({"method": "framework", "method_reason": "框架协议"}, "2022-03-01", "A-122m"),
        ({"procurement_no": ""}, "采购编号", "A-122a"),
        ({"notice_date": None}, "采购公告日期", "A-122a"),
        ({"announcement_url": ""}, "采购公告网址", "A-122a"),
    ],
)
def test_A_122_a_tender_is_announced_by_a_lawful_method(cast, fields, words, rule):
    procurement = builders.opened_procurement(cast)
    said = refused(procurement.announce, by=cast.clerk, **announcement(**fields))
    assert words in said and rule in said
    procurement.announce(by=cast.clerk, **announcement(method="single", method_reason="政府采购法第31条第一项"))
    assert procurement.events.latest("pk").words == "登记采购公告"


def test_A_122_no_award_before_the_tender_is_announced(cast):
    procurement = builders.opened_procurement(cast)
    assert "A-122a" in refused(award, cast, package_of(procurement))


def test_A_122_a_tender_opens_after_its_notice(cast):
    procurement = builders.opened_procurement(cast)
    today = clock.today()
    late = announcement(notice_date=today, open_date=today - timedelta(days=1))
    assert "早于采购公告日期" in refused(procurement.announce, by=cast.clerk, **late)
    with pytest.raises(IntegrityError, match="procurement_dates_in_order"), transaction.atomic():
        Procurement.objects.filter(pk=procurement.pk).update(notice_date=today, open_date=today - timedelta(days=1))


# --- the award -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"award_date": None}, "成交日期"),
        ({"award_amount": None}, "成交金额"),
        ({"award_amount": 4_000_001}, "超过标段预算"),
        ({"winner": None}, "成交供应商"),
    ],
)
def test_A_122_an_award_by_government_procurement_is_complete(cast, fields, words):
    package = package_of(builders.announced_procurement(cast))
    said = refused(award, cast, package, **fields)
    assert words in said and "规则 A-122）" in said
    assert not package.bidders.exists()


def test_A_122_an_award_is_not_dated_before_the_opening(cast):
    package = package_of(builders.announced_procurement(cast))
    assert "早于开标" in refused(award, cast, package, award_date=clock.today() - timedelta(days=1))


def test_A_122_the_database_keeps_an_award_complete_and_within_the_package_budget(cast):
    procurement = builders.opened_procurement(cast)
    with pytest.raises(IntegrityError, match="A_122"), transaction.atomic():
        Procurement.objects.filter(pk=procurement.pk).update(status="awarded")
    with pytest.raises(IntegrityError, match="A_122"), transaction.atomic():
        procurement.packages.update(status="awarded")
    with pytest.raises(IntegrityError, match="A_122_award_within"), transaction.atomic():
        procurement.packages.update(award_amount=4_000_001)


def test_A_122_the_winner_stands_in_the_list_of_suppliers_with_its_offer(cast):
    package = package_of(builders.announced_procurement(cast))
    assert "A-122b" in refused(award, cast, package, bidders=[])
    others = bidders(company(2), package.budget)
    assert "不在供应商清单中" in refused(award, cast, package, bidders=others)
    assert "最终报价" in refused(award, cast, package, award_amount=100)
    award(cast, package)
    assert package.status == "awarded" and package.bidders.count() == 3


def test_A_122_who_is_not_ranked_first_wins_only_for_a_reason(cast):
    package = package_of(builders.announced_procurement(cast))
    rows = bidders(company(1), package.budget)
    rows[0]["rank"], rows[1]["rank"] = 2, 1
    assert "A-122k" in refused(award, cast, package, bidders=rows)
    award(cast, package, bidders=rows, reason="第一名书面放弃成交")
    assert package.events.latest("pk").excused == ["A-122k"]


def test_B_607_fewer_than_three_suppliers_need_a_reason(cast):
    package = package_of(builders.announced_procurement(cast))
    rows = bidders(company(1), package.budget)[:2]
    assert "B-607" in refused(award, cast, package, bidders=rows)
    award(cast, package, bidders=rows, reason="竞争性磋商，符合两家继续的规定")
    assert package.events.latest("pk").excused == ["B-607"]


def test_B_607_a_single_source_has_one_supplier(cast):
    s = builders.story()
    procurement = s.opened_procurement(s.recorded_plan())
    s.announce(procurement, method="single", method_reason="政府采购法第31条第一项")
    builders.go_to(s.today)
    package = package_of(procurement)
    award(cast, package, bidders=bidders(company(1), package.budget)[:1])
    assert package.status == "awarded"


def test_B_302_equal_offers_favour_who_supplied_in_the_epidemic_or_a_reason_is_given(cast):
    package = package_of(builders.announced_procurement(cast))
    assert "B-302" in refused(award, cast, package, is_tied=True)
    award(cast, package, is_tied=True, reason="另一家未按时递交承诺书")
    assert package.events.latest("pk").excused == ["B-302"]


def test_a_second_award_changes_nothing(cast):
    package = builders.awarded_package(cast)
    assert "P-001" in refused(award, cast, package)
    assert package.bidders.count() == 3


# --- several packages ------------------------------------------------------------------------------------------------
def test_A_122_each_package_is_awarded_failed_and_qualified_by_itself(cast):
    procurement = builders.announced_procurement(cast, packages=3)
    first, second, third = procurement.packages.all()
    award(cast, first)
    procurement.refresh_from_db()
    assert procurement.status == "open"
    procurement.abandon(by=cast.clerk, reason="有效供应商不足三家", package=second)
    procurement.publicise_result(by=cast.government, site_url=SITE)
    company(1).credit_checks.create(site="信用中国", checked_on=clock.today())
    builders.story().review(procurement)
    project = package_of(procurement).qualify(by=cast.clerk)
    assert project.package == first and project.procurement == procurement and project.fund_line == first.fund_line
    procurement.refresh_from_db()
    assert procurement.status == "open"  # the third is still to be decided
    award(cast, third)
    assert Procurement.objects.get(pk=procurement.pk).status == "awarded"
    procurement.publicise_result(by=cast.government, site_url=SITE)  # the winner is the same: reviewed once
    package_of(procurement, 3).qualify(by=cast.finance)
    procurement.refresh_from_db()
    assert procurement.status == "selected" and procurement.award_amount == first.budget + third.budget
    assert Project.objects.count() == 2


def test_A_122_the_agreement_stays_within_the_award_of_its_own_package(cast):
    procurement = builders.announced_procurement(cast, packages=2)
    for package in procurement.packages.all():
        rows = bidders(company(1), 100 * WAN)
        award(cast, package, award_amount=100 * WAN, bidders=rows)
    company(1).credit_checks.create(site="信用中国", checked_on=clock.today())
    procurement.publicise_result(by=cast.government, site_url=SITE)
    builders.story().review(procurement)
    project = package_of(procurement).qualify(by=cast.clerk)
    agreement = builders.story().draft_agreement(project)
    Agreement.objects.filter(pk=agreement.pk).update(central_amount=150 * WAN)
    assert "协议中央资金超过成交金额" in refused(agreement.sign, by=cast.government)


def test_A_122_a_project_belongs_to_the_procurement_of_its_package(cast):
    project = builders.selected_project(cast)
    other = begun(cast, project.fund_line.plan)
    with pytest.raises(IntegrityError, match="A-122"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(procurement=other)


# --- failure and a new tender ----------------------------------------------------------------------------------------
def test_A_122_a_failed_tender_has_a_reason_and_is_publicised(cast):
    procurement = builders.announced_procurement(cast)
    assert "A-122f" in refused(procurement.abandon, by=cast.clerk, reason="  ")
    procurement.abandon(by=cast.clerk, reason="有效供应商不足三家")
    procurement.refresh_from_db()
    assert procurement.status == "failed" and package_of(procurement).failed_on == clock.today()
    with pytest.raises(IntegrityError, match="A_122_failed"), transaction.atomic():
        procurement.packages.update(failed_reason="")
    notice = procurement.publicise_result(by=cast.government, site_url=SITE)
    assert "有效供应商不足三家" in notice.body


def test_A_122_a_tender_that_ends_during_its_publicity_takes_the_notice_down(cast):
    procurement = begun(cast)
    assert "拟定" in refused(procurement.abandon, by=cast.clerk, reason="预算调整")
    procurement.publicise_conditions(by=cast.government, site_url=SITE)
    procurement.abandon(by=cast.clerk, reason="预算调整")
    procurement.refresh_from_db()
    assert (procurement.status, procurement.conditions_notice.status) == ("failed", "withdrawn")


def test_A_122_only_what_failed_is_tendered_again_and_only_once(cast):
    procurement = builders.announced_procurement(cast)
    plan = package_of(procurement).fund_line.plan
    assert "A-122g" in refused(begun, cast, plan, again=procurement)
    procurement.abandon(by=cast.clerk, reason="有效供应商不足三家")
    procurement = Procurement.objects.get(pk=procurement.pk)
    again = begun(cast, plan, again=procurement)
    assert list(procurement.retenders.all()) == [again]
    assert "已在" in refused(begun, cast, plan, again=procurement)


def test_A_122_under_contract_an_award_is_not_undone(cast):
    builders.signed_agreement(cast)
    package = Package.objects.get()
    assert "A-122v" in refused(package.fail, by=cast.clerk, reason="x")
