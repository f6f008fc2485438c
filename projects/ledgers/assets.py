"""设备台账 as a workbook: its columns (domain/dictionary.md 4.3), what is checked before it is written."""

from portal import clock
from portal.ledgers import Ledger, register
from portal.money import ZERO, wan
from portal.rules import Breach
from portal.schema import Column, Schema
from projects.models.asset import Asset
from projects.rules import ledger as rules

MAX_ASSETS = 10_000


def _choices(name):
    return tuple(Asset._meta.get_field(name).choices)


def asset_shape(values):
    """What can be wrong between the cells of one row."""
    wrong = {}
    if values["amount"] != values["quantity"] * values["unit_price"]:
        wrong["amount"] = f"应等于数量乘单价，即 {values['quantity'] * values['unit_price']}（规则 A-323）"
    for name in ("purchased_on", "checked_on"):
        if values[name] and values[name] > clock.today():
            wrong[name] = f"不能晚于今天（{clock.today()}）"
    if values["serial"] and values["quantity"] != 1:
        wrong["quantity"] = "有序列号的设备每台一行，数量为 1"
    return wrong


COLUMNS = (
    Column("asset_no", "资产编号", required=True, max_length=30, note="项目内不重复；再次导入时按编号更新，不要改动"),
    Column("name", "名称", required=True, max_length=80, note="与协议设备清单的名称一致"),
    Column("model", "型号", max_length=80),
    Column("serial", "序列号", max_length=60, note="出厂序列号；有序列号的每台一行"),
    Column("quantity", "数量", "integer", True, least=1, whole_digits=6),
    Column("unit_price", "单价（元）", "money", True),
    Column("amount", "金额（元）", "money", True, note="数量乘单价"),
    Column("fund_source", "资金来源", "choice", True, _choices("fund_source")),
    Column("purchased_on", "购置日期", "date", True),
    Column("invoice_no", "发票号", required=True, max_length=40, note="发票代码和号码；请按文本填写"),
    Column("supplier", "供应商", required=True, max_length=100),
    Column("owner", "产权归属", "choice", True, _choices("owner"), note="25号 三（三）：设备购置与归属须清晰明确"),
    Column("user_org", "使用单位", required=True, max_length=100),
    Column("custodian", "保管人", required=True, max_length=40),
    Column("place", "存放地点", required=True, max_length=120),
    Column("station_no", "所在站点编号", max_length=30, note="放在村级服务网点的填写台账中的站点编号"),
    Column("condition", "状态", "choice", True, _choices("condition")),
    Column("checked_on", "盘点日期", "date"),
    Column("photo", "照片", max_length=80, note="照片的文件名或编号"),
)


def check(project, rows):
    """What one row cannot know: serial and invoice elsewhere (A-305), the station it stands in."""
    wrong = {}
    named = {row["station_no"] for row in rows if row["station_no"]}
    known = set(project.stations.filter(no__in=named).values_list("no", flat=True)) if named else set()
    for number, row in enumerate(rows):
        if row["station_no"] and row["station_no"] not in known:
            wrong[number] = {"station_no": "本项目的网点台账中没有这个站点编号"}
    entry = rules.Entry(project, rows)
    for column, rule, found in (
        ("serial", rules.serial_is_claimed_once, rules.serial_clashes(entry)),
        ("invoice_no", rules.invoice_is_claimed_once, rules.invoice_clashes(entry)),
    ):
        for number, words in found.items():
            wrong.setdefault(number, {})[column] = str(Breach(rule, words))
    return wrong


def apply(project, rows, *, by, sha256=""):
    return Asset.enter(project, rows, by=by, sha256=sha256)


def totals(project):
    sums = project.assets.all().sums()
    return [
        ("设备", f"{sums['all']} 项"),
        ("金额", f"{wan(sums['amount'] or ZERO)} 万元"),
        ("闲置", f"{sums['idle']} 项"),
        ("报废", f"{sums['scrapped']} 项"),
    ]


ASSETS = register(
    Ledger(
        name="assets",
        title="设备台账",
        schema=Schema("assets", "设备台账", 1, COLUMNS, MAX_ASSETS, asset_shape),
        key="asset_no",
        records=lambda project, words="": project.assets.named(words),
        check=check,
        apply=apply,
        shown=("asset_no", "name", "model", "quantity", "unit_price", "amount", "fund_source", "purchased_on",
               "invoice_no", "place", "owner", "user_org", "custodian", "condition"),
        totals=totals,
        rules=(rules.equipment_was_bought_as_agreed,),
        about="承办单位或县商务局把购置的设备逐台登入，或导入工作簿后，会列在这里。",
    )
)  # fmt: skip
