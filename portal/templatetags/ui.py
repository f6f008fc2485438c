"""The shapes: every page is put together from these, so that the same thing looks and reads the same everywhere.

A template builtin: no {% load %} needed. Each shape is one template in templates/ui/ with explicit inputs; the page
/ui/ shows every shape once. Shapes hold no policy: they show what a model or a rule already said.

What stands for nothing is shown as “—” everywhere.
"""

import re
import uuid
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from portal import clock, money
from portal.rules import Kind

register = template.Library()

NOTHING = "—"

# --- status ------------------------------------------------------------------------------------------------------
# One small vocabulary for every record. √ × ● ○ … are in every Chinese font, so the sign never falls out of the text.
TONES = {"waiting": "…", "running": "●", "good": "√", "bad": "×", "neutral": "○"}
# The words of a status say what it means; read from the top, first hit wins (“已成交，待资格复核” waits although it
# also says 已). A model that knows better has the attribute `status_tone`.
TONE_WORDS = {
    "bad": "退回|不合格|不予|不通过|不可信|废标|流标|取消|整改|异议成立|有异议|中止|终止|逾期|冻结|失败",
    "neutral": "草稿|草拟|拟定|编制|未开工|未到期|撤回|替代|过期|失效|停业|关闭",
    "waiting": "待|补正|已收到|已受理",
    "running": "中$|中）|会签",
    "good": "已|合格|同意|通过|无异议|可组织实施|正常",
}


def tone_of(record) -> str:
    """waiting | running | good | bad | neutral."""
    if own := getattr(record, "status_tone", ""):
        return own
    label = record.get_status_display()
    return next((tone for tone, words in TONE_WORDS.items() if re.search(words, label)), "neutral")


@register.inclusion_tag("ui/status.html")
def status(record):
    """Status of a record as a tag: words, a sign and a colour (never the colour alone).

    {% status plan %}
    """
    tone = tone_of(record)
    return {"label": record.get_status_display(), "value": record.status, "tone": tone, "sign": TONES[tone]}


@register.inclusion_tag("ui/status.html")
def tag(label, tone="neutral"):
    """The same tag for words that are no status of a record.

    {% tag "省直管县" %}   {% tag "逾期" "bad" %}
    """
    return {"label": label, "value": "", "tone": tone, "sign": TONES[tone]}


# --- containers --------------------------------------------------------------------------------------------------
@register.simple_block_tag
def card(content, title="", level=2, id=""):
    """A titled part of a page. `level` is the heading level, `id` makes it a target for links.

    {% card "资金安排" %}…{% endcard %}   {% card "第一期" level=3 id="stage-1" %}…{% endcard %}
    """
    return render_to_string("ui/card.html", {"content": content, "title": title, "level": level, "id": id})


@register.simple_block_tag
def table_frame(content, label):
    """A frame in which a wide table scrolls by itself. `label` tells screen readers what the table is.

    {% table_frame "资金安排明细" %}<table class="table">…</table>{% endtable_frame %}
    On phones a table with class "table-stack" stacks its rows instead; its <td> carry data-label="列名".
    Figures: <td class="num">.
    """
    return render_to_string("ui/table_frame.html", {"content": content, "label": label})


@register.simple_block_tag
def fields(content):
    """A list of labelled values; put {% field %} and {% field_with %} inside.

    {% fields %}{% field "批次" plan.batch %}{% field "报送日期" plan.submitted_on %}{% endfields %}
    """
    return render_to_string("ui/fields.html", {"content": content})


@register.inclusion_tag("ui/fields_row.html")
def field(label, value, url=""):
    """One row of {% fields %}: dates in Chinese, yes/no as 是/否, nothing as “—”; with `url` the value is a link.

    {% field "承办单位" project.contractor url=project.contractor.get_absolute_url %}
    """
    return {"label": label, "value": in_words(value), "url": url}


