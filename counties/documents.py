"""Official documents of this room: F-06 备案报告 (25号 一（二）)."""

from django.conf import settings

from accounts.models import Office
from counties.models import Bureau
from portal import clock
from portal.documents import Annex, OfficialDocument, Table, Text, paragraphs
from portal.money import in_words, percent, wan

THE_THREE = ("河南省商务厅", "河南省财政厅", "河南省扶贫开发办公室")
SUMMARY_LENGTH = 600  # characters; the whole text goes along as annex 1


def filing_report(plan):
    """备案报告：the city's three bureaus (of a 省直管县 its government) report the plan to three departments."""
    filing = plan.filings.filter(round=plan.round).first()
    region = plan.county.region
    issuers = _issuers(plan)
    kind = "变更" if plan.is_change else ""
    return OfficialDocument(
        issuers=issuers,
        doc_no=filing.doc_no if filing else "",
        title=f"关于{plan.title}{kind}备案的报告",
        recipients=THE_THREE,
        body=(*_opening(plan), *_plan(plan), *_funds(plan), *_opinions(plan), *_publicity(plan), Text("特此报告。")),
        attachments=_attachments(plan),
        on=filing.filed_on if filing else clock.today(),
        copies_to=() if plan.is_direct else (f"{region.name}人民政府",),
        qr_url=f"{settings.PORTAL_URL}{plan.get_absolute_url()}",
        source=f"{region.name} · 实施方案第 {plan.version} 版 · 内容摘要 {plan.digest()[:16]}",
    )


def _issuers(plan):
    region = plan.county.region
    if plan.is_direct:
        return (f"{region.name}人民政府",)
    offices = Office.objects.filter(region=region.parent, level=Office.Level.CITY, bureau__in=Bureau.values)
    named = dict(offices.values_list("bureau", "name"))
    return tuple(named.get(bureau.value, f"{region.parent.name}{bureau.label}部门") for bureau in Bureau)


def _opening(plan):
    county, batch = plan.county, plan.county.batch
    way = "经县政府研究" if plan.is_direct else "经审核"
    what = "方案变更情况" if plan.is_change else "实施方案和项目资金安排方案"
    yield Text(
        f"根据{'、'.join(THE_THREE)}《关于做好{batch.year}年国家级电子商务进农村综合示范有关工作的通知》"
        f"（{batch.doc_no}）要求，{way}，现将{county}电子商务进农村综合示范{what}报请备案。"
    )


def _plan(plan):
    yield Text("一、方案基本情况", 1)
    if plan.period_from and plan.period_to:
        yield Text(f"实施期：{_day(plan.period_from)}至{_day(plan.period_to)}。")
    summary = plan.summary if len(plan.summary) <= SUMMARY_LENGTH else f"{plan.summary[:SUMMARY_LENGTH]}……（详见附件1）"
    yield from paragraphs(summary)
    if plan.is_change:
        types = "、".join(plan.ChangeType(kind).label for kind in plan.change_types)
        yield Text(f"变更类型：{types}。")
        yield from paragraphs(f"变更理由：{plan.change_reason}")


def _funds(plan):
    whole = plan.arranged()
    yield Text("二、项目资金安排", 1)
    yield Text(f"安排中央财政资金{plan.total_central:.2f}元（大写：{in_words(plan.total_central)}）。")
    yield Text(
        f"县级配套资金{wan(plan.total_matching)}万元，社会资本{wan(plan.total_private)}万元。中央财政资金按支持方向安排如下："
    )
    rows = tuple(
        (share["label"], wan(share["amount"]), f"{share['percent']}%", _floor(share)) for share in plan.shares()
    )
    total = ("合计", wan(whole), f"{percent(whole, whole)}%", "")
    yield Table(("支持方向", "中央资金（万元）", "占比", "最低占比"), rows, figures=frozenset({1, 2}), total=total)
    if plan.exception_reason:
        yield from paragraphs(f"原则性条款的说明：{plan.exception_reason}")


def _floor(share):
    if not share["floor"]:
        return "不设下限"
    return f"{share['floor']:.0f}%（{'低于' if share['below'] else '达到'}）"


def _opinions(plan):
    if plan.is_direct:
        yield Text("三、报送方式", 1)
        yield Text("我县为省直管县，按照通知规定，由县政府直接报备。")
        return
    yield Text("三、市级审核意见", 1)
    given = {review.bureau: review for review in plan.current_reviews("city")}
    rows = tuple((bureau.label, *_opinion(given.get(bureau.value))) for bureau in Bureau)
    yield Table(("部门", "审核结论", "意见", "时间"), rows)


def _opinion(review):
    if review is None:
        return ("尚未审核", "", "")
    decided = _day(clock.day_of(review.decided_at)) if review.decided_at else ""
    return (review.get_status_display(), review.opinion, decided)


def _publicity(plan):
    yield Text("四、公示情况", 1)
    notice = plan.notice
    if not notice and plan.is_change:
        yield Text("变更方案报备后，将重新在县政府官网公示，期满无异议后实施。")
    elif not notice:
        yield Text("尚未公示。")
    else:
        yield Text(
            f"{_day(notice.starts_on)}至{_day(notice.ends_on)}在县政府官网公示{notice.workdays}个工作日，"
            f"网址：{notice.site_url}。{_objections(notice)}"
        )


def _objections(notice):
    outcomes = [objection.outcome for objection in notice.objections.all()]
    if not outcomes:
        return "公示期间未收到异议。"
    not_upheld, open_ones = outcomes.count("not_upheld"), outcomes.count("")
    return f"公示期间收到异议{len(outcomes)}件，答复不成立{not_upheld}件，未结{open_ones}件。"


def _attachments(plan):
    rows = tuple(
        (line.no, line.name, line.get_direction_display(), line.get_support_display(), wan(line.central_amount),
         wan(line.matching_amount), wan(line.private_amount), _target(line))
        for line in plan.lines.all()
    )  # fmt: skip
    head = ("序号", "项目（内容）", "支持方向", "支持方式", "中央资金", "县级配套", "社会资本", "绩效目标")
    table = Table(head, rows, figures=frozenset({4, 5, 6}), caption="单位：万元")
    return (Annex(f"《{plan.title}》"), Annex("《项目资金安排方案》"), Annex("项目资金安排明细表", (table,)))


def _target(line):
    return f"{line.target}{line.target_value.normalize():f}{line.target_unit}"


def _day(on):
    return f"{on.year}年{on.month}月{on.day}日"
