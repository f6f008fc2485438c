"""The shapes, the forms and the base page: each renders, each speaks plainly, none needs what the CSP forbids."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace as Sample

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st

from portal import clock, gallery
from portal.forms import DateField, FileField, ModelForm, MoneyField, parse_yuan
from portal.rules import Breach, Kind, Rule
from portal.templatetags import ui

NAMES = "home sign-in sign-out desk clock county-list plan-list message-list rule-list public-notice-list"
urlpatterns = [path(f"{name}/", lambda request: HttpResponse(), name=name) for name in NAMES.split()]
pytestmark = pytest.mark.urls(__name__)

TODAY = date(2020, 9, 25)
HARD = Rule("A-314", "25号 三（二）", Kind.HARD, lambda subject: None)
SOFT = Rule("A-204", "25号 二（一）", Kind.SOFT, lambda subject: None)


@pytest.fixture(autouse=True)
def a_day_in_september():
    with clock.pinned(TODAY):
        yield


def request_of(user=None, query=""):
    request = RequestFactory().get(f"/plan-list/{query}")
    request.user = user or AnonymousUser()
    request._messages = []
    request.csp_nonce = ""
    return request


def clerk(**more):
    return Sample(
        is_authenticated=True, is_staff=False, office_name="确山县商务局", get_full_name=lambda: "李敏", **more
    )


def show(text, user=None, query="", **context):
    return engines["django"].from_string(text).render(context, request_of(user, query))


def page(name, user=None, **context):
    return render_to_string(name, context | {"user": user or AnonymousUser()}, request_of(user))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


# --- status ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "label,tone",
    [
        ("草稿", "neutral"),
        ("待市审核", "waiting"),
        ("已成交，待资格复核", "waiting"),
        ("公示中", "running"),
        ("示范县（创建中）", "running"),
        ("已备案", "good"),
        ("合格", "good"),
        ("无异议结束", "good"),
        ("不合格", "bad"),
        ("退回修改", "bad"),
        ("异议不成立", "neutral"),
    ],
)
def test_a_status_is_words_a_sign_and_a_colour(label, tone):
    html = show("{% status it %}", it=Sample(status="any", get_status_display=lambda: label))
    assert f"tag-{tone}" in html
    assert words(html) == f"{ui.TONES[tone]}{label}"


def test_a_model_may_say_its_own_tone():
    assert ui.tone_of(Sample(status_tone="running", get_status_display=lambda: "草稿")) == "running"


# --- containers --------------------------------------------------------------------------------------------------
def test_cards_and_fields_show_nothing_as_a_dash_and_escape_what_people_wrote():
    html = show(
        '{% card "资金" level=3 id="money" %}{% fields %}{% field "文号" "" %}{% field "日期" day %}'
        '{% field "贫困县" True %}{% field "名称" name %}{% field_with "状态" %}<b>{{ name }}</b>{% endfield_with %}'
        '{% field_with "空" %} {% endfield_with %}{% field "金额" 0 %}{% endfields %}{% endcard %}',
        day=date(2020, 10, 15),
        name="<script>",
    )
    assert '<h3 class="part-title">资金</h3>' in html and 'id="money"' in html
    assert "<dt>文号</dt><dd>—</dd>" in html
    assert "<dt>日期</dt><dd>2020年10月15日</dd>" in html
    assert "<dt>贫困县</dt><dd>是</dd>" in html
    assert "<dt>空</dt><dd>—</dd>" in html
    assert "<dt>金额</dt><dd>0</dd>" in html
    assert "<script>" not in html and "<b>&lt;script&gt;</b>" in html


def test_the_breadcrumb_starts_where_the_reader_belongs():
    assert "工作台" in show('{% breadcrumb "实施方案" "/plans/" "确山县" %}', user=clerk())
    html = show('{% breadcrumb "实施方案" "/plans/" "确山县" %}')
    assert words(html) == "首页 实施方案 确山县"
    assert 'href="/plans/"' in html and 'aria-current="page">确山县' in html


# --- gates -------------------------------------------------------------------------------------------------------
def test_gates_show_every_breach_with_clause_and_rule():
    html = show("{% gates them %}", them=[Breach(HARD, "尚未公示"), Breach(SOFT, "物流占 28%")])
    assert "不通过：尚未公示依据：25号 三（二）；规则 A-314" in words(html)
    assert "需说明理由：物流占 28%依据：25号 二（一）；规则 A-204" in words(html)
    assert "1 项不通过，1 项需说明理由" in html
    assert 'href="/rule-list/#A-314"' in html


def test_gates_are_green_when_nothing_stands_in_the_way():
    assert "全部条件已满足" in show("{% gates them %}", them=[])


def test_the_gate_list_shows_open_and_shut_gates_with_evidence():
    them = [
        Sample(rule=HARD, ok=True, wrong="", evidence="/notices/3/"),
        Sample(rule=SOFT, ok=False, wrong="物流占 28%", evidence="方案第 4 页"),
    ]
    html = show("{% gate_list them %}", them=them)
    assert "gate-good" in html and "gate-waiting" in html
    assert 'href="/notices/3/"' in html and "方案第 4 页" in html
    assert "全部条件已满足" in show("{% gate_list them %}", them=them[:1])


# --- timeline, deadlines -----------------------------------------------------------------------------------------
def test_the_timeline_names_office_person_reason_and_excused_rules():
    event = Sample(
        at=datetime(2020, 9, 10, 8, 5, tzinfo=UTC),
        by=clerk(),
        office_name="确山县商务局",
        words="草稿 → 待市审核",
        reason="另有资金",
        excused=["A-204"],
    )
    system = Sample(**(vars(event) | {"by": None, "reason": "", "excused": []}))
    html = show("{% timeline events %}", events=[event, system])
    assert "2020年9月10日 16:05" in html and "李敏" in html and "理由：另有资金" in html
    assert 'href="/rule-list/#A-204"' in html and "系统" in html
    public = show("{% timeline events people=False %}", events=[event])
    assert "李敏" not in public and "确山县商务局" in public
    assert "还没有办理记录" in show("{% timeline events %}", events=[])


@pytest.mark.parametrize(
    "on,left,said",
    [
        (date(2020, 10, 15), 3, "2020年10月15日还剩 3 个工作日"),
        (TODAY, 0, "2020年9月25日今天到期"),
        (date(2020, 9, 26), 0, "2020年9月26日还剩不足 1 个工作日"),  # a day off tomorrow is not today
        (date(2020, 9, 24), 0, "2020年9月24日已逾期"),
        (date(2020, 9, 23), -2, "2020年9月23日已逾期 2 个工作日"),
    ],
)
def test_a_deadline_says_how_many_working_days_are_left(on, left, said):
    assert words(show("{% deadline it %}", it=Sample(on=on, left=left, provisional=False))) == said


def test_a_deadline_may_be_provisional_finished_or_missing():
    late = Sample(on=date(2020, 9, 23), left=-2, provisional=True)
    assert "暂定" in show("{% deadline it %}", it=late)
    assert "逾期" not in show("{% deadline it done=True %}", it=late)
    assert show("{% deadline it %}", it=None).strip() == "—"


# --- figures -----------------------------------------------------------------------------------------------------
def test_figures_are_printed_as_the_forms_of_the_office_want_them():
    def text(template, it):
        return words(show(template, it=it))

    assert text("{% money it %}", Decimal("2472551.80")) == "247.25518"
    assert text("{% money it %}", None) == "—"
    assert text("{% yuan it %}", Decimal("1234567.8")) == "1,234,567.80 元"
    assert text("{{ it|wan }}", Decimal("20000000")) == "2000"
    assert text("{{ it|percent }}", Decimal("33.333")) == "33.33%"
    assert text("{{ it|share }}", Decimal("0.300")) == "30.00%"
    assert text("{{ it|cn_date }}", date(2020, 1, 5)) == "2020年1月5日"
    assert text("{{ it|mask }}", "6217 0012 3456 7890") == "************7890"
    assert text("{{ it|mask }}", "1234") == "****"


def test_a_share_is_judged_exactly_though_it_is_shown_rounded():
    part, whole = Decimal("29999850.00"), Decimal("100000000.00")
    item = Sample(key="logistics", label="物流", part=part, whole=whole, floor=Decimal("0.300"))
    html = show("{% shares them %}", them=[item])
    assert "30.00%" in html and "× 低于" in html


# --- deeds, lists ------------------------------------------------------------------------------------------------
def test_a_deed_is_a_form_that_may_be_sent_twice():
    html = show(
        '{% deed "/go/" "提交并上报市级" variant="primary" reason="required" confirm="不能再修改。" opinion="ok" %}'
    )
    assert '<form class="deed" method="post" action="/go/">' in html
    assert "csrfmiddlewaretoken" in html and 'name="opinion" value="ok"' in html
    assert re.search(r'name="request_key" value="[0-9a-f-]{36}"', html)
    assert "btn-primary" in html and re.search(r'name="reason"[^>]* required', html)
    assert re.search(r'aria-describedby="(deed-\w+-hint)"', html)
    assert show("{% request_key %}") != show("{% request_key %}")


def test_an_empty_list_says_so_inside_and_outside_a_loop():
    assert "会出现在这里" in show(
        '{% for row in rows %}{{ row }}{% empty %}{% empty "会出现在这里" %}{% endfor %}', rows=[]
    )
    assert "会出现在这里" in show('{% if rows %}…{% else %}{% empty "会出现在这里" %}{% endif %}', rows=[])


def test_pages_keep_the_rest_of_the_question():
    html = show("{% page_nav them %}", query="?status=draft&page=2", them=Paginator(range(100), 10).page(2))
    assert 'href="?status=draft&amp;page=3"' in html and "共 100 条" in html
    assert "下一页" not in show("{% page_nav them %}", them=Paginator(range(5), 10).page(1))


def test_a_banner_understands_the_tags_of_messages():
    assert "banner-bad" in show('{% notice_banner "坏了" "error" %}')
    assert "banner-info" in show('{% notice_banner "什么" "" %}')


# --- money typed by people -------------------------------------------------------------------------------------------
amounts = st.decimals(min_value=0, max_value=Decimal("9999999999999999.99"), places=2)
FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


@given(amounts)
def test_every_amount_is_read_back_however_it_is_written(amount):
    for text in [f"{amount}", f"{amount:,}", f" ¥{amount:,} 元 ", f"{amount:,}".translate(FULL_WIDTH), f"00{amount}"]:
        assert parse_yuan(text) == amount
        assert parse_yuan(text).as_tuple().exponent == -2


@given(st.text(max_size=40))
def test_anything_else_is_refused_in_words_and_never_guessed(text):
    try:
        amount = parse_yuan(text)
    except ValidationError as refusal:
        assert re.search("[一-龥]", refusal.messages[0])
    else:
        assert amount.is_finite() and 0 <= amount < 10**16 and amount == amount.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    "text,part",
    [
        ("NaN", "数字"),
        ("Infinity", "数字"),
        ("1e5", "数字"),
        ("-1", "负数"),
        ("－1", "负数"),
        ("12,34", "逗号"),
        ("1.005", "两位小数"),
        ("1" * 17, "过大"),
        ("3万", "元"),
        ("1 000", "数字"),
        ("١٢", "数字"),
        ("", "数字"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text, part):
    with pytest.raises(ValidationError) as refusal:
        parse_yuan(text)
    assert part in refusal.value.messages[0]


def test_the_money_field_keeps_its_least_amount():
    with pytest.raises(ValidationError, match="大于 0"):
        MoneyField(min_value=Decimal("0.01")).clean("0")
    assert MoneyField(required=False).clean("") is None
    assert MoneyField().clean("１，２３４．５") == Decimal("1234.50")


# --- dates, files ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["2020-10-15", "2020年10月15日", "2020.10.15", "2020/10/15", "20201015", "２０２０-10-15"]
)
def test_dates_are_read_as_people_write_them(text):
    assert DateField().clean(text) == date(2020, 10, 15)


def test_a_date_that_does_not_exist_is_refused_plainly():
    with pytest.raises(ValidationError, match="请填写存在的日期"):
        DateField().clean("2020-02-30")


def test_files_are_judged_by_content_and_size(settings):
    assert FileField().clean(SimpleUploadedFile("协议.pdf", b"%PDF-1.7 x")).name == "协议.pdf"
    with pytest.raises(ValidationError, match="不是可接受的类型"):
        FileField().clean(SimpleUploadedFile("协议.pdf", b"MZ\x90"))
    with pytest.raises(ValidationError, match="空的"):
        FileField().clean(SimpleUploadedFile("协议.pdf", b""))
    settings.MAX_ATTACHMENT_BYTES = 4
    with pytest.raises(ValidationError, match="压缩或拆分"):
        FileField().clean(SimpleUploadedFile("协议.pdf", b"%PDF-1.7 x"))


# --- forms -------------------------------------------------------------------------------------------------------
class PaymentForm(forms.Form):
    amount = MoneyField(label="金额", help_text="精确到分")
    method = forms.ChoiceField(label="方式", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    truthful = forms.BooleanField(label="属实")

    def clean(self):
        raise ValidationError("两处金额不一致")


def test_a_wrong_form_lists_its_errors_first_and_links_each_to_its_field():
    html = str(PaymentForm({"amount": "abc"}))
    assert html.index("error-summary") < html.index("<input")
    assert 'role="alert" tabindex="-1"' in html and "有 4 处需要改正" in html
    assert '<a href="#id_amount">金额：请填写数字金额，例如 1234567.80</a>' in html
    assert '<a href="#id_method">请选择“方式”</a>' in html and html.count('id="id_method"') == 1
    assert '<a href="#id_truthful">请勾选“属实”</a>' in html
    assert "<li>两处金额不一致</li>" in html


def test_a_wrong_field_is_tied_to_its_help_and_error():
    html = str(PaymentForm({"amount": "abc"}))
    field = re.search(r'<input type="text"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in field and "is-invalid" in field and "form-control" in field
    for id in re.search(r'aria-describedby="([^"]+)"', field)[1].split():
        assert f'id="{id}"' in html


def test_a_fresh_form_has_no_summary_and_marks_what_is_required():
    html = str(PaymentForm())
    assert "error-summary" not in html and html.count('class="required"') == 3
    assert "元" in html and 'inputmode="decimal"' in html


def test_a_formset_has_one_summary_that_names_the_row():
    made = forms.formset_factory(PaymentForm, extra=2)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-1-amount": "x", "form-1-method": "a"}
    html = str(made(data))
    assert html.count("error-summary") == 1 and '<a href="#id_form-1-amount">第 2 行 金额：' in html
    assert "form-TOTAL_FORMS" in html


def test_model_forms_take_the_fields_of_the_house():
    from portal.models import CalendarDay

    class CalendarForm(ModelForm):
        class Meta:
            model = CalendarDay
            fields = ["date", "name"]

    assert isinstance(CalendarForm().fields["date"], DateField)
    assert 'type="date"' in str(CalendarForm()["date"])
    assert "form-control" in str(CalendarForm()["name"])


# --- pages -------------------------------------------------------------------------------------------------------
def test_the_gallery_shows_every_shape():
    html = page("portal/gallery.html", clerk(), **gallery.samples())
    written = (settings.BASE_DIR / "templates/portal/gallery.html").read_text() + "".join(
        file.read_text() for file in (settings.BASE_DIR / "templates/ui").glob("*.html")
    )
    for name in ui.register.tags:
        assert f"{{% {name} " in written or f"{{% {name} %}}" in written, f"the gallery lacks {name}"
    assert "演练环境 · 当前演练日期 <strong>2020年9月25日</strong>" in html


def test_the_menu_follows_the_reader_and_marks_where_we_are():
    html = page("404.html", clerk(unread_messages=lambda: 7))
    assert '<a href="/plan-list/" aria-current="page">实施方案' in html
    assert "7<span" in html and ">登录</a>" not in html and "退出" in html
    public = page("404.html")
    assert ">登录</a>" in public and "工作台" not in public


def test_only_an_administrator_sees_the_button_of_the_training_clock(settings):
    administrator = clerk(unread_messages=lambda: 0)
    assert "调整日期" not in page("404.html", administrator)
    administrator.is_staff = True
    assert "调整日期" in page("404.html", administrator)
    settings.TRAINING_CLOCK = False
    assert "演练环境" not in page("404.html", administrator)


def test_every_page_gives_the_complaint_telephones_even_when_the_server_failed():
    html = page("404.html")
    for telephone in ["0371—63576801", "0371—65808993", "0371—65919565"]:
        assert telephone in html
    failed = get_template("500.html").render()  # Django renders it without a request: no menu, no query
    assert "系统暂时出错" in failed and "0371—63576801" in failed


def test_a_refusal_lists_every_breach_and_takes_a_reason_only_for_soft_ones():
    hard = page("portal/refused.html", breaches=[Breach(HARD, "尚未公示"), Breach(SOFT, "偏低")], soft_only=False)
    assert "尚未公示" in hard and "偏低" in hard and "<textarea" not in hard and "没有任何内容被改动" in hard
    soft = page(
        "portal/_refused.html",
        breaches=[Breach(SOFT, "偏低")],
        soft_only=True,
        retry_url="/plans/3/submit/",
        retry_fields=[("line", "1"), ("line", "2"), ("request_key", "k")],
    )
    assert 'action="/plans/3/submit/"' in soft and 'name="reason"' in soft and "csrfmiddlewaretoken" in soft
    assert soft.count('name="line"') == 2 and "<html" not in soft


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "500.html", "accounts/locked.html"])
def test_every_error_page_says_what_happened_and_what_to_do(name):
    text = words(page(name))
    assert "请" in text and re.search("没有办理|没有生效|不能登录", text)


def test_sign_in_shows_the_demonstration_people_only_when_there_are_any():
    class SignIn(forms.Form):
        username = forms.CharField(label="账号")

    account = Sample(username="queshan.commerce", words="确山县商务局 经办人")
    with_people = page("accounts/sign_in.html", form=SignIn(), demo_accounts=[account], demo_password="p")
    assert "queshan.commerce" in with_people
    assert "演练账号" not in page("accounts/sign_in.html", form=SignIn())


def test_letters_are_plain_text():
    message = Sample(title="方案“A&B”已退回", text="请改正", link="/plans/3/")
    text = render_to_string("email/base.txt", {"message": message, "portal_url": "http://portal"})
    assert "方案“A&B”已退回" in text and "http://portal/plans/3/" in text


def test_no_template_needs_what_the_content_security_policy_forbids():
    for file in (settings.BASE_DIR / "templates").rglob("*.html"):
        if "print" in file.relative_to(settings.BASE_DIR / "templates").parts:
            continue  # official documents are drawn by WeasyPrint, no browser sees them
        text = file.read_text()
        assert not re.search(r"\sstyle\s*=", text), f"{file.name}: inline style"
        assert not re.search(r"<style", text), f"{file.name}: <style>"
        assert not re.search(r"\son[a-z]+\s*=", text), f"{file.name}: inline handler"
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text), f"{file.name}: script"
        assert "javascript:" not in text, f"{file.name}: javascript:"


# --- in a real browser -----------------------------------------------------------------------------------------------
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Open HTML in the browser as the portal would send it: with our static files and under our policy."""
    from django.contrib.staticfiles import finders

    opened = []

    def answer(route, html):
        name = route.request.url.removeprefix("http://portal.test/static/")
        if name == route.request.url:
            route.fulfill(
                body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
            )
        else:
            route.fulfill(path=finders.find(name))

    def open_it(html, width):
        tab = browser.new_page(viewport={"width": width, "height": 900})
        tab.problems = []
        tab.on("console", lambda said: tab.problems.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: tab.problems.append(str(error)))
        tab.route("**/*", lambda route: answer(route, html))
        tab.goto("http://portal.test/ui/")
        opened.append(tab)
        return tab

    yield open_it
    for tab in opened:
        tab.close()