@register.simple_block_tag
def field_with(content, label):
    """One row of {% fields %} whose value is itself made of shapes.

    {% field_with "状态" %}{% status plan %}{% endfield_with %}
    """
    value = mark_safe(content.strip()) or NOTHING  # rendered by the template engine already: escaped where needed
    return render_to_string("ui/fields_row.html", {"label": label, "value": value, "url": ""})


def in_words(value):
    if value is None or (isinstance(value, str) and not value.strip()):
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):  # a datetime is a date too
        return cn_date(value)
    return value


@register.inclusion_tag("ui/breadcrumb.html", takes_context=True)
def breadcrumb(context, *steps):
    """Where we are: pairs of words and address, the last one words only. It starts at 工作台 (or 首页) by itself.

    {% url "plan-list" as plans %}{% breadcrumb "实施方案" plans plan %}
    """
    user = getattr(context.get("request"), "user", None)
    signed_in = bool(user and user.is_authenticated)
    start = ("工作台", address("desk")) if signed_in else ("首页", address("home"))
    pairs = list(zip(steps[0:-1:2], steps[1:-1:2], strict=True))
    return {"links": [pair for pair in [start, *pairs] if pair[1]], "here": steps[-1]}


# --- rules and gates ---------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/gates.html")
def gates(breaches, title="提交前检查"):
    """What still stands in the way, before the click: every breach with its clause; one green row when nothing does.

    {% gates plan.missing_before_submit title="提交前检查" %}
    """
    found = [_row(breach, ok=False) for breach in breaches or []]
    return {"rows": found, "title": title} | _count(found)


@register.inclusion_tag("ui/gate_list.html")
def gate_list(gates, title="办理条件"):
    """Every gate, open or shut, with its evidence. Items have .rule, .ok, .wrong and .evidence (words or an address).

    {% gate_list payment.gates title="拨付条件" %}
    """
    rows = [_row(gate, ok=gate.ok, evidence=getattr(gate, "evidence", "")) for gate in gates]
    return {"rows": rows, "title": title} | _count([row for row in rows if not row["ok"]])


def _row(item, *, ok, evidence=""):
    rule = item.rule
    soft, shown = getattr(item, "kind", rule.kind) == Kind.SOFT, rule.kind == Kind.RECORD
    return {
        "id": rule.id,  # not the rule itself: it is callable, and a template calls what it can
        "clause": rule.clause,
        "wrong": getattr(item, "wrong", "") or "",
        "ok": ok,
        "evidence": evidence or "",
        "evidence_is_address": str(evidence or "").startswith(("/", "http://", "https://")),
        "tone": "good" if ok else "waiting" if soft or shown else "bad",
        "word": "通过" if ok else "需说明理由" if soft else "提示" if shown else "不通过",
        "sign": "√" if ok else "!" if soft or shown else "×",
    }


def _count(failing):
    counts = Counter(row["word"] for row in failing)
    return {"hard": counts["不通过"], "soft": counts["需说明理由"]}


@register.filter
def rule_url(rule_id):
    """Address of a rule on the public rules page.

    <a href="{{ "A-204"|rule_url }}">A-204</a>
    """
    rules = address("rule-list")
    return f"{rules}#{rule_id}" if rules else ""


