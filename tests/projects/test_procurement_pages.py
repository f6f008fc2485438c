"""采购的页面：拟定 → 条件公示 → 登记成交 → 资格复核, walked by the people whose job it is."""

from django.urls import reverse

from disclosure.demonstration import company
from notices.models import Notice
from portal import clock
from projects.models import Procurement, Project
from tests.builders import go_to, recorded_plan, story

SITE = {"site_url": "https://www.queshan.example/gongshi/1.html"}


def url(name, record):
    return reverse(name, args=[record.pk])


def draft_data(line, **changes):
    return {
        "fund_line": line.pk,
        "name": "县级仓储物流配送中心改造",
        "content_text": "改造仓库 3000 平方米",
        "conditions": "具有独立法人资格",
        "budget": "4,000,000",
    } | changes


def award_data(**changes):
    return {
        "method": "open",
        "procurement_no": "确财招标-2020-1",
        "award_date": str(clock.today()),
        "award_amount": "3900000",
        "winner": company(1).pk,
    } | changes


def drafted(cast, as_user):
    line = recorded_plan(cast).lines.get(no=1)
    as_user(cast.clerk).post(reverse("procurement-create"), draft_data(line))
    return Procurement.objects.get()


def opened(cast, as_user):
    procurement = drafted(cast, as_user)
    as_user(cast.government).post(url("procurement-publicise", procurement), SITE)
    procurement.refresh_from_db()
    s = story()
    s.over(procurement.conditions_notice)
    go_to(s.today)
    return procurement


def test_the_whole_way_from_draft_to_contractor(cast, as_user):
    procurement = opened(cast, as_user)
    assert "采购前检查" in as_user(cast.clerk).get(procurement.get_absolute_url()).content.decode()
    response = as_user(cast.clerk).post(url("procurement-award", procurement), award_data())
    assert response.status_code == 302
    page = as_user(cast.clerk).get(procurement.get_absolute_url()).content.decode()
    assert "规则 A-130" in page and "资格复核通过，确定承办单位" in page  # no credit check within thirty days
    refused = as_user(cast.clerk).post(url("procurement-qualify", procurement))
    assert refused.status_code == 409 and "A-130" in refused.content.decode() and not Project.objects.exists()
    company(1).credit_checks.create(site="信用中国", checked_on=clock.today())
    procurement.refresh_from_db()
    story().review(procurement)
    done = as_user(cast.finance).post(url("procurement-qualify", procurement))
    assert done.status_code == 302 and done.url == Project.objects.get().get_absolute_url()
    procurement.refresh_from_db()
    assert procurement.status == "selected"


def test_without_a_plan_in_force_there_is_nothing_to_choose(cast, as_user):
    page = as_user(cast.clerk).get(reverse("procurement-create")).content.decode()
    assert "本县还没有生效的实施方案" in page


def test_only_lines_of_the_own_plan_in_force_can_be_chosen(cast, as_user):
    line = recorded_plan(cast).lines.get(no=1)
    response = as_user(cast.neighbour).post(reverse("procurement-create"), draft_data(line))
    assert response.status_code == 422 and not Procurement.objects.exists()


def test_a_bad_draft_is_shown_again_with_what_was_typed(cast, as_user):
    line = recorded_plan(cast).lines.get(no=1)
    for budget, words in (("3万", "请以“元”为单位"), ("0", "金额应大于 0"), ("9" * 30, "金额过大")):
        response = as_user(cast.clerk).post(reverse("procurement-create"), draft_data(line, budget=budget))
        page = response.content.decode()
        assert response.status_code == 422 and words in page
        assert f'value="{budget}"' in page and "改造仓库 3000 平方米" in page
    for line_pk in ("x", "9" * 40, "\x00", ""):
        data = draft_data(line, fund_line=line_pk)
        assert as_user(cast.clerk).post(reverse("procurement-create"), data).status_code == 422


def test_a_refused_notice_is_corrected_and_publicised_again(cast, as_user):
    procurement = drafted(cast, as_user)
    as_user(cast.government).post(url("procurement-publicise", procurement), SITE)
    assert as_user(cast.clerk).get(url("procurement-edit", procurement)).status_code == 409
    notice = Notice.objects.about(procurement).get()
    objection = notice.object(name="", phone="", text="条件不公平")
    objection.answer(by=cast.government, outcome="upheld", reply="更正")
    data = draft_data(procurement.fund_line, conditions="具有独立法人资格（更正）")
    assert as_user(cast.clerk).post(url("procurement-edit", procurement), data).status_code == 302
    as_user(cast.government).post(url("procurement-publicise", procurement), SITE)
    procurement.refresh_from_db()
    assert procurement.status == "conditions" and "更正" in procurement.conditions_notice.body


def test_the_notice_is_dated_on_the_page_and_no_award_comes_before_its_end(cast, as_user):
    procurement = drafted(cast, as_user)
    bad = as_user(cast.government).post(url("procurement-publicise", procurement), {"site_url": "javascript:alert(1)"})
    assert bad.status_code == 422 and "javascript:alert(1)" in bad.content.decode()
    as_user(cast.government).post(url("procurement-publicise", procurement), SITE)
    page = as_user(cast.clerk).get(procurement.get_absolute_url()).content.decode()
    assert "还剩 5 个工作日" in page and "规则 A-121" in page
    refused = as_user(cast.clerk).post(url("procurement-award", procurement), award_data())
    assert refused.status_code == 409 and "A-121" in refused.content.decode()


def test_a_refused_award_names_every_clause(cast, as_user):
    procurement = opened(cast, as_user)
    wrong = award_data(method="single", award_amount="5000000")
    page = as_user(cast.clerk).post(url("procurement-award", procurement), wrong)
    text = page.content.decode()
    assert page.status_code == 409 and "须写明法定理由" in text and "超过采购预算" in text and "A-122" in text


def test_a_bad_award_is_shown_again_with_what_was_typed(cast, as_user):
    procurement = opened(cast, as_user)
    wrong = award_data(award_date="2099-01-01", winner="999999", announcement_url="ht!tp")
    response = as_user(cast.clerk).post(url("procurement-award", procurement), wrong)
    page = response.content.decode()
    assert response.status_code == 422 and "不能晚于今天" in page and "确财招标-2020-1" in page
    procurement.refresh_from_db()
    assert procurement.status == "open"


def test_every_page_of_procurement_stays_within_its_queries(cast, as_user, django_assert_max_num_queries):
    procurement = opened(cast, as_user)
    for user in (cast.clerk, cast.government, cast.henan_commerce):
        client = as_user(user)
        with django_assert_max_num_queries(15):
            client.get(reverse("procurement-list") + "?status=open&q=物流")
        with django_assert_max_num_queries(20):
            client.get(procurement.get_absolute_url())
    assert as_user(cast.clerk).get(reverse("procurement-list") + "?status=nonsense").status_code == 200