def the_gallery():
    return page("portal/gallery.html", clerk(unread_messages=lambda: 7), **gallery.samples())


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_gallery_is_accessible_and_fits_the_screen(open_page, width):
    from axe_playwright_python.sync_playwright import Axe

    tab = open_page(the_gallery(), width)
    found = [(violation["id"], violation["nodes"][0]["html"]) for violation in Axe().run(tab).response["violations"]]
    assert found == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.problems == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "typed,shown,verdict,total",
    [
        ("5700000", "28.50%", "× 低于", "2000"),
        ("６,１２８,５７１．４２", "30.00%", "× 低于", "2042.857142"),  # 30 % of the rest, less half a cent
        ("6128571.43", "30.00%", "√ 达到", "2042.857143"),
        ("", "0.00%", "× 低于", "1430"),
    ],
)
def test_the_live_shares_are_as_exact_as_those_of_the_server(open_page, typed, shown, verdict, total):
    tab = open_page(the_gallery(), 1280)
    tab.fill("[name='lines-0-central_amount']", typed)
    row = tab.locator("[data-share-of=logistics]")
    assert row.locator("[data-share-figure]").inner_text() == shown
    assert row.locator("[data-share-verdict]").inner_text() == verdict
    assert tab.locator("[data-share-total]").inner_text() == total


