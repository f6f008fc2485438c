"""拨付文书：F-15 拨付申请, F-16 拨付公示 and 拨付通知 (domain/documents.md 7.1): project, contractor and amount one to one."""

from counties.documents.parts import day, record_url
from portal import clock
from portal.documents import OfficialDocument, Table, Text, paragraphs
from portal.money import ZERO, in_words, total
from portal.templatetags.ui import mask


def papers_of(payment):
    """(form, words) of what can be printed now."""
    papers = [("request", "拨付申请（F-15）")]
    if payment.approved_on:
        papers.append(("notice", "拨付公示（F-16）"))
    if payment.paid_on:
        papers.append(("order", "拨付通知（F-16）"))
    return papers


def payment_request(payment, *, sees_account):
    """F-15：the contractor asks the county for the money of one stage that passed."""
    project, agreement = payment.project, payment.agreement
    account = agreement.account_no if sees_account else mask(agreement.account_no)
    return OfficialDocument(
        issuers=(project.contractor.name,),
        title=f"关于拨付{project.name}{payment.stage.name}资金的申请",
        recipients=(f"{payment.region.name}商务、财政部门",),
        body=(
            Text(
                f"{project.name}（{project.no}）{payment.stage}已经验收{payment.application.result_words}"
                f"（{payment.application.no}）。根据项目建设协议（{agreement.no}），申请拨付中央财政资金"
                f"{payment.amount}元（大写：{in_words(payment.amount)}）。"
            ),
            Text("一、阶段和金额", 1),
            _amounts(payment),
            Text("二、资金用途", 1),
            _objects(payment),
            Text("三、凭证", 1),
            _vouchers(payment),
            Text("四、收款账户", 1),
            Text(f"户名：{agreement.account_holder}；开户行：{agreement.account_bank}；账号：{account}。"),
            *paragraphs(payment.statement),
        ),
        on=payment.requested_on,
        letter=True,
        upward=False,
        **_made(payment, "拨付申请"),
    )


def payment_notice(payment, *, sees_account):
    """F-16 拨付公示：for the county government's own site; no account stands on it."""
    notice, county = payment.notice, payment.county
    period = (
        f"公示期{notice.workdays}个工作日：{day(notice.starts_on)}发布，次日起算，至{day(notice.ends_on)}（含当日）。"
        f"县政府官网网址：{notice.site_url}。"
        if notice
        else f"公示期{county.batch.payment_notice_workdays}个工作日，自发布次日起算。"
    )
    phone = notice.phone if notice else county.complaint_phone
    return OfficialDocument(
        issuers=(f"{payment.region.name}人民政府",),
        title=f"关于{payment.project.name}资金拨付的公示",
        recipients=(),
        upward=False,
        body=(
            Text(
                f"按照《关于做好{county.batch.year}年国家级电子商务进农村综合示范有关工作的通知》（{county.batch.doc_no}）要求，"
                "现将拟拨付的中央财政专项资金予以公示，接受社会监督。"
            ),
            Text("一、项目、承办单位和金额", 1),
            _one_to_one(payment),
            Text("二、公示时间和异议", 1),
            Text(period),
            Text(f"如有异议，请向县人民政府反映。投诉举报电话：{phone or '未登记'}。"),
        ),
        on=notice.starts_on if notice else clock.today(),
        **_made(payment, "拨付公示"),
    )


def payment_order(payment, *, sees_account):
    """F-16 拨付通知：the finance bureau tells the contractor what was paid, when and to which account."""
    account = payment.payee_account if sees_account else mask(payment.payee_account)
    return OfficialDocument(
        issuers=(f"{payment.region.name}财政局",),
        title=f"关于拨付{payment.project.name}资金的通知",
        recipients=(payment.project.contractor.name,),
        upward=False,
        body=(
            Text(
                f"根据验收结论和公示结果，经县人民政府批准，已于{day(payment.paid_on)}拨付你单位中央财政资金"
                f"{payment.amount}元（大写：{in_words(payment.amount)}），支付凭证号：{payment.voucher_no}。"
            ),
            _one_to_one(payment),
            Text(f"收款人：{payment.payee}；账号：{account}。"),
            Text(
                "收到资金后，请依据国家财务、会计制度的有关规定进行账务处理，按照规定使用资金，按资金性质分别核算，"
                f"并在{payment.county.batch.booking_days}天内登记入账。"
            ),
        ),
        on=payment.paid_on or clock.today(),
        **_made(payment, "拨付通知"),
    )


PAPERS = {"request": payment_request, "notice": payment_notice, "order": payment_order}


def _made(payment, name):
    source = f"{payment.region.name} · {name} · {payment.no} · 内容摘要 {payment.digest()[:16]}"
    return {"qr_url": record_url(payment), "source": source}


def _amounts(payment):
    approved = payment.application.approved_amount
    rows = (
        ("本阶段约定", f"{payment.stage.amount:.2f}"),
        ("验收核定", f"{approved if approved is not None else ZERO:.2f}"),
        ("本次申请", f"{payment.amount:.2f}"),
    )
    return Table(("事项", "金额（元）"), rows, figures=frozenset({1}))


def _objects(payment):
    items = payment.stated_objects()
    rows = tuple((number, item.content, item.place, f"{item.amount:.2f}") for number, item in enumerate(items, 1))
    whole = ("", "合计", "", f"{total(item.amount for item in items):.2f}")
    return Table(("序号", "内容", "地点", "金额（元）"), rows, figures=frozenset({3}), total=whole)


def _vouchers(payment):
    vouchers = payment.stated_vouchers()
    rows = tuple((str(v), str(v.issued_on), v.seller, v.content, f"{v.amount:.2f}") for v in vouchers)
    counted = total(v.amount for v in vouchers if v.kind in v.COUNTED)
    whole = ("发票、收据合计", "", "", "", f"{counted:.2f}")
    return Table(("凭证", "日期", "销售方", "内容", "金额（元）"), rows, figures=frozenset({4}), total=whole)


def _one_to_one(payment):
    row = (payment.project.name, payment.project.contractor.name, str(payment.stage), f"{payment.amount:.2f}")
    return Table(("项目", "承办单位", "阶段", "金额（元）"), (row,), figures=frozenset({3}))
