"""采购的页面：拟定 → 条件公示 → 登记成交 → 资格复核, walked by the people whose job it is."""

from datetime import timedelta

from django.urls import reverse

from disclosure.demonstration import company, pdf
from notices.models import Notice
from portal import clock, workdays
from projects.models import Package, Procurement, Project
from tests.builders import announced_procurement, go_to, open_query, recorded_plan, selected_project, story
from tests.counties.test_documents import text_of

SITE = {"site_url": "https://www.queshan.example/gongshi/1.html"}


def url(name, record):
    return reverse(name, args=[record.pk])


def draft_data(line, **changes):
    return {
        "name": "县级仓储物流配送中心改造",
        "content_text": "改造仓库 3000 平方米",
        "conditions": "具有独立法人资格",
        "budget": "4,000,000",
        "packages-TOTAL_FORMS": "1",
        "packages-INITIAL_FORMS": "0",
        "packages-0-name": "县级仓储物流配送中心改造",
        "packages-0-fund_line": line.pk,
        "packages-0-budget": "4,000,000",
    } | changes


def tender_data(**changes):
    return {
        "method": "open",
        "procurement_no": "确财招标-2020-1",
        "notice_date": str(clock.today()),
        "open_date": str(clock.today()),
        "announcement_url": "https://caigou.example/1",
        "platform": "演示采购平台",
    } | changes


def award_data(offers=(3_900_000, 3_950_000, 3_980_000), **changes):
    names = [company(1).name, "演示投标单位乙", "演示投标单位丙"]
    rows = {"bidders-TOTAL_FORMS": str(len(offers)), "bidders-INITIAL_FORMS": "0"}
    for n, (name, offer) in enumerate(zip(names, offers, strict=False)):
        rows |= {f"bidders-{n}-name": name, f"bidders-{n}-offer": str(offer), f"bidders-{n}-rank": str(n + 1)}
    result = {"award_date": str(clock.today()), "award_amount": "3900000", "winner": company(1).pk}
    return rows | result | changes


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


def announced(cast, as_user):
    procurement = opened(cast, as_user)
    as_user(cast.clerk).post(url("procurement-announce", procurement), tender_data())
    procurement.refresh_from_db()
    return procurement


def of_package(name, procurement, no=1):
    return reverse(name, args=[procurement.pk, no])


def test_the_whole_way_from_draft_to_contractor(cast, as_user):
    procurement = opened(cast, as_user)
    page = as_user(cast.clerk).get(procurement.get_absolute_url()).content.decode()
    assert "登记采购公告" in page and "公告、成交" not in page
    assert as_user(cast.clerk).post(url("procurement-announce", procurement), tender_data()).status_code == 302
    assert "采购前检查" in as_user(cast.clerk).get(procurement.get_absolute_url()).content.decode()
    response = as_user(cast.clerk).post(of_package("procurement-award", procurement), award_data())
    assert response.status_code == 302
    page = as_user(cast.clerk).get(procurement.get_absolute_url()).content.decode()
    assert "规则 A-122r" in page and "办理资格复核" in page
    review = reverse("qualification-review", args=[procurement.pk, company(1).pk])
    page = as_user(cast.clerk).get(review).content.decode()
    assert "规则 A-130" in page and "资格复核通过，确定承办单位" in page
    assert 'qualify/"><input type="hidden" name="csrfmiddlewaretoken"' in page
    page = as_user(cast.government).get(procurement.get_absolute_url()).content.decode()
    assert "公告采购结果" in page and "登记成交结果" not in page
    assert as_user(cast.government).post(url("procurement-result", procurement), SITE).status_code == 302
    qualify = of_package("procurement-qualify", procurement)
    refused = as_user(cast.clerk).post(qualify)
    assert refused.status_code == 409 and "A-130" in refused.content.decode() and not Project.objects.exists()
    company(1).credit_checks.create(site="信用中国", checked_on=clock.today())
    story().review(procurement)
    done = as_user(cast.finance).post(qualify)
    assert done.status_code == 302 and done.url == Project.objects.get().get_absolute_url()
    procurement.refresh_from_db()
    assert procurement.status == "selected"


def test_several_packages_are_drafted_row_by_row(cast, as_user):
    line = recorded_plan(cast).lines.get(no=1)
    more = {"packages-TOTAL_FORMS": "2", "packages-1-name": "线路", "packages-1-fund_line": line.pk,
            "packages-1-budget": "1000000"}  # fmt: skip
    address = reverse("procurement-create")
    shown = as_user(cast.clerk).post(address, draft_data(line, add_package="1")).content.decode()
    assert "packages-1-name" in shown and "改造仓库 3000 平方米" in shown and not Procurement.objects.exists()
    refused = as_user(cast.clerk).post(address, draft_data(line, **more))
    assert refused.status_code == 409 and "A-122s" in refused.content.decode()
    done = as_user(cast.clerk).post(address, draft_data(line, **more, budget="5000000"))
    assert done.status_code == 302
    assert [str(package) for package in Procurement.objects.get().packages.all()][1] == "第 2 标段 线路"
    none = as_user(cast.clerk).post(address, draft_data(line, **{"packages-TOTAL_FORMS": "0"}))
    assert none.status_code == 422 and "请至少填写一个标段" in none.content.decode()


