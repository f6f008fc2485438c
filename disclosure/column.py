"""公开专栏“电商进农村”：the seven classes of content that the notice orders, out of the records themselves (A-444)."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.urls import reverse

from acceptance.models import Application
from portal import clock, money
from portal.rules import upholds
from projects.models import Package
from reporting.models import IndicatorValue, MonthlyReport


@dataclass(frozen=True)
class Item:
    """One thing made public: what, when, where to read it."""

    title: str
    on: date | None = None
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Class:
    """One of the seven classes of 25号 四（四）."""

    sign: str
    title: str
    expected: str  # what would stand here, and how it gets here
    items: list[Item] = field(default_factory=list)

    @property
    def is_complete(self):
        return bool(self.items)


@upholds("B-611", "B-712")
def seven_classes(county):
    """One column for each county, in one place, out of the records themselves: nothing is scattered."""
    of_kind = _documents(county)
    return [
        Class("①", "实施方案", "县政府审定并公示实施方案和资金安排后，自动公开。", _plans(county)),
        Class("②", "承办企业选择程序", "公示采购内容和承办条件后，自动公开到成交结果。", _procurements(county)),
        Class("③", "资金管理办法", "县政府登记并公开资金管理办法后，自动公开。", of_kind["fund_rules"]),
        Class("④", "项目管理办法", "县政府登记并公开项目管理办法后，自动公开。", of_kind["project_rules"]),
        Class("⑤", "项目验收", "验收合格并公示后，自动公开。", _acceptances(county)),
        Class("⑥", "资金拨付", "每支付一笔，自动公开“项目—承办单位—金额”。", _payments(county)),
        Class("⑦", "人员培训", "月报上报后，自动公开当月培训人次。", _trainings(county)),
    ]


def completeness(county):
    """(sign, title, is public) of the seven classes, asked at once."""
    of_county = {"county": OuterRef("pk")}
    documents = county.documents.model.objects.public().filter(**of_county)
    reports = MonthlyReport.objects.public().filter(**of_county)
    asked = (
        ("①", "实施方案", county.plans.model.objects.public().filter(**of_county)),
        ("②", "承办企业选择程序", county.procurements.model.objects.public().filter(**of_county)),
        ("③", "资金管理办法", documents.of_kind("fund_rules")),
        ("④", "项目管理办法", documents.of_kind("project_rules")),
        ("⑤", "项目验收", Application.objects.public().filter(project__county=OuterRef("pk"))),
        ("⑥", "资金拨付", county.payments.model.objects.public().filter(**of_county)),
        ("⑦", "人员培训", IndicatorValue.objects.filter(report__in=reports, code="M19", number__gt=0)),
    )
    found = type(county).objects.filter(pk=county.pk).values_list(*[Exists(rows) for _, _, rows in asked]).get()
    return [(sign, title, shown) for (sign, title, _), shown in zip(asked, found, strict=True)]


def _plans(county):
    return [
        Item(
            f"{plan.title}（第 {plan.version} 版）",
            plan.notice.starts_on if plan.notice else None,
            reverse("public-plan", args=[county.region.code, plan.version]),
            plan.get_status_display(),
        )
        for plan in county.plans.public().select_related("notice").order_by("-version")
    ]


def _documents(county):
    """kind → its published versions, the newest first."""
    found = {"fund_rules": [], "project_rules": []}
    for document in county.documents.public().of_kind(*found).select_related("file"):
        url = reverse("public-file", args=[document.file_id])
        found[document.kind].append(Item(document.title, document.published_on, url, document.doc_no))
    return found


def _procurements(county):
    """What was publicised before each procurement, then each notice of a result: one question to the database."""
    rows = Package.objects.filter(procurement__in=county.procurements.public()).order_by("-procurement", "no")
    rows = rows.select_related("procurement__conditions_notice", "winner", "result_notice")
    items = []
    for procurement, group in groupby(rows, key=lambda package: package.procurement):
        packages, conditions = list(group), procurement.conditions_notice
        url = reverse("public-notice", args=[conditions.pk])
        items.append(Item(procurement.name, conditions.starts_on, url, _result(procurement, packages)))
        for notice in dict.fromkeys(package.result_notice for package in packages if package.result_notice):
            url = reverse("public-notice", args=[notice.pk])
            items.append(Item(f"{procurement.name}（采购结果）", notice.starts_on, url, notice.get_status_display()))
    return items


def _result(procurement, packages):
    won = [package for package in packages if package.winner_id]
    if not won:
        return procurement.get_status_display()
    names = "、".join(dict.fromkeys(str(package.winner) for package in won))
    amount = money.total(package.award_amount for package in won)
    return f"{procurement.get_status_display()}：{names}，{money.wan(amount)} 万元"


def _acceptances(county):
    publicised = Application.objects.public().filter(project__county=county)
    return [
        Item(
            f"{application.project.name} · {application.stage}",
            application.notice.starts_on,
            reverse("public-notice", args=[application.notice_id]),
            application.result_words,
        )
        for application in publicised.select_related("project", "stage", "notice").order_by("-notice__starts_on")
    ]


def _payments(county):
    """Payments made, and those whose own notice has begun."""
    rows = county.payments.disclosed().select_related("project__contractor", "stage", "notice")
    return [_payment(county, payment) for payment in rows.order_by("-paid_on", "-pk")]


def _payment(county, payment):
    title = f"{payment.project.name} · {payment.stage}"
    note = f"{payment.project.contractor}，{money.wan(payment.amount)} 万元"
    if payment.status in payment.SPENT:
        url = reverse("public-project", args=[county.region.code, payment.project.no])
        return Item(title, payment.paid_on, url, note)
    notice = payment.notice
    url = reverse("public-notice", args=[notice.pk])
    return Item(f"{title}（拨付公示）", notice.starts_on, url, f"{note}，{notice.get_status_display()}")


def _trainings(county):
    given = MonthlyReport.objects.public().filter(county=county)
    trained = IndicatorValue.objects.filter(report__in=given, code="M19", number__gt=0).select_related("report")
    return [
        Item(
            f"{value.report.month:%Y年%-m月}培训 {value.number:.0f} 人次",
            clock.day_of(value.report.submitted_at),
        )
        for value in trained.order_by("-report__month")
    ]
