"""凭证、用途、重复支持的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

import re
from collections import Counter

from counties.rules.plan import suspicions
from portal.money import total
from portal.rules import Kind, rule

NOT_SAID = re.compile(r"[\W_]+")  # blanks and marks do not make two things of one


@rule(
    "A-303p",
    "25号 三（一）：中央财政资金不得用于示范县网络交易平台和楼堂馆所建设、征地拆迁、购买流量、人员经费等经常性开支以及提取工作经费",
)
def vouchers_off_the_negative_list(payment):
    """All money of a payment is central money."""
    from funds.models.voucher import NEGATIVE

    forbidden = dict(NEGATIVE)
    return [
        f"{voucher}“{voucher.content}”属于{forbidden[voucher.category]}，不得用中央财政资金支付"
        for voucher in payment.stated_vouchers()
        if voucher.category in forbidden
    ]


@rule("A-303w", "25号 三（一）：负面清单（凭证或用途中出现疑似字样）", Kind.SOFT)
def no_suspicious_words_in_what_is_paid(payment):
    named = [(str(voucher), voucher.content) for voucher in payment.stated_vouchers()]
    named += [("用途", item.content) for item in payment.stated_objects()]
    return [
        f"{what}“{content}”出现“{word}”，疑似负面清单 {entry}；如确非此类，请说明理由"
        for what, content in named
        for entry, word in suspicions(content)
    ]


@rule("A-315v", "25号 三（二）：按相关规定和标准，将专项资金拨付项目承办单位（凭证金额不少于申请金额）")
def vouchers_cover_the_amount(payment):
    counted = [voucher for voucher in payment.stated_vouchers() if voucher.kind in voucher.COUNTED]
    if not counted:
        return "没有登记发票或收据，请逐张登记凭证"
    covered = total(voucher.amount for voucher in counted)
    if covered < payment.amount:
        return f"发票、收据合计 {covered} 元，少于申请的 {payment.amount} 元"
    return None


@rule("P-061", "系统拨付用途：逐项写明内容、地点和金额，合计等于申请金额")
def objects_add_up(payment):
    items = payment.stated_objects()
    if not items:
        return "没有写明资金用途，请逐项填写内容、地点和金额"
    stated = total(item.amount for item in items)
    if stated != payment.amount:
        return f"各项用途合计 {stated} 元，与申请的 {payment.amount} 元不一致"
    return None


@rule("P-064", "系统拨付凭证：每张凭证附扫描件，审核人看得到原件内容")
def vouchers_are_scanned(payment):
    missing = [str(voucher) for voucher in payment.stated_vouchers() if not voucher.file_id]
    return f"还没有上传扫描件：{'、'.join(missing)}" if missing else None


@rule("A-305i", "25号 三（一）：财政资金原则上不得重复支持（同一张发票只用于一笔拨付）")
def invoice_supported_once(payment):
    from funds.models.voucher import PaymentVoucher

    named = Counter((v.invoice_code, v.invoice_no) for v in payment.stated_vouchers() if v.is_invoice and v.invoice_no)
    wrong = [f"发票 {code} {no} 在本次申请中登记了两次" for (code, no), times in named.items() if times > 1]
    numbers = {no for _, no in named}
    others = PaymentVoucher.objects.live().filter(kind=PaymentVoucher.Kind.INVOICE, invoice_no__in=numbers)
    found = [
        other
        for other in others.exclude(payment=payment.pk).select_related("payment")
        if (other.invoice_code, other.invoice_no) in named
    ]
    names = payment.names_of([other.payment for other in found])
    return wrong + [f"发票 {other.invoice_code} {other.invoice_no} 已用于{names[other.payment_id]}" for other in found]


@rule("A-305o", "25号 三（一）：财政资金原则上不得重复支持（同一站点、同一设备只由一笔拨付支持）")
def station_and_asset_supported_once(payment):
    items = payment.stated_objects()
    wrong = []
    for field, words in (("asset", "设备"), ("station", "站点")):
        named = Counter(getattr(item, field) for item in items if getattr(item, f"{field}_id"))
        wrong += [f"{words}“{what}”在本次申请中写了两次" for what, times in named.items() if times > 1]
    found = [
        (words, other)
        for other in payment.objects_elsewhere()
        for words in (
            f"设备“{other.asset}”" if other.asset_id in {i.asset_id for i in items if i.asset_id} else "",
            f"站点“{other.station}”" if other.station_id in {i.station_id for i in items if i.station_id} else "",
        )
        if words
    ]
    names = payment.names_of([other.payment for _, other in found])
    return wrong + [f"{words}已由{names[other.payment_id]}支持" for words, other in found]


@rule("A-305e", "25号 三（一）：财政资金原则上不得重复支持（同一承办单位、同一内容、同一地点、同一年度）", Kind.SOFT)
def nothing_alike_in_the_same_year(payment):
    stated = {_said(item) for item in payment.stated_objects()}
    found = [
        other
        for other in payment.objects_elsewhere()
        if other.payment.requested_on.year == payment.requested_on.year
        and other.payment.project.contractor_id == payment.project.contractor_id
        and _said(other) in stated
    ]
    names = payment.names_of([other.payment for other in found])
    return [
        f"“{other}”与{names[other.payment_id]}的用途相同（同一承办单位、同一年度）；如不是重复支持，请说明理由"
        for other in found
    ]


def _said(item):
    return NOT_SAID.sub("", item.content).lower(), NOT_SAID.sub("", item.place).lower()
