"""F-08 变更报告和变更对照表 (25号 一（一）、三（三）、四（二）)."""

from counties.documents.parts import THE_THREE, day, issuers, record_url, source_of
from portal import clock
from portal.documents import Annex, OfficialDocument, Table, Text, paragraphs
from portal.money import wan

SHOWN = 200  # characters of a long text in the table; the whole of it stands in the documents


def change_report(plan):
    """变更报告：types, reasons, effect on the shares; the comparison goes along as an annex."""
    filing = plan.filings.filter(round=plan.round).first()
    return OfficialDocument(
        issuers=issuers(plan),
        doc_no=filing.doc_no if filing else "",
        title=f"关于变更{plan.title}的报告",
        recipients=THE_THREE,
        body=(
            *_reasons(plan),
            *_shares(plan),
            Text("变更方案收备并重新公示期满后实施，此前原方案继续有效。特此报告。"),
        ),
        attachments=(Annex("变更对照表", tuple(_comparison(plan))), Annex("县政府关于方案变更的决定")),
        on=filing.filed_on if filing else clock.today(),
        qr_url=record_url(plan),
        source=source_of(plan),
    )


def _reasons(plan):
    old = plan.replaces
    yield Text(f"{old.title}（第{old.version}版）已于{day(clock.day_of(old.recorded_at))}备案。现因下列原因申请变更。")
    yield Text("一、变更类型和理由", 1)
    yield Text(f"变更类型：{'、'.join(plan.ChangeType(kind).label for kind in plan.change_types) or '未填'}。")
    yield from paragraphs(f"变更理由：{plan.change_reason or '未填'}")


def _shares(plan):
    yield Text("二、对资金占比的影响", 1)
    rows = tuple(
        (
            share.label,
            wan(share.old["amount"]),
            f"{share.old['percent']}%",
            wan(share.new["amount"]),
            f"{share.new['percent']}%{'（低于下限）' if share.new['below'] else ''}",
        )
        for share in plan.share_differences()
    )
    yield Table(("支持方向", "变更前（万元）", "占比", "变更后（万元）", "占比"), rows, figures=frozenset({1, 2, 3, 4}))


def _comparison(plan):
    fields = tuple((item.label, _shown(item.old), _shown(item.new)) for item in plan.differences())
    if fields:
        yield Table(("内容", "变更前", "变更后"), fields)
    rows = tuple(_line(item) for item in plan.line_differences() if item.kind != "不变")
    if rows:
        yield Table(("资金安排", "变更", "变更前", "变更后"), rows, caption="项目资金安排")
    if not fields and not rows:
        yield Text("方案正文和资金安排与备案版本一致。")


def _line(item):
    name = (item.new or item.old).name
    if item.kind == "调整":
        return (
            name,
            item.kind,
            "；".join(f"{field.label}：{_shown(field.old)}" for field in item.fields),
            "；".join(f"{field.label}：{_shown(field.new)}" for field in item.fields),
        )
    before, after = (f"{wan(line.central_amount)}万元" if line else "—" for line in (item.old, item.new))
    return (name, item.kind, before, after)


def _shown(value):
    words = str(value) if value not in (None, "") else "—"
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}……"
