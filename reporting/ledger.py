"""项目台账（25号 三（四））：drawn from the records, never typed; its page, its totals and its workbook say the same."""

from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from acceptance.models import Application
from funds.forms.books import words_of
from funds.models import Account, Leg, Source
from funds.sheets import Book, must_fit
from portal import clock
from portal.money import ZERO
from portal.schema import Column, Schema
from portal.templatetags.ui import mask
from projects.life import planned
from projects.models import Operation, Project

MOST_ROWS = 10_000

LEDGER = Schema(
    name="project-ledger",
    title="项目台账",
    version=1,
    max_rows=MOST_ROWS,
    columns=(
        Column("number", "序号", "integer"),
        Column("county", "示范县"),
        Column("no", "项目编号"),
        Column("name", "项目名称"),
        Column("direction", "方向"),
        Column("contractor", "承办单位"),
        Column("owner_person", "责任人"),
        Column("owner_phone", "电话"),
        Column("planned_start", "计划开工", "date"),
        Column("planned_end", "计划完工", "date"),
        Column("started_on", "实际开工", "date"),
        Column("finished_on", "实际完工", "date"),
        Column("planned", "总投资（元）", "money"),
        Column("central", "中央资金（元）", "money"),
        Column("matching", "县级配套（元）", "money"),
        Column("own", "自筹（元）", "money"),
        Column("agreement_no", "协议号"),
        Column("percent", "进度（%）", "decimal"),
        Column("accepted_on", "验收日期", "date"),
        Column("conclusion", "验收结论"),
        Column("paid", "已拨付（元）", "money"),
        Column("left", "余额（元）", "money"),
        Column("remarks", "备注"),
    ),
)


def ledger(projects):
    """The projects with the columns of the higher floors: agreement, latest conclusion, what the books say was paid."""
    concluded = Application.objects.filter(project=OuterRef("pk")).exclude(concluded_at=None).order_by("-concluded_at")
    paid = Leg.objects.filter(agreement__project=OuterRef("pk"), account=Account.SPENT, source=Source.CENTRAL)
    paid = paid.order_by().values("agreement__project").annotate(sum=Sum("amount")).values("sum")
    money = DecimalField(max_digits=18, decimal_places=2)
    return (
        projects.select_related("county__region", "contractor", "fund_line", "agreement")
        .annotate(
            total_planned=planned(),
            total_paid=Coalesce(Subquery(paid, output_field=money), ZERO, output_field=money),
            concluded_at=Subquery(concluded.values("concluded_at")[:1]),
            conclusion=Subquery(concluded.values("conclusion")[:1]),
        )
        .order_by("county__region__code", "no")
    )


def totals(projects):
    """Sums of the money columns over everything that the filter leaves, in one question."""
    state = Operation.objects.filter(project=OuterRef("pk")).order_by("-month").values("state")[:1]
    sums = (
        ledger(projects)
        .annotate(now=Subquery(state))
        .aggregate(
            projects=Count("pk"),
            completed=Count("pk", filter=Q(status=Project.Status.COMPLETED)),
            running=Count("pk", filter=Q(status=Project.Status.COMPLETED, now=Operation.State.NORMAL)),
            planned=Sum("total_planned"),
            central=Sum("agreement__central_amount"),
            matching=Sum("agreement__matching_amount"),
            own=Sum("agreement__self_amount"),
            paid=Sum("total_paid"),
        )
    )
    sums = {name: value or ZERO for name, value in sums.items()}
    return sums | {"left": sums["central"] - sums["paid"]}


SUMMED = ("planned", "central", "matching", "own", "paid", "left")
PRINTED = (
    "number", "county", "name", "direction", "contractor", "planned_end", "planned", "central", "matching", "own",
    "agreement_no", "percent", "conclusion", "paid", "left", "remarks",
)  # fmt: skip


def book(user, search, today, form, url):
    """The ledger under these filters as a workbook or on paper (`form`: xlsx or pdf); too long is refused (P-090, P-091)."""
    projects = chosen(user, search, today)
    sums = totals(projects)
    must_fit(form, sums["projects"])
    whole = ledger(projects.with_life(today))
    return Book(
        schema=LEDGER,
        rows=[row_of(project, number, user) for number, project in enumerate(whole, start=1)],
        totals={name: sums[name] for name in SUMMED},
        facts=[("范围", words_of(search, search.fields)), ("截至", f"{today:%Y-%m-%d}")],
        printed=PRINTED,
        file=f"项目台账_{today:%Y%m%d}",
        url=url,
    )


def row_of(project, number, user):
    """One project as the columns of the ledger; the telephone masked for those who need no more (actors.md 2.2)."""
    agreement = getattr(project, "agreement", None)
    central = agreement.central_amount if agreement else ZERO
    phone = project.owner_phone
    if phone and not project.opens_phone_to(user):
        phone = mask(phone)
    return {
        "number": number,
        "county": str(project.county),
        "no": project.no,
        "name": project.name,
        "direction": project.fund_line.get_direction_display(),
        "contractor": project.contractor.name,
        "owner_person": project.owner_person,
        "owner_phone": phone,
        "planned_start": project.planned_start,
        "planned_end": project.planned_end,
        "started_on": project.started_on,
        "finished_on": project.finished_on,
        "planned": project.total_planned,
        "central": central,
        "matching": agreement.matching_amount if agreement else ZERO,
        "own": agreement.self_amount if agreement else ZERO,
        "agreement_no": agreement.no if agreement else "",
        "percent": project.progress_percent,
        "accepted_on": project.concluded_at and clock.day_of(project.concluded_at),
        "conclusion": dict(Application.Conclusion.choices).get(project.conclusion, ""),
        "paid": project.total_paid,
        "left": central - project.total_paid,
        "remarks": _remarks(project),
    }


def _remarks(project):
    words = [project.get_status_display()]
    words += ["偏离公示的时限、内容或投资额度"] if project.deviates else []
    words += [f"{project.milestones_late} 个节点逾期"] if project.milestones_late else []
    words += [f"{project.problems_open} 个问题待解决"] if project.problems_open else []
    return "；".join(words)


def chosen(user, search, today):
    """The projects of this person that the filters above the ledger leave."""
    projects = Project.objects.visible_to(user).named(search.wanted("q"))
    for name, path in (("county", "county"), ("direction", "fund_line__direction"), ("status", "status")):
        if value := search.wanted(name):
            projects = projects.filter(**{path: value})
    return projects.deviating(today) if search.wanted("deviating") else projects
