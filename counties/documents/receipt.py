"""F-07 备案回执 / 补正通知 (25号 一（二）): one letter of one provincial department."""

from counties.documents.parts import THE_THREE, day, issuers, record_url, source_of
from counties.models import Bureau
from portal import clock
from portal.documents import OfficialDocument, Table, Text, paragraphs


def filing_receipt(review):
    """回执（备案是收备，不是批准）；材料不全或触及负面清单的，一次列明，限期补正。"""
    plan = review.plan
    is_return = review.status in (review.Status.RETURNED, review.Status.REJECTED)
    what = {"returned": "补正通知", "rejected": "不予认可的函"}.get(review.status, "备案回执")
    filing = plan.filings.filter(round=review.round).first()
    to = issuers(plan)
    return OfficialDocument(
        issuers=(_department(review),),
        doc_no=review.receipt_no,
        title=f"关于{plan.title}{'变更' if plan.is_change else ''}的{what}",
        recipients=to,
        upward=False,
        letter=True,
        body=tuple(_returned(review, filing) if is_return else _received(review, filing)),
        on=clock.day_of(review.decided_at) if review.decided_at else clock.today(),
        copies_to=() if plan.is_direct else (f"{plan.county.region.name}人民政府",),
        qr_url=record_url(plan),
        source=source_of(plan),
    )


def _department(review):
    """The full name of the department, as it stands on its paper."""
    return dict(zip(Bureau.values, THE_THREE, strict=True))[review.bureau]


def _opening(filing):
    if filing is None:
        return "你单位报送的备案材料收悉。"
    return f"你单位{day(filing.filed_on)}以{filing.doc_no}报送的备案材料收悉。"


def _received(review, filing):
    yield Text(f"{_opening(filing)}现予回执，编号{review.receipt_no or '待编'}。")
    if review.status == review.Status.SILENT:
        yield Text("本部门在规定期限内未作答复，按规定视为收到，由系统出具本回执。")
    elif review.status == review.Status.PENDING:
        yield Text("（本部门尚未办理，此件仅为样稿。）")
    yield from paragraphs(review.opinion)
    yield Text("备案不代替县级政府对项目和资金的直接责任。")


def _returned(review, filing):
    yield Text(
        f"{_opening(filing)}{'经研究，不予认可。' if review.status == review.Status.REJECTED else '经查，下列内容须补正。'}"
    )
    yield from paragraphs(review.opinion)
    points = review.points.all()
    if points:
        rows = tuple((number, point.label, point.reason) for number, point in enumerate(points, start=1))
        yield Table(("序号", "须补正的内容", "理由"), rows)
    if review.correct_by:
        yield Text(f"请于{day(review.correct_by)}前补正并重新报送。")
