"""监督文书：F-24 取消示范资格决定 (domain/documents.md 7.1); the notice of recovery stands in funds/documents/recovery.py."""

from counties.documents.parts import day, record_url
from portal import clock
from portal.documents import OfficialDocument, Text, paragraphs
from supervision.models import DEPARTMENTS

CLAUSES = {
    "fraud": "对骗取、挪用专项资金等违法行为的，一经查实，将取消示范资格，追回已拨付的专项资金",
    "slow": "对整体工作推进慢的示范县，取消示范资格，收回已拨付财政资金",
    "violation": "在审计、巡视巡查等相关检查中发现存在严重违规行为的示范县，取消示范资格，收回已拨付财政资金",
}


def revocation_decision(sanction):
    """The joint decision of the three departments: facts, what the county said, ground, effect."""
    region = sanction.region
    return OfficialDocument(
        issuers=("河南省商务厅", "河南省财政厅", "河南省扶贫开发办公室"),
        title=f"关于取消{region.name}电子商务进农村综合示范县资格的决定",
        recipients=(f"{region.name}人民政府",),
        upward=False,
        doc_no=sanction.doc_no,
        body=(*_facts(sanction), *_hearing(sanction), *_decision(sanction)),
        on=sanction.decided_on or clock.today(),
        copies_to=() if sanction.county.is_direct else (f"{region.parent.name}人民政府",),
        qr_url=record_url(sanction),
        source=f"{region.name} · 取消示范资格决定 · {sanction.no} · 内容摘要 {sanction.digest()[:16]}",
    )


def _facts(sanction):
    yield Text("一、查明的事实", 1)
    yield from paragraphs(sanction.facts)
    yield Text(f"以上事实有{sanction.reference}等材料证明。")


def _hearing(sanction):
    yield Text("二、陈述申辩", 1)
    if not sanction.stated_on:
        yield Text(f"{sanction.region.name}人民政府在{day(sanction.statement_due_on)}前未提出陈述申辩。")
        return
    yield Text(f"{sanction.region.name}人民政府于{day(sanction.stated_on)}提出陈述申辩：")
    yield from paragraphs(sanction.statement)


def _decision(sanction):
    yield Text("三、决定", 1)
    departments = "、".join(DEPARTMENTS.values())
    yield Text(
        f"依据豫商体系〔2020〕25号“{CLAUSES[sanction.ground]}”的规定，经{departments}共同研究，"
        f"决定取消{sanction.region.name}{sanction.county.batch.year}年电子商务进农村综合示范县资格。"
    )
    yield Text("已拨付的专项资金按追回资金通知的金额和期限追回；财政专账结余一并上缴省级。")