def address(name, *args):
    """The address of a named page, or nothing while no such page exists."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# --- history, deadlines ------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/timeline.html")
def timeline(events, people=True, empty="还没有办理记录。每办理一步，这里就多一条，且不能修改。"):
    """What happened, oldest first. Public pages pass people=False: then only the office is named.

    {% timeline plan.events.all %}   {% timeline events people=False %}
    """
    return {"events": events, "people": people, "empty_words": empty}


@register.inclusion_tag("ui/deadline.html")
def deadline(item, done=False, today=None):
    """The day something is due: item.on, item.left (working days, negative: overdue), item.provisional.

    {% deadline application.deadline %}   {% deadline application.deadline done=application.is_concluded %}
    `done=True` shows the day only: what is finished is not “逾期” any more.
    """
    if item is None:
        return {"on": None}
    words, tone = ("", "neutral") if done else _days_left(item, today)
    return {"on": item.on, "words": words, "tone": tone, "sign": TONES[tone], "provisional": item.provisional}


def _days_left(item, today):
    if item.left > 0:
        return f"还剩 {item.left} 个工作日", "waiting" if item.left <= 3 else "neutral"
    if item.left < 0:
        return f"已逾期 {-item.left} 个工作日", "bad"
    # No working day lies between: that is today itself, or a day off just before or just after it.
    today = today or clock.today()
    if item.on == today:
        return "今天到期", "bad"
    if item.on > today:
        return "还剩不足 1 个工作日", "waiting"
    return "已逾期", "bad"


# --- figures -----------------------------------------------------------------------------------------------------
@register.simple_tag(name="money")
def money_in_wan(amount):
    """万元, up to six decimals, no unit (the column head carries it): 2472551.80 → 247.25518.

    <th class="num">金额（万元）</th> … <td class="num">{% money line.amount %}</td>
    """
    return format_html('<span class="num">{}</span>', wan(amount))


@register.simple_tag
def yuan(amount):
    """元 with thousands separators and unit: 1234567.8 → 1,234,567.80 元.

    {% yuan payment.amount %}
    """
    if amount in (None, ""):
        return NOTHING
    return format_html('<span class="num">{} 元</span>', f"{Decimal(amount):,.2f}")


@register.filter
def wan(amount):
    """The same as {% money %}, as plain text: {{ plan.total|wan }} 万元."""
    return NOTHING if amount in (None, "") else money.wan(amount)


@register.filter
def percent(value):
    """A percentage as portal.money.percent() gives it (30 means 30 %): {{ 33.3|percent }} → 33.30%."""
    return NOTHING if value in (None, "") else f"{money.percent(Decimal(str(value)), Decimal(100))}%"


@register.filter
def share(value):
    """A fraction (0.3 means 30 %): {{ batch.min_logistics_share|share }} → 30.00%."""
    return NOTHING if value in (None, "") else f"{money.percent(Decimal(str(value)), Decimal(1))}%"


@register.inclusion_tag("ui/shares.html")
def shares(directions, title="四个方向占比"):
    """Shares of the central money against their floors; portal.js keeps them live while a plan table is edited.

    {% shares plan.shares %}  items: .key, .label, .part, .whole (元), .floor (Decimal fraction or None)
    The table to watch: <table data-shares> … <tr data-direction="logistics"><td><input name="…central_amount">
    (or, in each row, a <select name="…direction"> instead of data-direction).
    """
    rows = []
    for item in directions:
        below = bool(item.floor) and bool(item.whole) and money.share_below(item.part, item.whole, item.floor)
        share_now = money.percent(item.part, item.whole)
        rows.append(
            {"item": item, "percent": share_now, "below": below, "floor_percent": item.floor and item.floor * 100}
        )
    return {"rows": rows, "title": title, "whole": directions[0].whole if directions else None}


@register.filter
def cn_date(value):
    """2020年10月15日; a moment also gets its time, in Shanghai: 2020年10月15日 09:30."""
    if not value:
        return NOTHING
    if isinstance(value, datetime):
        local = timezone.localtime(value, clock.SHANGHAI) if timezone.is_aware(value) else value
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def mask(value):
    """Account and telephone numbers: only the last four stay. {{ contractor.account|mask }} → ******4321."""
    text = re.sub(r"\s+", "", str(value or ""))
    if not text:
        return NOTHING
    kept = text[-4:] if len(text) > 4 else ""
    return "*" * (len(text) - len(kept)) + kept


# --- deeds and forms ---------------------------------------------------------------------------------------------
@register.simple_tag
def request_key():
    """Hidden field that makes a form safe to send twice: the second sending gets the first answer.

    <form method="post">{% csrf_token %}{% request_key %}…
    """
    return format_html('<input type="hidden" name="request_key" value="{}">', uuid.uuid4())


BUTTONS = {"primary": "btn-primary", "secondary": "btn-secondary", "danger": "btn-danger"}


@register.inclusion_tag("ui/deed.html")
def deed(url, label, variant="secondary", reason="", reason_label="理由", confirm="", **hidden):
    """One deed as one small POST form; the button names the act. A page has one primary button.

    {% url "plan-submit" plan.pk as submit %}
    {% deed submit "提交并上报市级" variant="primary" reason="optional" confirm="提交后不能再修改。" %}
    {% deed return_url "退回" variant="danger" reason="required" %}
    variant: primary | secondary | danger;  reason: "" (no field) | "optional" | "required";
    any other keyword becomes a hidden field: {% deed url "同意" opinion="agree" %}
    """
    return {
        "url": url,
        "label": label,
        "button": BUTTONS[variant],
        "reason": reason,
        "reason_label": reason_label,
        "confirm": confirm,
        "hidden": hidden,
        "id": f"deed-{uuid.uuid4().hex[:8]}",
    }


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*forms):
    """What is wrong in one or several forms and formsets, each linked to its field. {{ form }} has it built in;
    a page that places its fields by hand writes it first.

    {% error_summary form lines %} … {{ form.title.as_field_group }}
    """
    found = []
    for form in forms:
        if hasattr(form, "management_form"):
            found += [("", words) for words in form.non_form_errors()]
            for number, member in enumerate(form.forms, 1):
                found += [(id, f"第 {number} 行 {words}") for id, words in _errors_of(member)]
        elif form is not None:
            found += _errors_of(form)
    return {"found": found}


def _errors_of(form):
    """(id of the field, words). Errors of the form as a whole have no field to go to."""
    if not form.is_bound:
        return
    for words in form.non_field_errors():
        yield "", words
    for bound in form:
        for words in bound.wrong():
            yield bound.auto_id, words if f"“{bound.label}”" in words else f"{bound.label}：{words}"


# --- lists, notices ----------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/empty.html")
def empty(words, url="", label=""):
    """In place of an empty list: what would be here and how it gets here; optionally the way there.

    {% for plan in plans %}…{% empty %}{% empty "县政府报送实施方案后，会出现在这里。" %}{% endfor %}
    (Not directly inside the body of a {% for %}: there the word belongs to the loop.)
    """
    return {"words": words, "url": url, "label": label}


@register.inclusion_tag("ui/page_nav.html", takes_context=True)
def page_nav(context, page, name="page"):
    """Pages of a list (a django Page), keeping the rest of the query string.

    {% page_nav plans %}   {% page_nav second_list name="p2" %}
    """
    query = context["request"].GET.copy() if context.get("request") else None

    def to(number):
        if query is None:
            return f"?{name}={number}"
        query[name] = number
        return f"?{query.urlencode()}"

    pages = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "numbers": [(number, isinstance(number, int) and to(number)) for number in pages],
        "previous": page.has_previous() and to(page.previous_page_number()),
        "next": page.has_next() and to(page.next_page_number()),
    }


NOTICE_TONES = {"info": "提示", "good": "完成", "warn": "注意", "bad": "错误"}


@register.inclusion_tag("ui/notice_banner.html")
def notice_banner(text, tone="info"):
    """A sentence above the content. tone: info | good | warn | bad (success | warning | error are understood too).

    {% notice_banner "本方案正在公示，至 2020年10月15日。" "info" %}
    """
    words = {"success": "good", "warning": "warn", "error": "bad", "debug": "info"}
    tone = words.get(tone, tone)
    if tone not in NOTICE_TONES:
        tone = "info"
    return {"text": text, "tone": tone, "word": NOTICE_TONES[tone]}
