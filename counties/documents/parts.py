"""What the papers of this room have in common: who issues them, the money by direction, opinions, publicity."""

from django.conf import settings

from accounts.models import Office
from counties.models import Bureau
from portal import clock
from portal.documents import Annex, Table, Text, paragraphs
from portal.money import in_words, percent, wan

THE_THREE = ("河南省商务厅", "河南省财政厅", "河南省扶贫开发办公室")


def record_url(record):
    """What the QR code names: the record that the paper shows."""
    return f"{settings.PORTAL_URL}{record.get_absolute_url()}"


def source_of(plan):
    region = plan.county.region
    return f"{region.name} · 实施方案第 {plan.version} 版 · 内容摘要 {plan.digest()[:16]}"


def issuers(plan):
    region = plan.county.region
    if plan.is_direct:
        return (f"{region.name}人民政府",)
    offices = Office.objects.filter(region=region.parent, level=Office.Level.CITY, bureau__in=Bureau.values)
    named = dict(offices.values_list("bureau", "name"))
    return tuple(named.get(bureau.value, f"{region.parent.name}{bureau.label}部门") for bureau in Bureau)


def funds(plan):
    yield Text("二、项目资金安排", 1)
    yield Text(f"安排中央财政资金{plan.total_central:.2f}元（大写：{in_words(plan.total_central)}）。")
    yield Text(
        f"县级配套资金{wan(plan.total_matching)}万元，社会资本{wan(plan.total_private)}万元。中央财政资金按支持方向安排如下："
    )
    yield share_table(plan)
    if plan.exception_reason:
        yield from paragraphs(f"原则性条款的说明：{plan.exception_reason}")


def share_table(plan):
    """中央财政资金 by direction, against the floors."""
    whole = plan.arranged()
    rows = tuple(
        (share["label"], wan(share["amount"]), f"{share['percent']}%", _floor(share)) for share in plan.shares()
    )
    total = ("合计", wan(whole), f"{percent(whole, whole)}%", "")
    return Table(("支持方向", "中央资金（万元）", "占比", "最低占比"), rows, figures=frozenset({1, 2}), total=total)


def _floor(share):
    if not share["floor"]:
        return "不设下限"
    return f"{share['floor']:.0f}%（{'低于' if share['below'] else '达到'}）"


def opinion_table(plan):
    """The three city bureaus, what each said and when."""
    given = {review.bureau: review for review in plan.current_reviews("city")}
    rows = tuple((bureau.label, *_opinion(given.get(bureau.value))) for bureau in Bureau)
    return Table(("部门", "审核结论", "意见", "时间"), rows)


def _opinion(review):
    if review is None:
        return ("尚未审核", "", "")
    decided = day(clock.day_of(review.decided_at)) if review.decided_at else ""
    return (review.get_status_display(), review.opinion, decided)


def publicity(plan):
    yield Text("四、公示情况", 1)
    notice = plan.notice
    if not notice and plan.is_change:
        yield Text("变更方案报备后，将重新在县政府官网公示，期满无异议后实施。")
    elif not notice:
        yield Text("尚未公示。")
    else:
        yield Text(
            f"{day(notice.starts_on)}至{day(notice.ends_on)}在县政府官网公示{notice.workdays}个工作日，"
            f"网址：{notice.site_url}。{objections(notice)}"
        )


def objections(notice):
    outcomes = [objection.outcome for objection in notice.objections.all()]
    if not outcomes:
        return "公示期间未收到异议。"
    not_upheld, open_ones = outcomes.count("not_upheld"), outcomes.count("")
    return f"公示期间收到异议{len(outcomes)}件，答复不成立{not_upheld}件，未结{open_ones}件。"


def attachments(plan):
    rows = tuple(
        (line.no, line.name, line.get_direction_display(), line.get_support_display(), wan(line.central_amount),
         wan(line.matching_amount), wan(line.private_amount), target(line))
        for line in plan.lines.all()
    )  # fmt: skip
    head = ("序号", "项目（内容）", "支持方向", "支持方式", "中央资金", "县级配套", "社会资本", "绩效目标")
    table = Table(head, rows, figures=frozenset({4, 5, 6}), caption="单位：万元")
    return (Annex(f"《{plan.title}》"), Annex("《项目资金安排方案》"), Annex("项目资金安排明细表", (table,)))


def target(line):
    return f"{line.target}{line.target_value.normalize():f}{line.target_unit}"


def day(on):
    return f"{on.year}年{on.month}月{on.day}日"
