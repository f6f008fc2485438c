"""Behind every figure of the board stand rows: the same question, the same day, and their sum is the figure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, Sum

from funds import board
from funds.models import Account, Balance, Leg, Source
from portal import clock
from portal.money import ZERO
from portal.schema import Column, Schema

MOST_ROWS = 10_000  # of one workbook
ROWS = Schema(
    name="money-rows",
    title="资金明细",
    version=1,
    max_rows=MOST_ROWS,
    columns=(
        Column("day", "日期", "date"),
        Column("county", "示范县"),
        Column("words", "事项"),
        Column("place", "资金安排、项目或阶段"),
        Column("amount", "金额（元）", "money"),
    ),
)


@dataclass(frozen=True)
class Shown:
    """One row behind a figure."""

    day: Any
    county: str
    words: str
    url: str
    place: str
    amount: Any

    def cells(self):
        return {name: getattr(self, name) for name in ROWS.by_name}


@dataclass(frozen=True)
class Figure:
    """One figure of the board. `question(day)` → QuerySet with `amount`; `county`, `direction`: the paths to filter by."""

    label: str
    about: str
    question: Callable
    county: str
    direction: str
    order: tuple
    related: tuple
    show: Callable
    cell: tuple | None = None  # (account, source, sign) of a figure of the ledger

    def rows(self, day, counties, direction=""):
        """In the order of the page; `counties`: QuerySet or list of pk."""
        rows = self.question(day).filter(**{f"{self.county}__in": counties})
        if direction:
            rows = rows.filter(**{self.direction: direction})
        return rows.select_related(*self.related).order_by(*self.order)

    def measure(self, rows, day, counties, direction=""):
        """(sum in 元, number of rows): of the ledger out of the roll-up, because a province has a million legs."""
        if not self.cell:
            return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO, rows.count()
        account, source, sign = self.cell
        here = Q(account=account, source=source, county__in=counties)
        if direction:
            here &= Q(fund_line__direction=direction)
        past = day < clock.today()
        months = Q(month__lt=day.replace(day=1)) if past else Q(month__lte=day)
        closed = Balance.objects.filter(here, months).aggregate(sum=Sum(F("debit") - F("credit")), n=Sum("legs"))
        total, count = closed["sum"] or ZERO, closed["n"] or 0
        if past:
            begun = Leg.objects.filter(here, day__range=(day.replace(day=1), day))
            total += begun.aggregate(sum=Sum("amount"))["sum"] or ZERO
            count += begun.count()
        return total if sign > 0 else ZERO - total, count  # ZERO − 0.00 is 0.00, −(0.00) would print as −0.00


class CountedPaginator(Paginator):
    """A paginator that is told how many rows there are."""

    def __init__(self, rows, size, count):
        super().__init__(rows, size)
        self.count = count


# --- the ledger -------------------------------------------------------------------------------------------------------
def _of_ledger(label, about, account, source, sign=1):
    def question(day):
        legs = Leg.objects.filter(account=account, source=source, day__lte=day)
        return legs.annotate(signed=F("amount") * sign)

    return Figure(
        label=label,
        about=about,
        question=question,
        county="county",
        direction="fund_line__direction",
        order=("-day", "-pk"),
        related=("posting", "county__region", "fund_line", "stage"),
        show=lambda leg: Shown(
            leg.day,
            str(leg.county),
            leg.posting.words,
            _address(leg.posting),
            " · ".join(str(part) for part in (leg.fund_line and leg.fund_line.name, leg.stage) if part),
            sign * leg.amount,
        ),
        cell=(account, source, sign),
    )


def _address(posting):
    subject = posting.subject  # prefetched with the page
    return subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else ""


# --- the records ------------------------------------------------------------------------------------------------------
def _line(line):
    recorded = clock.day_of(line.plan.recorded_at)
    return Shown(recorded, str(line.plan.county), line.name, line.plan.get_absolute_url(),
                 line.get_direction_display(), line.amount)  # fmt: skip


def _agreement(agreement):
    project = agreement.project
    return Shown(agreement.signed_on, str(project.county), f"{agreement.no} {project.contractor.name}",
                 agreement.get_absolute_url(), project.name, agreement.amount)  # fmt: skip


def _application(application):
    project = application.project
    return Shown(clock.day_of(application.concluded_at), str(project.county), application.no,
                 application.get_absolute_url(), f"{project.name} · {application.stage}", application.amount)  # fmt: skip


def _of_applications(label, about, question):
    return Figure(
        label=label,
        about=about,
        question=question,
        county="project__county",
        direction="project__fund_line__direction",
        order=("-concluded_at", "-pk"),
        related=("project__county__region", "project__fund_line", "stage"),
        show=_application,
    )


FIGURES = {
    "received": _of_ledger("到账", "进入财政专账的中央专项资金", Account.SOURCE, Source.CENTRAL, -1),
    "arranged": Figure(
        label="安排",
        about="当日生效的实施方案中的资金安排",
        question=board.lines_in_force,
        county="plan__county",
        direction="direction",
        order=("plan__county__region__code", "no"),
        related=("plan__county__region",),
        show=_line,
    ),
    "contracted": Figure(
        label="签约",
        about="已签、未解除的项目建设协议中的中央资金",
        question=board.contracts,
        county="project__county",
        direction="project__fund_line__direction",
        order=("-signed_on", "-pk"),
        related=("project__county__region", "project__contractor"),
        show=_agreement,
    ),
    "accepted": _of_applications("验收合格", "验收结论为合格的阶段，核定金额", board.accepted),
    "publicised": _of_applications("公示无异议", "验收结果公示期满、无异议的阶段，核定金额", board.publicised),
    "waiting": _of_applications("等待拨付", "合格、公示无异议而尚未拨付的阶段，核定金额", board.waiting),
    "paid": _of_ledger("拨付", "已拨付承办单位的中央专项资金", Account.SPENT, Source.CENTRAL),
    "irregular": _of_ledger("违规支出", "不符合拨付规定而已支出的中央专项资金", Account.IRREGULAR, Source.CENTRAL),
    "recalled": _of_ledger("决定追回", "决定追回的中央专项资金", Account.RECALLED, Source.CENTRAL, -1),
    "receivable": _of_ledger("尚待追回", "决定追回、尚未收回的中央专项资金", Account.RECEIVABLE, Source.CENTRAL),
    "returned": _of_ledger("上缴", "已上缴省级的中央专项资金", Account.RETURNED, Source.CENTRAL),
    "treasury": _of_ledger("专账余额", "财政专账中的中央专项资金", Account.TREASURY, Source.CENTRAL),
    "matching": _of_ledger("配套到账", "到账的县级配套资金", Account.SOURCE, Source.MATCHING, -1),
    "matching_paid": _of_ledger("配套拨付", "已拨付的县级配套资金", Account.SPENT, Source.MATCHING),
    "private": _of_ledger("社会资金", "已确认的社会资金投入", Account.SPENT, Source.PRIVATE),
}
