"""下达和到账的规则。豫商体系〔2020〕25号，以下简称“25号”；财办建〔2020〕48号，以下简称“48号”。"""

from django.db.models import Sum

from portal.money import ZERO
from portal.rules import Kind, rule

STOPPED = ("rectifying", "hearing", "revoked")  # domain/states.md 3.12


@rule(
    "A-345",
    "25号 三（五）：对虽通过绩效评价，但因工作进度、资金使用慢等原因，财政后续资金不再予以支持的示范县，责令限期整改",
)
def no_further_money(money):
    """Of an appropriation to a county and of an arrival: the database asks it again."""
    if money.county.status in STOPPED:
        return f"{money.county}处于“{money.county.get_status_display()}”，财政后续资金不再予以支持，不能下达和登记到账"
    return None


@rule("P-052", "系统资金下达：历次下达之和不得超过核定该县的中央财政资金")
def within_the_allotment(row):
    county, document = row.county, row.appropriation
    if document.source != "central" or not county.central_total:
        return None
    others = county.appropriation_rows.standing().filter(appropriation__source="central").exclude(pk=row.pk)
    left = county.central_total - (others.aggregate(sum=Sum("amount"))["sum"] or ZERO)
    if row.amount > left:
        return f"{county}：本次下达 {row.amount} 元，超过核定资金尚余的 {left} 元（核定 {county.central_total} 元）"
    return None


@rule("P-052n", "系统资金下达：下达前应当核定各县的中央财政资金", Kind.RECORD)
def allotment_is_known(row):
    if row.appropriation.source == "central" and not row.county.central_total:
        return f"{row.county}的中央财政资金尚未核定，无法核对下达额是否超出"
    return None


@rule("B-509", "48号 五（三）：省级财政部门要及时拨付资金，细化绩效目标并分解至相关县", Kind.RECORD)
def targets_broken_down(row):
    if not row.targets.all():
        return f"{row.county}：资金下达未分解绩效目标"
    return None


@rule("P-052w", "系统资金下达：已有到账的下达文件不能撤销")
def nothing_of_it_arrived(document):
    if document.withdrawn_on:
        return f"已于 {document.withdrawn_on} 撤销"
    arrived = document.rows.filter(receipts__reversed_on=None, receipts__isnull=False).select_related("county__region")
    return [f"{row.county}已登记到账，请先冲销到账登记" for row in arrived.distinct()]


@rule("P-053", "系统资金到账：到账之和不得超过下达文件中该县的金额")
def within_what_was_issued(receipt):
    row = receipt.row
    if row is None:
        return None
    if (row.county_id, row.appropriation.source) != (receipt.county_id, receipt.source):
        return "所选下达文件不属于本县或者资金来源不同"
    if row.appropriation.withdrawn_on:
        return f"{row.appropriation.doc_no} 已撤销"
    left = row.left()
    if receipt.amount > left:
        return f"到账 {receipt.amount} 元，超过 {row.appropriation.doc_no} 尚未到账的 {left} 元"
    return None