@pytest.mark.browser
def test_an_amount_that_cannot_be_read_is_said_and_not_counted(open_page):
    tab = open_page(the_gallery(), 1280)
    tab.fill("[name='lines-0-central_amount']", "12,34")
    assert "有 1 个金额无法识别" in tab.locator("[data-share-note]").inner_text()
    assert tab.locator("[data-share-total]").inner_text() == "1430"


@pytest.mark.browser
def test_errors_take_the_focus_and_lead_to_their_field(open_page):
    form = PaymentForm({"amount": "abc"})
    tab = open_page(f'<script src="/static/js/portal.js" defer></script><form>{form}</form>', 390)
    assert tab.evaluate("document.activeElement.className") == "error-summary"
    tab.click("text=金额：请填写数字金额")
    assert tab.evaluate("document.activeElement.name") == "amount"
    tab.click("text=请选择“方式”")
    assert tab.evaluate("document.activeElement.name") == "method"


@pytest.mark.browser
def test_a_refused_deed_shows_its_reasons_on_the_same_page(open_page):
    body = '{% extends "base.html" %}{% block content %}<button hx-post="/refuse/" id="go">办理</button>{% endblock %}'
    refused = page("portal/_refused.html", breaches=[Breach(HARD, "尚未公示")], soft_only=False)
    tab = open_page(show(body), 1280)
    tab.route("**/refuse/", lambda route: route.fulfill(status=409, body=refused, content_type="text/html"))
    tab.click("#go")
    tab.wait_for_selector("#refusal .refusal")
    assert "尚未公示" in tab.inner_text("#refusal")
    assert "refusal" in tab.evaluate("document.activeElement.className")


def test_nothing_chosen_is_said_in_words(db):
    from django.forms.models import modelform_factory

    from acceptance.forms import ChecklistTemplateForm
    from counties.models import FundLine

    assert ChecklistTemplateForm().fields["direction"].choices[0] == ("", "（不选）")
    wanted = modelform_factory(FundLine, form=ModelForm, fields=["direction", "plan"])()
    assert wanted.fields["direction"].choices[0] == ("", "请选择") and "---------" not in str(wanted)
    assert "请选择" in str(wanted["plan"])
