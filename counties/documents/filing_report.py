"""F-06 备案报告 (25号 一（二）)."""

from counties.documents.parts import (
    THE_THREE,
    attachments,
    day,
    funds,
    issuers,
    opinion_table,
    publicity,
    record_url,
    source_of,
)
from portal import clock
from portal.documents import OfficialDocument, Text, paragraphs

SUMMARY_LENGTH = 600  # characters; the whole text goes along as annex 1


def filing_report(plan):
    """备案报告：the city's three bureaus (of a 省直管县 its government) report the plan to three departments."""
    filing = plan.filings.filter(round=plan.round).first()
    region = plan.county.region
    kind = "变更" if plan.is_change else ""
    return OfficialDocument(
        issuers=issuers(plan),
        doc_no=filing.doc_no if filing else "",
        title=f"关于{plan.title}{kind}备案的报告",
        recipients=THE_THREE,
        body=(*_opening(plan), *_plan(plan), *funds(plan), *_opinions(plan), *publicity(plan), Text("特此报告。")),
        attachments=attachments(plan),
        on=filing.filed_on if filing else clock.today(),
        copies_to=() if plan.is_direct else (f"{region.name}人民政府",),
        qr_url=record_url(plan),
        source=source_of(plan),
    )


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
        yield Text(f"实施期：{day(plan.period_from)}至{day(plan.period_to)}。")
    summary = plan.summary if len(plan.summary) <= SUMMARY_LENGTH else f"{plan.summary[:SUMMARY_LENGTH]}……（详见附件1）"
    yield from paragraphs(summary)
    if plan.is_change:
        types = "、".join(plan.ChangeType(kind).label for kind in plan.change_types)
        yield Text(f"变更类型：{types}。")
        yield from paragraphs(f"变更理由：{plan.change_reason}")


def _opinions(plan):
    if plan.is_direct:
        yield Text("三、报送方式", 1)
        yield Text("我县为省直管县，按照通知规定，由县政府直接报备。")
        return
    yield Text("三、市级审核意见", 1)
    yield opinion_table(plan)