def test_a_failed_package_is_tendered_again_from_its_own_page(cast, as_user):
    procurement = announced(cast, as_user)
    client = as_user(cast.clerk)
    assert client.get(url("procurement-again", procurement)).status_code == 409
    assert client.post(url("procurement-abandon", procurement), {"reason": ""}).status_code == 422
    assert client.post(url("procurement-abandon", procurement), {"reason": "有效供应商不足三家"}).status_code == 302
    page = client.get(procurement.get_absolute_url()).content.decode()
    assert "重新采购废标的标段" in page and "有效供应商不足三家" in page
    form = client.get(url("procurement-again", procurement)).content.decode()
    assert "（重新采购）" in form and 'value="4000000.00"' in form
    line = procurement.packages.get().fund_line
    done = client.post(url("procurement-again", procurement), draft_data(line, name="重新采购"))
    assert done.status_code == 302 and procurement.retenders.get().name == "重新采购"
    assert "重新采购自" in client.get(done.url).content.decode()
    assert client.post(url("procurement-again", procurement), draft_data(line)).status_code == 409


def test_a_query_is_registered_with_its_letter_waits_on_the_desk_and_is_answered(cast, as_user):
    procurement = announced(cast, as_user)
    given = {"kind": "query", "supplier": "演示供应商丁", "received_on": str(clock.today()), "text": "参数倾向性",
             "upload": pdf("质疑函（演示）.pdf")}  # fmt: skip
    assert as_user(cast.clerk).post(url("query-register", procurement), given).status_code == 302
    query = procurement.queries.get()
    assert query.due_on == workdays.add_workdays(clock.today(), 7) and query.file.sha256
    refused = as_user(cast.clerk).post(of_package("procurement-award", procurement), award_data())
    assert refused.status_code == 409 and "A-122q" in refused.content.decode()
    assert "答复质疑" in as_user(cast.finance).get(reverse("desk")).content.decode()
    assert "演示供应商丁" in as_user(cast.clerk).get(procurement.get_absolute_url()).content.decode()
    answer = {"outcome": "upheld", "answer_text": "参数有倾向性"}
    wrong = as_user(cast.clerk).post(url("query-answer", query), answer)
    assert wrong.status_code == 422 and "成立的须写明" in wrong.content.decode()
    done = as_user(cast.clerk).post(url("query-answer", query), answer | {"consequence": "redo"})
    assert done.status_code == 302
    procurement.refresh_from_db()
    assert procurement.status == "draft"


def test_the_supplier_sees_its_award_but_not_the_offers_and_queries_of_others(cast, as_user):
    procurement = selected_project(cast).procurement
    open_query(cast, procurement)
    for user, sees in ((cast.clerk, True), (cast.contractor, False)):
        page = as_user(user).get(procurement.get_absolute_url()).content.decode()
        assert ("演示投标单位乙" in page) is sees and ("演示供应商丁" in page) is sees
        assert "按期办理" in page and company(1).name in page


def test_what_is_late_waits_on_the_desk_with_its_day(cast, as_user):
    project = selected_project(cast)
    package = project.package
    story().signed_agreement(project)
    package = Package.objects.get(pk=package.pk)
    go_to(package.contract_publicity_due + timedelta(days=1))
    desk = as_user(cast.clerk).get(reverse("desk")).content.decode()
    assert "登记合同公告" in desk and "已逾期" in desk
    page = as_user(cast.clerk).get(project.procurement.get_absolute_url()).content.decode()
    assert "逾期未办" in page and "登记合同公告（第 1 标段）" in page
    fields = {"contract_publicised_on": str(package.signed_on), "contract_url": "https://caigou.example/2"}
    assert as_user(cast.clerk).post(of_package("procurement-contract", project.procurement), fields).status_code == 302
    assert "登记合同公告：" not in as_user(cast.clerk).get(reverse("desk")).content.decode()


