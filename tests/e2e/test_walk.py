"""The path of one yuan in a real browser: each person signs in and does the deed that is theirs; axe on every page.

Three drafts with long tables or uploads (plan, company file, agreement) are laid on the desk by the story, as the
demonstration does; every decision on them, and everything else, is clicked here.
"""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from acceptance.models import Application, SpotCheckItem
from accounts.demo import PASSWORD
from accounts.models import User
from counties.models import Plan, Review
from disclosure.demonstration import bidders, company, pdf, png
from funds.models import Payment
from notices.models import Notice
from portal import clock, training
from projects.models import Procurement, Project
from tests import builders
from tests.conftest import gather_cast

SITE = "https://queshan.example.invalid/gongshi/1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright's own loop would make Django refuse database calls in this thread, where the test sets its scenes.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]


class Person:
    """One person at a browser of their own."""

    def __init__(self, browser, live_server, username=None):
        self.page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
        self.home = live_server.url
        if username:
            self.look("/sign-in/")
            self.page.fill("input[name=username]", username)
            self.page.fill("input[name=password]", "demo-2020")
            self.page.locator("main button[type=submit]").first.click()
            assert "/desk/" in self.page.url, f"{username} could not sign in"

    def look(self, path):
        response = self.page.goto(self.home + path)
        assert response.status == 200, f"{path}: {response.status}"
        found = [v for v in Axe().run(self.page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert not found, f"{path}: {[(v['id'], v['nodes'][0]['html'][:120]) for v in found]}"
        return self.page.inner_text("main")

    def press(self, words):
        self.page.get_by_role("button", name=re.compile(words)).first.click()
        self.page.wait_for_load_state()
        return self.page.inner_text("main")

    def send(self, path, **fields):
        """Open a form, fill it by the names of its fields, press its button."""
        self.look(path)
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]")
            kind = field.first.get_attribute("type")
            if kind == "radio":
                self.page.check(f"main [name={name}][value={value}]")
            elif kind == "file":
                field.set_input_files({"name": value.name, "mimeType": value.content_type, "buffer": value.read()})
            elif kind == "checkbox":
                (field if value is True else self.page.locator(f"main [name={name}][value={value}]")).check()
            elif field.first.evaluate("e => e.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.first.fill(str(value))
        names = list(fields) or ["request_key"]
        form = self.page.locator(f"main form:has([name={names[0]}])").first
        form.locator("button[type=submit], button:not([type])").last.click()
        self.page.wait_for_load_state()
        return self.page.inner_text("body")


@pytest.fixture
def stage(live_server):
    clock._pinned.set(None)
    cast = gather_cast()
    training.start_at(builders.START)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield cast, lambda username=None: Person(browser, live_server, username)
        browser.close()


def _agree(person, plan, bureau, level):
    review = Review.objects.get(plan=plan, level=level, bureau=bureau, round=plan.round)
    path = f"/plans/{plan.pk}/"
    person.look(path)
    person.page.locator(f"form[action='/reviews/{review.pk}/agree/'] button").first.click()
    person.page.wait_for_load_state()


def _after(notice):
    """The clock moves past the notice; the daily sweeps of each day run."""
    training.move_to(builders.workdays_after(notice.ends_on))


def _story():
    s = builders.story()
    s.today = clock.today()
    return s


def test_one_yuan_from_the_draft_to_the_published_payment(stage):
    cast, person = stage
    clerk, government, finance, poverty = (
        person(f"queshan-{post}") for post in ("commerce", "government", "finance", "poverty")
    )
    contractor, public = person("contractor-1"), person()

    # 实施方案: drafted, countersigned, approved and publicised, reviewed by the city, received by the province
    plan = _story().draft()
    assert "县乡村三级物流" in clerk.look(f"/plans/{plan.pk}/")
    clerk.press("提交县内会签")
    for who, bureau in ((clerk, "commerce"), (finance, "finance"), (poverty, "poverty")):
        _agree(who, plan, bureau, "county")
    government.send(f"/plans/{plan.pk}/approve/", site_url=SITE)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.PUBLICISED
    assert "公示中" in public.look(f"/public/notices/{plan.notice_id}/")
    _after(plan.notice)
    city = {bureau: person(f"zhumadian-{bureau}") for bureau in ("commerce", "finance", "poverty")}
    for bureau, who in city.items():
        _agree(who, plan, bureau, "city")
    assert "A-112" in city["commerce"].send(f"/plans/{plan.pk}/file/", doc_no="驻商[2020]012号")
    city["commerce"].send(f"/plans/{plan.pk}/file/", doc_no="驻商〔2020〕12号")
    province = {bureau: person(f"henan-{bureau}") for bureau in ("commerce", "finance", "poverty")}
    for bureau, who in province.items():
        _agree(who, plan, bureau, "province")
    plan.refresh_from_db()
    assert plan.status == Plan.Status.RECORDED

    # 采购: content and conditions publicised, award, qualification
    line = plan.lines.get(no=1)
    clerk.send("/procurements/new/", name=line.name, content_text="改造内容", conditions="独立法人",
               budget=line.central_amount,
               **{"packages-0-name": line.name, "packages-0-fund_line": line.pk,
                  "packages-0-budget": line.central_amount})  # fmt: skip
    procurement = Procurement.objects.get()
    government.send(f"/procurements/{procurement.pk}/publicise/", site_url=SITE)
    procurement.refresh_from_db()
    _after(procurement.conditions_notice)
    winner = company(1)
    winner.credit_checks.create(site="信用中国", checked_on=clock.today())
    clerk.send(f"/procurements/{procurement.pk}/announce/", procurement_no="演示-1", notice_date=clock.today(),
               open_date=clock.today(), announcement_url=SITE)  # fmt: skip
    rows = bidders(winner, line.central_amount)
    clerk.send(f"/procurements/{procurement.pk}/packages/1/award/", award_date=clock.today(),
               award_amount=line.central_amount, winner=winner.pk,
               **{f"bidders-{n}-{name}": row[name] for n, row in enumerate(rows) for name in row})  # fmt: skip
    government.send(f"/procurements/{procurement.pk}/result/", site_url=SITE)
    _story().review(procurement)
    clerk.look(f"/procurements/{procurement.pk}/qualifications/{winner.pk}/")
    clerk.press("资格复核通过")
    project = Project.objects.get()
    clerk.send(f"/projects/{project.pk}/edit/", owner_person="演示责任人", owner_phone="0000-00000",
               planned_start="2020-10-10", planned_end="2021-12-31")  # fmt: skip
    clerk.send(f"/projects/{project.pk}/milestones/new/", name="主体建设完成", due_on="2021-06-30")

    # 协议、建设方案、开工
    project.refresh_from_db()
    agreement = _story().draft_agreement(project)
    for who, words in (
        (clerk, "报县财政局审核"),
        (finance, "同意财政条款"),
        (contractor, "确认协议"),
        (government, "签署协议"),
    ):
        who.look(f"/agreements/{agreement.pk}/")
        who.press(words)
    contractor.send(f"/projects/{project.pk}/plan/", text="分两期建设（演示）")
    building = project.contractor_plans.get()
    contractor.look(f"/contractor-plans/{building.pk}/")
    contractor.press("报县商务局、财政局审查")
    for who in (clerk, finance):
        who.send(f"/contractor-plans/{building.pk}/review/", agrees="yes")
    government.send(f"/contractor-plans/{building.pk}/approve/", site_url=SITE)
    building.refresh_from_db()
    _after(building.notice)
    government.look(f"/projects/{project.pk}/")
    government.press("登记开工")

    # 交易和活动信息: a month passes, its information is owed before acceptance
    training.move_to(builders.date(2020, 11, 2))
    first = project.agreement.stages.get(no=1)
    contractor.send(f"/stages/{first.pk}/apply/", statement="第一阶段完成（演示）", signage_has_phone=True,
                    signage_upload=png("标识（演示）.png"))  # fmt: skip
    application = Application.objects.get()
    contractor.look(f"/applications/{application.pk}/")
    assert "A-458" in contractor.press("提交验收申请")
    project.refresh_from_db()
    for month in project.information_missing(clock.today()):
        contractor.send(f"/projects/{project.pk}/information/", month=f"{month:%Y-%m}", online_sales="300000",
                        farm_sales="0", industrial_sales="0", orders="900", parcels="0")  # fmt: skip
    contractor.look(f"/applications/{application.pk}/")
    contractor.press("提交验收申请")

    # 验收: receipt, panel, conclusion, report upward, publicity
    clerk.look(f"/applications/{application.pk}/")
    clerk.press("确认收到")
    panel = [{"name": f"演示{n}", "organisation": "县商务局", "duty": "成员"} for n in "甲乙丙"]
    Application.objects.get().inspect(by=cast.government, panel=panel)
    inspected = Application.objects.get()
    inspected.fill_checklist(by=cast.government, found=_story().found(inspected))
    government.send(f"/applications/{application.pk}/conclude/", conclusion="passed", findings="现场一致（演示）",
                    approved_amount=first.amount)  # fmt: skip
    government.look(f"/applications/{application.pk}/")
    government.press("将验收报告报省、市")
    government.send(f"/applications/{application.pk}/publicise/", site_url=SITE)
    application.refresh_from_db()
    notice = Notice.objects.get(pk=application.notice_id)

    # 异议: by anyone, without an account; answered by the county
    receipt = public.send(f"/public/notices/{notice.pk}/objection/", text="设备数量与公示不符（演示）")
    assert re.search(r"YY\d{9}", receipt)
    _story().receipt()

    # 拨付: no door pays before the notice is over and answered
    asked = builders.papers(first.amount)
    rows = {f"vouchers-0-{name}": value for name, value in asked["vouchers"][0].items()}
    rows |= {f"items-0-{name}": value for name, value in asked["objects"][0].items()}
    contractor.send(f"/payments/request/{application.pk}/", amount=first.amount, **rows)
    payment = Payment.objects.get()
    contractor.send(f"/payments/{payment.pk}/scans/", **{f"scan-{payment.vouchers.get().pk}": pdf("发票（演示）.pdf")})
    for who in (clerk, person("queshan-finance-review")):
        who.look(f"/payments/{payment.pk}/")
        who.press("审核")
    assert "密码不正确" in government.send(f"/payments/{payment.pk}/approve/", password_again="demo-2021")
    government.send(f"/payments/{payment.pk}/approve/", password_again=PASSWORD)
    assert "A-314" in finance.look(f"/payments/{payment.pk}/pay/")
    assert not finance.page.locator("main [name=voucher_no]").count()
    objection = notice.objections.get()
    government.send(f"/objections/{objection.pk}/answer/", outcome="not_upheld", reply="经复核，设备齐全（演示）")
    objection.refresh_from_db()
    assert objection.answered_by == User.objects.get(username="queshan-government")
    _after(notice)
    assert "A-302p" in finance.look(f"/payments/{payment.pk}/pay/")
    government.send(f"/payments/{payment.pk}/publish/", site_url=SITE)
    payment.refresh_from_db()
    assert winner.name in public.look(f"/public/notices/{payment.notice_id}/")
    _after(payment.notice)
    finance.send(f"/payments/{payment.pk}/pay/", voucher_no="演示凭证-1", password_again=PASSWORD)
    payment.refresh_from_db()
    assert payment.status == Payment.Status.PAID

    # 抽查: the city draws over everything that passed, and records what it found on the spot
    inspector = city["commerce"]
    inspector.send("/spotchecks/new/", title="验收结果抽查（演示）", concluded_from="2020-09-01",
                   concluded_to=clock.today(), size=1)  # fmt: skip
    inspector.press("抽取样本")
    item = SpotCheckItem.objects.get(application=application)
    inspector.send(f"/spotcheck-items/{item.pk}/record/", result="passed", visited_on=clock.today(), people="演示",
                   findings="现场一致（演示）")  # fmt: skip
    assert "通过" in contractor.look(f"/spotcheck-items/{item.pk}/")
    assert item.spotcheck.verify() == []

    # 公开: everything of it, without signing in
    assert "确山县" in public.look("/")
    assert line.name in public.look("/county/411725/")
    assert winner.name in public.look("/public/payments/")
    assert "经复核" in public.look(f"/public/notices/{notice.pk}/")
    assert first.name in public.look(f"/county/411725/projects/{project.no}/")
