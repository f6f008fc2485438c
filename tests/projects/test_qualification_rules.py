"""资格复核 A-123 至 A-131, item by item: what the system sees, what the reviewer ticks, what a reason excuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from disclosure.demonstration import bidders, company, credit_code
from portal import clock
from portal.rules import Kind, Refused
from projects.models import Assessment, Contractor, Procurement, Project, Qualification
from projects.rules.contractor import QUALIFICATION, REVIEWED, years_before
from tests import builders


def awarded(cast, line_no=1, winner=None, **fields):
    """Awarded to company 1 (or `winner`) and announced, not reviewed yet."""
    s = builders.story()
    procurement = s.opened_procurement(s.recorded_plan(), (line_no,))
    s.announce(procurement)
    builders.go_to(s.today)
    if winner:
        winner.credit_checks.create(site="信用中国", checked_on=clock.today())
    winner = winner or company(1)
    names = bidders(winner, procurement.packages.get().budget)
    s.award(procurement.packages.get(), winner=winner, bidders=names, **fields)
    procurement.refresh_from_db()
    procurement.publicise_result(by=cast.government, site_url=s.site)
    return procurement


def reviewed(cast, **fields):
    procurement = awarded(cast, **fields)
    builders.story().review(procurement)
    return procurement


def fresh(procurement):
    return Procurement.objects.get(pk=procurement.pk)


def refused_by(procurement, cast, **kwargs):
    with pytest.raises(Refused) as refusal:
        fresh(procurement).packages.get().qualify(by=cast.clerk, **kwargs)
    return {breach.rule.id for breach in refusal.value.breaches}


def test_A_123_a_branch_is_refused_as_the_sole_party(cast):
    procurement = reviewed(cast)
    Contractor.objects.filter(pk=company(1).pk).update(form="branch")
    assert refused_by(procurement, cast, reason="确有需要") == {"A-123"}
    Contractor.objects.filter(pk=company(1).pk).update(form="legal_person")
    assert fresh(procurement).packages.get().qualify(by=cast.clerk).contractor == company(1)


def test_A_123_one_company_has_one_record_in_the_database_too(cast):
    known = company(1)
    with pytest.raises(IntegrityError, match="A_123_one_contractor"), transaction.atomic():
        Contractor.objects.create(name="甲", credit_code=known.credit_code, region=known.region, category="logistics")
    with pytest.raises(IntegrityError, match="A_123_credit_code_of_every"), transaction.atomic():
        Contractor.objects.create(name="甲", credit_code="", region=known.region, category="logistics")


def test_A_124_the_business_licence_always_and_an_expired_one_refuses(cast):
    procurement = reviewed(cast)
    company(1).licences.filter(name="营业执照").update(valid_to=date(2020, 1, 1))
    assert refused_by(procurement, cast) == {"A-124"}
    company(1).licences.create(name="营业执照", number="新证")  # the new one stands beside the old
    fresh(procurement).packages.get().qualify(by=cast.clerk)


def test_A_124k_work_on_the_road_takes_a_licence_for_it(cast):
    procurement = reviewed(cast, line_no=2)  # 物流，服务购买
    company(1).licences.filter(name="道路运输经营许可证").delete()
    assert refused_by(procurement, cast, reason="确有需要") == {"A-124k"}
    licence = company(1).licences.create(name="快递业务经营许可证", number="1", valid_to=clock.today())
    fresh(procurement).packages.get().qualify(by=cast.clerk)
    assert licence.is_valid(clock.today()) and not licence.is_valid(clock.today() + timedelta(days=1))


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda c: Contractor.objects.filter(pk=c.pk).update(category="other", category_note="演示"), "A-125"),
        (lambda c: Contractor.objects.filter(pk=c.pk).update(staff_count=None), "A-125"),
        (lambda c: c.evidence.filter(kind="experience").delete(), "A-126"),
        (lambda c: c.evidence.filter(kind="finances").delete(), "A-126"),
        (lambda c: c.evidence.filter(kind="storage").delete(), "A-127"),
        (lambda c: c.evidence.filter(kind__in=["goods", "storage", "marketing"]).delete(), "A-127"),
        (lambda c: c.evidence.filter(kind="stations").delete(), "A-128"),
    ],
)
def test_A_125_A_126_A_127_A_128_are_excused_by_a_reason_that_stays_on_record(cast, spoil, rule):
    procurement = reviewed(cast)
    spoil(company(1))
    assert refused_by(procurement, cast) == {rule}
    fresh(procurement).packages.get().qualify(by=cast.clerk, reason="新设单位，由母公司出具担保（演示）")
    event = fresh(procurement).packages.get().events.latest("pk")
    assert event.excused == [rule] and "母公司" in event.reason
    qualification = Qualification.objects.get()
    assert qualification.events.latest("pk").excused == [rule] and "母公司" in qualification.reason


def test_A_129_no_reason_replaces_the_financial_system(cast):
    procurement = reviewed(cast)
    item = company(1).evidence.get(kind="finance_system")
    company(1).withdraw_item(item, by=cast.clerk, reason="上传了别的单位的文件")
    assert refused_by(procurement, cast, reason="随后补交") == {"A-129"}
    company(1).file_item(
        company(1).evidence.model(kind="finance_system", title="新制度", file=item.file), by=cast.contractor
    )
    fresh(procurement).packages.get().qualify(by=cast.clerk)
    with pytest.raises(IntegrityError, match="A_129"), transaction.atomic():
        company(1).evidence.create(kind="finance_system", title="没有文件")


def test_A_130_a_hit_blocks_for_three_years_and_a_listing_as_long_as_it_lasts(cast):
    procurement = reviewed(cast)
    today = clock.today()
    hit = company(1).credit_checks.create(site="中国政府采购网", checked_on=today, found_record=True)
    assert refused_by(procurement, cast, reason="已改正") == {"A-130"}  # undated: nobody has shown that it is old
    hit.record_on = years_before(today, 3)
    hit.save()
    assert refused_by(procurement, cast) == {"A-130"}
    hit.record_on -= timedelta(days=1)
    hit.still_listed = True
    hit.save()
    assert refused_by(procurement, cast) == {"A-130"}
    hit.still_listed = False
    hit.save()
    fresh(procurement).packages.get().qualify(by=cast.clerk)
    with pytest.raises(IntegrityError, match="A_130"), transaction.atomic():
        company(1).credit_checks.create(site="信用中国", checked_on=today, record_on=today)


def test_A_130_years_are_counted_back_over_a_leap_day():
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)
    assert years_before(date(2020, 9, 1), 3) == date(2017, 9, 1)


def test_A_131_a_rating_holds_as_long_as_it_says_or_twelve_months(cast):
    procurement = reviewed(cast)
    ratings = company(1).credit_ratings
    ratings.update(valid_to=None, issued_on=years_before(clock.today(), 1) - timedelta(days=1))
    assert refused_by(procurement, cast) == {"A-131"}
    ratings.update(issued_on=years_before(clock.today(), 1))
    fresh(procurement).packages.get().qualify(by=cast.clerk)


def test_P_303_A_126_every_item_is_ticked_and_experience_gets_an_opinion(cast):
    procurement = awarded(cast)
    assert refused_by(procurement, cast, reason="时间紧") == {"P-303"}
    ticks = {rule.id: (True, "") for rule in REVIEWED}
    Qualification.of(procurement, company(1)).review(by=cast.finance, ticks=ticks)
    with pytest.raises(Refused, match="A-126）须写明评审意见"):
        fresh(procurement).packages.get().qualify(by=cast.clerk)
    Qualification.of(procurement, company(1)).review(by=cast.clerk, ticks={"A-126": (True, "三年业绩齐全")})
    fresh(procurement).packages.get().qualify(by=cast.clerk)
    with pytest.raises(Refused, match="已经作出结论"):
        Qualification.of(procurement, company(1)).review(by=cast.clerk, ticks={"A-126": (False, "反悔")})


def test_A_123_A_127_what_the_reviewer_found_not_fitting_counts_like_what_the_system_sees(cast):
    procurement = reviewed(cast)
    review = Qualification.of(procurement, company(1))
    review.review(by=cast.finance, ticks={"A-127": (False, "仓储合同已到期"), "A-123": (False, "执照与原件不符")})
    assert refused_by(procurement, cast, reason="说明") == {"A-123"}
    review.review(by=cast.finance, ticks={"A-123": (True, "已核对原件")})
    assert refused_by(procurement, cast) == {"A-127"}
    fresh(procurement).packages.get().qualify(by=cast.clerk, reason="续签中，已见意向书")
    with pytest.raises(IntegrityError, match="what_does_not_fit"), transaction.atomic():
        review.items.filter(rule_id="A-124").update(fits=False, remark="")


def test_A_123_A_130_every_member_of_a_consortium_is_judged_and_one_leads(cast):
    consortium = Contractor.register(
        company(1).region, by=cast.clerk, name="演示联合体", form="consortium", category="logistics",
        legal_representative="演示", registered_at="演示路1号", declares_clean_record=True,
    )  # fmt: skip
    procurement = reviewed(cast, winner=consortium)
    for party in (consortium, company(1)):
        party.credit_checks.all().delete()
    assert refused_by(procurement, cast, reason="说明") == {"A-123c"}
    consortium.add_member(company(1), by=cast.clerk, is_lead=True, share="仓储")
    consortium.add_member(company(2), by=cast.clerk, is_lead=False, share="配送")
    with pytest.raises(Refused) as refusal:
        fresh(procurement).packages.get().qualify(by=cast.clerk, reason="说明")
    assert {breach.rule.id for breach in refusal.value.breaches} == {"A-130"}
    assert sum("联合体成员“演示" in breach.wrong for breach in refusal.value.breaches) == 2
    for number in (1, 2):
        company(number).credit_checks.create(site="信用中国", checked_on=clock.today())
    with pytest.raises(IntegrityError, match="A_123_one_lead"), transaction.atomic():
        consortium.consortium_members.update(is_lead=True)
    fresh(procurement).packages.get().qualify(by=cast.clerk)
    with pytest.raises(Refused, match="已承办项目，成员不能再改"):
        consortium.add_member(company(3), by=cast.clerk, is_lead=False, share="培训")


def test_B_302e_who_was_preferred_for_supplying_in_the_epidemic_shows_the_evidence(cast):
    procurement = reviewed(cast, is_tied=True, favours_supplier=True)
    company(1).evidence.filter(kind="epidemic").delete()
    assert refused_by(procurement, cast) == {"B-302e"}
    fresh(procurement).packages.get().qualify(by=cast.clerk, reason="证明由县应急指挥部另行出具")


def test_A_424_B_607_a_score_per_project_and_year_is_shown_to_later_selections(cast):
    project = builders.underway_project(cast)
    low = Assessment.make(project, by=cast.clerk, year=2020, score=55, reasons="进度落后（演示）")
    assert low.grade == "不合格" and [Assessment(score=n).grade for n in (60, 80, 90)] == ["合格", "良好", "优秀"]
    (hint,) = Qualification(procurement=project.procurement, contractor=project.contractor).hints()
    assert hint.rule.kind is Kind.RECORD and "55 分（不合格）" in hint.wrong and "进度落后" in hint.wrong
    assert not [b for b in project.contractor.missing_for_qualification() if b.rule.id == "A-424"]
    with pytest.raises(IntegrityError, match="A_424_one_assessment"), transaction.atomic():
        Assessment.make(project, by=cast.clerk, year=2020, score=90, reasons="再评")
    with pytest.raises(IntegrityError, match="A_424_score"), transaction.atomic():
        Assessment.make(project, by=cast.clerk, year=2019, score=101, reasons="越界")
    low.withdraw(by=cast.clerk, reason="录入有误")
    Assessment.make(project, by=cast.clerk, year=2020, score=85, reasons="按期（演示）")
    assert Qualification(procurement=project.procurement, contractor=project.contractor).hints()[0].wrong.count("85 分")
    with pytest.raises(Refused, match="已经撤回"):
        low.withdraw(by=cast.clerk, reason="再撤")


def test_the_checklist_before_the_click_and_the_refusal_after_it_are_the_same_rules(cast, as_user):
    procurement = awarded(cast)
    company(1).evidence.all().delete()
    page = as_user(cast.clerk).get(reverse("qualification-review", args=[procurement.pk, company(1).pk]))
    text = page.content.decode()
    for id in ("A-126", "A-127", "A-128", "A-129", "P-303"):
        assert f"规则 {id}" in text
    assert refused_by(procurement, cast) == {"A-126", "A-127", "A-128", "A-129", "P-303"}
    assert len(QUALIFICATION) == len(REVIEWED) + 1 and not Project.objects.exists()


def test_the_reviewer_walks_through_the_page_and_nothing_typed_is_lost(cast, as_user, django_assert_max_num_queries):
    procurement = awarded(cast)
    url = reverse("qualification-review", args=[procurement.pk, company(1).pk])
    ticks = {f"fits_{rule.id.replace('-', '_')}": "yes" for rule in REVIEWED}
    wrong = as_user(cast.finance).post(url, ticks | {"fits_A_127": "no", "remark_A_126": "有三年业绩"})
    assert wrong.status_code == 422 and "认定不符合的，请写明原因" in wrong.content.decode()
    assert "有三年业绩" in wrong.content.decode() and not Qualification.objects.exists()
    done = as_user(cast.finance).post(url, ticks | {"remark_A_126": "有三年业绩"})
    assert done.status_code == 302
    for user in (cast.finance, cast.henan_commerce):
        client = as_user(user)
        with django_assert_max_num_queries(20):
            assert "有三年业绩" in client.get(url).content.decode()
        with django_assert_max_num_queries(20):
            client.get(procurement.get_absolute_url())
    qualify = reverse("procurement-qualify", args=[procurement.pk, 1])
    assert as_user(cast.clerk).post(qualify, {"reason": ""}).status_code == 302
    assert "复核通过" in as_user(cast.contractor).get(url).content.decode()
    assert (
        as_user(cast.clerk).get(reverse("qualification-review", args=[procurement.pk, company(2).pk])).status_code
        == 404
    )


def test_a_consortium_has_no_code_and_no_papers_of_its_own(cast, as_user, django_assert_max_num_queries):
    """A consortium has no code of its own; a company must have one."""
    data = {"name": "演示联合体", "credit_code": "", "legal_representative": "甲", "form": "consortium",
            "category": "logistics", "registered_at": "演示路1号"}  # fmt: skip
    create = reverse("contractor-create")
    assert as_user(cast.clerk).post(create, data | {"credit_code": credit_code(50)}).status_code == 422
    assert as_user(cast.clerk).post(create, data).status_code == 302
    consortium = Contractor.objects.get(name="演示联合体")
    members = reverse("contractor-members", args=[consortium.pk])
    unknown = as_user(cast.clerk).post(members, {"credit_code": credit_code(51), "share": "仓储"})
    assert unknown.status_code == 422 and "没有登记过这个代码" in unknown.content.decode()
    member = {"credit_code": company(1).credit_code, "share": "仓储", "is_lead": "on"}
    assert as_user(cast.clerk).post(members, member).status_code == 302
    again = as_user(cast.clerk).post(members, member | {"is_lead": ""})
    assert again.status_code == 409 and "已是联合体成员" in again.content.decode()
    second_lead = {"credit_code": company(2).credit_code, "share": "配送", "is_lead": "on"}
    refused = as_user(cast.clerk).post(members, second_lead)
    assert refused.status_code == 409 and "只能有一个牵头单位" in refused.content.decode()
    paper = reverse("contractor-add-licence", args=[consortium.pk])
    refused = as_user(cast.clerk).post(paper, {"name": "营业执照", "number": "1"})
    assert refused.status_code == 409 and "登记在各成员名下" in refused.content.decode()
    client = as_user(cast.clerk)
    client.get(consortium.get_absolute_url())  # takes the messages of the deeds before out of the session
    with django_assert_max_num_queries(20):
        page = client.get(consortium.get_absolute_url()).content.decode()
    assert "牵头单位" in page and "联合体至少有两个成员，现登记 1 个" in page
    row = consortium.consortium_members.get()
    remove = reverse("contractor-remove-member", args=[consortium.pk, row.pk])
    assert as_user(cast.clerk).post(remove).status_code == 302 and not consortium.consortium_members.exists()
    assert "移除联合体成员" in consortium.events.latest("pk").words
