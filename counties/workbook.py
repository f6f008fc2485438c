"""The tables of a work plan as schemas: the fund arrangement 项目资金安排 and the quantified targets."""

from decimal import Decimal

from counties.models import FundLine, PlanTarget
from portal.money import ZERO
from portal.schema import Column, Schema

MAX_LINES = 300  # rows of one plan: real plans have 8 to 40, the longest seen name every station
MAX_TARGETS = 100


def _choices(model, name):
    return tuple(model._meta.get_field(name).choices)


def fund_line_shape(values):
    """What can be wrong between the cells of one row: the sub-category of another direction, a cap that is exceeded."""
    wrong = {}
    if values["sub_category"] and not values["sub_category"].startswith(values["direction"]):
        wrong["sub_category"] = "不属于本行的支持方向（规则 A-203、A-205、A-208）"
    if values["cap_ratio"] == 0:
        wrong["cap_ratio"] = "应大于 0"
    line = FundLine(**{name: value for name, value in values.items() if name != "id"})
    return wrong | line.caps_exceeded()


FUND_LINES = Schema(
    name="fund-lines",
    title="资金安排",
    version=1,
    max_rows=MAX_LINES,
    check=fund_line_shape,
    columns=(
        Column("name", "项目（内容）名称", required=True, max_length=120, note="同一名称、同一地点只写一行"),
        Column("direction", "支持方向", "choice", True, _choices(FundLine, "direction"), "25号 二 的四个方向"),
        Column("sub_category", "细项", "choice", False, _choices(FundLine, "sub_category"), "须属于所选的支持方向"),
        Column("expense", "支出类别", "choice", True, _choices(FundLine, "expense"), "负面清单内的支出不在其中"),
        Column(
            "support", "支持方式", "choice", True, _choices(FundLine, "support"), "优先贷款贴息、购买服务、以奖代补"
        ),
        Column("central_amount", "中央资金（元）", "money", True, note="以元为单位，不写“万”"),
        Column("matching_amount", "县级配套（元）", "money", empty=ZERO),
        Column("private_amount", "社会资本（元）", "money", empty=ZERO),
        Column("target", "绩效目标", required=True, note="如：建成村级站点"),
        Column("target_value", "目标值", "decimal", True),
        Column("target_unit", "单位", required=True, max_length=10, note="如：个、人次、㎡"),
        Column("place", "实施地点", max_length=60),
        Column("unit_count", "数量", "integer", whole_digits=9, note="站点、设备等的个数；有单价上限时必填"),
        Column("cap_total", "总额上限（元）", "money", note="中央资金不得超过"),
        Column(
            "cap_ratio", "补助比例上限（%）", "decimal", most=Decimal(100), note="中央资金占总投资的最高比例，如 80"
        ),
        Column("cap_unit", "单价上限（元）", "money", note="每个站点（单位）的最高中央资金"),
        Column("reuses_existing", "利用现有厂房设施", "bool", note="25号 二（二）：充分利用现有园区厂房、设施设备"),
        Column("hardware_reuse_reason", "不能利用现有设施的原因", note="新增硬件而不利用现有设施时填写"),
        Column("id", "行标识", "integer", whole_digits=18, note="由系统填写，请勿改动；新增的行留空"),
    ),
)


def target_shape(values):
    if values["target_year"] < values["base_year"]:
        return {"target_year": "目标年不能早于基年（规则 B-403）"}
    return {}


YEAR = {"kind": "integer", "required": True, "least": Decimal(2000), "most": Decimal(2100)}
TARGETS = Schema(
    name="plan-targets",
    title="量化目标",
    version=1,
    max_rows=MAX_TARGETS,
    check=target_shape,
    columns=(
        Column("direction", "支持方向", "choice", True, _choices(PlanTarget, "direction")),
        Column("indicator", "指标", required=True, max_length=60, note="如：行政村快递通达率"),
        Column("unit", "单位", required=True, max_length=10),
        Column("base_year", "基年", **YEAR),
        Column("base_value", "基数", "decimal", True),
        Column("target_year", "目标年", **YEAR),
        Column("target_value", "目标值", "decimal", True),
        Column("id", "行标识", "integer", whole_digits=18),
    ),
)


def rows_of(records, schema):
    """Stored records as rows of a schema."""
    return [{column.name: getattr(record, column.name) for column in schema.columns} for record in records]