def test_F_09_both_papers_say_what_was_publicised_and_no_losing_offer(cast, as_user):
    project = selected_project(cast)
    client = as_user(cast.clerk)
    papers = {}
    for form in ("conditions", "result"):
        answer = client.get(reverse("procurement-paper", args=[project.procurement.pk, form]))
        assert answer["Content-Type"] == "application/pdf"
        papers[form] = text_of(answer.content)
    assert "确山县人民政府" in papers["conditions"] and "具有独立法人资格" in papers["conditions"]
    for words in ("公开招标", company(1).name, "人民币肆佰万元整", "未盖章草稿", "期限1个工作日"):
        assert words in papers["result"], words
    assert "演示投标单位" not in papers["result"]
    nowhere = reverse("procurement-paper", args=[project.procurement.pk, "nothing"])
    assert client.get(nowhere).status_code == 404


def test_the_result_is_public_without_an_account(cast, client):
    project = selected_project(cast)
    notice = project.package.result_notice
    page = client.get(reverse("public-notice", args=[notice.pk])).content.decode()
    assert company(1).name in page and "演示投标单位乙" not in page
    column = client.get(reverse("public-county", args=["411725"])).content.decode()
    assert "（采购结果）" in column
    shown = client.get(reverse("public-project", args=["411725", project.no])).content.decode()
    assert notice.title in shown and "第 1 标段" in shown


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
        response = as_user(cast.clerk).post(
            reverse("procurement-create"), draft_data(line, **{"packages-0-budget": budget})
        )
        page = response.content.decode()
        assert response.status_code == 422 and words in page
        assert f'value="{budget}"' in page and "改造仓库 3000 平方米" in page
    for line_pk in ("x", "9" * 40, "\x00", ""):
        data = draft_data(line, **{"packages-0-fund_line": line_pk})
        assert as_user(cast.clerk).post(reverse("procurement-create"), data).status_code == 422


def test_a_refused_notice_is_corrected_and_publicised_again(cast, as_user):
    procurement = drafted(cast, as_user)
    as_user(cast.government).post(url("procurement-publicise", procurement), SITE)
    assert as_user(cast.clerk).get(url("procurement-edit", procurement)).status_code == 409
    notice = Notice.objects.about(procurement).get()
    objection = notice.object(name="", phone="", text="条件不公平")
    objection.answer(by=cast.government, outcome="upheld", reply="更正")
    data = draft_data(procurement.packages.get().fund_line, conditions="具有独立法人资格（更正）")
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
    refused = as_user(cast.clerk).post(of_package("procurement-award", procurement), award_data())
    assert refused.status_code == 409 and "A-121" in refused.content.decode()


def test_a_refused_tender_and_a_refused_award_name_every_clause(cast, as_user):
    procurement = opened(cast, as_user)
    page = as_user(cast.clerk).post(url("procurement-announce", procurement), tender_data(method="single"))
    assert page.status_code == 409 and "须写明法定理由" in page.content.decode()
    as_user(cast.clerk).post(url("procurement-announce", procurement), tender_data())
    wrong = award_data(offers=(5_000_000,), award_amount="5000000")
    page = as_user(cast.clerk).post(of_package("procurement-award", procurement), wrong)
    text = page.content.decode()
    assert page.status_code == 409 and "超过标段预算" in text and "A-122" in text and "B-607" in text


def test_a_bad_award_is_shown_again_with_what_was_typed(cast, as_user):
    procurement = announced(cast, as_user)
    wrong = award_data(award_date="2099-01-01", winner="999999") | {"bidders-1-offer": "三百万"}
    response = as_user(cast.clerk).post(of_package("procurement-award", procurement), wrong)
    page = response.content.decode()
    assert response.status_code == 422 and "不能晚于今天" in page and "第 2 行" in page
    assert "演示投标单位丙" in page and 'value="三百万"' in page
    more = as_user(cast.clerk).post(of_package("procurement-award", procurement), wrong | {"add_bidder": "1"})
    assert more.status_code == 200 and "bidders-3-name" in more.content.decode()
    procurement.refresh_from_db()
    assert procurement.status == "open"


def test_every_page_of_procurement_stays_within_its_queries(cast, as_user, django_assert_max_num_queries):
    procurement = announced_procurement(cast, packages=4)
    s = story()
    for package in procurement.packages.all()[:2]:
        s.award(package)
        open_query(cast, procurement, package=package)
    for user in (cast.clerk, cast.government, cast.henan_commerce):
        client = as_user(user)
        with django_assert_max_num_queries(15):
            client.get(reverse("procurement-list") + "?status=open&q=物流")
        for no in (1, 3):
            with django_assert_max_num_queries(20):
                assert client.get(f"{procurement.get_absolute_url()}?package={no}").status_code == 200
    client = as_user(cast.clerk)
    with django_assert_max_num_queries(20):
        client.get(of_package("procurement-award", procurement, 3))
    assert as_user(cast.clerk).get(reverse("procurement-list") + "?status=nonsense").status_code == 200
