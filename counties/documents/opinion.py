"""F-05 方案审核意见 (25号 一（二）)."""

from counties.documents.parts import issuers, opinion_table, record_url, share_table, source_of
from counties.models import Bureau
from portal import clock
from portal.documents import OfficialDocument, Table, Text, paragraphs


def review_opinion(plan):
    """审核意见：three opinions, the shares, and each exception with the bureaus that consented to it."""
    return OfficialDocument(
        issuers=issuers(plan),
        title=f"关于{plan.title}的审核意见",
        recipients=(f"{plan.county.region.name}人民政府",),
        upward=False,
        letter=True,
        body=(*_opinions(plan), *_shares(plan), *_exceptions(plan), *_returned(plan)),
        on=clock.today(),
        qr_url=record_url(plan),
        source=source_of(plan),
    )


def _opinions(plan):
    yield Text(f"你县报送的{plan.title}（第{plan.version}版）收悉。经审核，意见如下。")
    yield Text("一、三部门意见", 1)
    yield opinion_table(plan)


def _shares(plan):
    yield Text("二、资金占比", 1)
    yield share_table(plan)


def _exceptions(plan):
    yield Text("三、原则性条款的例外", 1)
    exceptions = plan.exceptions()
    if not exceptions:
        yield Text("无。")
        return
    consented = {review.bureau: review.consents for review in plan.current_reviews("city")}
    rows = tuple(
        (
            breach.rule.id,
            breach.wrong,
            "、".join(bureau.label for bureau in Bureau if breach.rule.id in consented.get(bureau.value, ())) or "尚无",
        )
        for breach in exceptions
    )
    yield Table(("规则", "情况", "逐项同意的部门"), rows)
    yield from paragraphs(f"县级说明：{plan.exception_reason}")


def _returned(plan):
    points = [
        point for review in plan.current_reviews("city").prefetch_related("points") for point in review.points.all()
    ]
    if points:
        yield Text("四、退回的内容", 1)
        yield Table(("内容", "理由"), tuple((point.label, point.reason) for point in points))
