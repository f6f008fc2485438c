"""村级服务网点台账 as a workbook: its columns (domain/dictionary.md 4.3), what is checked before it is written."""

import re
from decimal import Decimal

from portal import clock
from portal.ledgers import Ledger, register
from portal.money import ZERO, wan
from portal.rules import Breach
from portal.schema import Column, Schema
from projects.models.station import SERVICES, Station
from projects.rules import ledger as rules

MAX_STATIONS = 10_000
PHONE = r"[0-9+()（）\-—－ 转]{7,40}|\*+.{4}"


def _choices(name):
    return tuple(Station._meta.get_field(name).choices)


def station_shape(values):
    """What can be wrong between the cells of one row."""
    wrong = {}
    operation, opened, closed = values["operation"], values["opened_on"], values["closed_on"]
    is_shut = operation in ("paused", "closed")
    if operation == "preparing" and opened:
        wrong["opened_on"] = "筹建的站点还没有开业日期"
    if operation != "preparing" and not opened:
        wrong["opened_on"] = "请填写；只有筹建的站点没有开业日期"
    if is_shut and not closed:
        wrong["closed_on"] = "停业或关闭的站点请填写日期"
    if not is_shut and closed:
        wrong["closed_on"] = "只有停业或关闭的站点填写"
    if opened and opened > clock.today():
        wrong["opened_on"] = f"不能晚于今天（{clock.today()}）"
    if opened and closed and closed < opened:
        wrong["closed_on"] = "不能早于开业日期"
    if (values["lng"] is None) != (values["lat"] is None):
        wrong["lng" if values["lng"] is None else "lat"] = "经度和纬度须同时填写"
    if unknown := [word for word in _services(values["services"]) if word not in SERVICES]:
        wrong["services"] = f"没有“{'、'.join(unknown)[:40]}”；可填：{'、'.join(SERVICES)}"
    return wrong


def _services(text):
    return [word.strip() for word in re.split(r"[、,，;；/ ]", text) if word.strip()]


COLUMNS = (
    Column("no", "站点编号", required=True, max_length=30, note="项目内不重复；再次导入时按编号更新，不要改动"),
    Column("name", "站点名称", required=True, max_length=80),
    Column("level", "层级", "choice", True, _choices("level")),
    Column("town", "乡镇", required=True, max_length=30),
    Column("village", "行政村", required=True, max_length=40),
    Column("village_code", "行政村代码", required=True, max_length=12, pattern=r"[0-9]{12}",
           pattern_words="应为 12 位数字（统计用区划代码）", note="12 位统计用区划代码，前 6 位为本县；请按文本填写"),
    Column("address", "地址", max_length=120),
    Column("lng", "经度", "decimal", least=Decimal(73), most=Decimal(136), places=6, note="WGS84，如 114.026789"),
    Column("lat", "纬度", "decimal", least=Decimal(3), most=Decimal(54), places=6, note="WGS84，如 32.801234"),
    Column("poor_village", "建档立卡贫困村", "bool"),
    Column("operator_name", "负责人", required=True, max_length=40),
    Column("operator_phone", "负责人电话", required=True, max_length=40, pattern=PHONE, pattern_words="请填写电话号码",
           note="导出时只留末四位；原样导入即不改动", personal=True),
    Column("operator_kind", "人员类型", "choice", False, _choices("operator_kind")),
    Column("area", "面积（㎡）", "decimal", True, least=Decimal("0.01"), whole_digits=6),
    Column("operation", "运营状态", "choice", True, _choices("operation")),
    Column("opened_on", "开业日期", "date", note="筹建的留空"),
    Column("closed_on", "停业或关闭日期", "date", note="停业、关闭的填写"),
    Column("services", "服务功能", max_length=80, note=f"用顿号分开：{'、'.join(SERVICES)}"),
    Column("funds_central", "中央资金补助（元）", "money", empty=ZERO),
    Column("has_signage", "已设统一标识", "bool", note="“全国电子商务进农村综合示范项目”"),
    Column("signage_photo", "标识照片", max_length=80, note="照片的文件名或编号"),
    Column("broadband", "已通宽带", "bool"),
)  # fmt: skip


def check(project, rows):
    """What one row cannot know: the county of the code, the same village elsewhere (A-305)."""
    county = project.region.code
    wrong = {
        n: {"village_code": f"前 6 位应为本县代码 {county}"}
        for n, row in enumerate(rows)
        if not row["village_code"].startswith(county)
    }
    for number, words in rules.station_clashes(rules.Entry(project, rows)).items():
        said = str(Breach(rules.station_is_supported_once, words))
        wrong.setdefault(number, {}).setdefault("village_code", said)
    return wrong


def apply(project, rows, *, by, sha256=""):
    return Station.enter(project, rows, by=by, sha256=sha256)


def totals(project):
    sums = project.stations.all().sums()
    built = sums["all"] - sums["preparing"]
    return [
        ("站点", f"{sums['all']} 个"),
        ("申报", f"{project.stations_claimed()} 个"),
        ("已开业", f"{built} 个"),
        ("正常运营", f"{sums['open']} 个"),
        ("停业", f"{sums['paused']} 个"),
        ("关闭", f"{sums['closed']} 个"),
        ("贫困村站点", f"{sums['poor']} 个"),
        ("中央资金补助", f"{wan(sums['funds'] or ZERO)} 万元"),
    ]


STATIONS = register(
    Ledger(
        name="stations",
        title="村级服务网点台账",
        schema=Schema("stations", "村级服务网点台账", 1, COLUMNS, MAX_STATIONS, station_shape),
        key="no",
        records=lambda project, words="": project.stations.named(words),
        check=check,
        apply=apply,
        shown=("no", "name", "level", "town", "village", "village_code", "poor_village", "operator_name",
               "operator_phone", "operation", "opened_on", "services", "funds_central"),
        totals=totals,
        rules=(rules.stations_still_to_be_entered, rules.stations_keep_working, rules.stations_lie_in_the_province),
        about="承办单位或县商务局把建成的站点逐个登入，或导入工作簿后，会列在这里。",
        links=(("站点分布图", "station-map"),),
    )
)  # fmt: skip
