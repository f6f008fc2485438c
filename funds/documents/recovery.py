"""资金文书：F-24 追回资金通知 (domain/documents.md 7.1)."""

from counties.documents.parts import day, record_url
from portal.documents import OfficialDocument, Table, Text
from portal.money import in_words


def recovery_notice(recovery):
    """Ground, amount, deadline and account; by agreement and stage, so that everybody finds his part."""
    region = recovery.region
    if recovery.is_of_county:
        issuers, recipient = ("河南省财政厅",), f"{region.name}人民政府"
    else:
        issuers, recipient = (f"{region.name}财政局",), recovery.agreement.project.contractor.name
    return OfficialDocument(
        issuers=issuers,
        title="关于追回电子商务进农村综合示范专项资金的通知",
        recipients=(recipient,),
        upward=False,
        doc_no=recovery.doc_no,
        body=tuple(_body(recovery)),
        on=recovery.decided_on,
        letter=not recovery.is_of_county,
        qr_url=record_url(recovery),
        source=f"{region.name} · 追回资金通知 · {recovery.no} · 内容摘要 {recovery.digest()[:16]}",
    )


def _body(recovery):
    county = recovery.county
    yield Text(f"追回原因：{recovery.ground}。依据豫商体系〔2020〕25号三（三）、三（五），现将追回资金事项通知如下。")
    yield Text("一、金额", 1)
    yield Text(f"应追回{recovery.amount:.2f}元（{in_words(recovery.amount)}）。")
    rows = tuple(recovery.decided_rows())
    if rows:
        yield Table(("协议", "阶段", "应追回（元）"), rows, figures=frozenset({2}))
    if recovery.is_of_county:
        yield Text(f"决定时财政专账结余{recovery.treasury_then:.2f}元，一并上缴省级。")
    yield Text("二、期限和账户", 1)
    account = f"{county.account_holder}（{county.account_bank}，账号末四位{county.account_last4}）"
    into = account if county.has_special_account() else f"{county}财政专账"
    yield Text(f"请于{day(recovery.due_on)}前退回{into}；逾期未退的，依法处理。")
