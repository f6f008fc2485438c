"""实施方案内容的规则：chapters, targets and fund lines. 财办建〔2020〕48号 简称“48号”，豫商体系〔2020〕25号 简称“25号”。"""

from counties.sections import chapters_missing, directions_without_target
from portal.rules import Kind, rule

HARDWARE_WORDS = "硬件设施坚持实用、节约，充分利用现有园区厂房、设施设备"


@rule("B-706", "48号 附件二（二）1：基本县情、本地特色产业基础、农村电子商务等发展概况")
def facts_industry_and_ecommerce(plan):
    return chapters_missing("B-706", plan)


@rule(
    "B-707",
    "48号 附件二（二）1：以前年度支持过的示范县还需对前期工作进展、资金进度、政策机制、绩效评价、扶贫助农成效等进行总结",
)
def earlier_work_is_summed_up(plan):
    return chapters_missing("B-707", plan)


@rule(
    "B-708",
    "48号 附件二（二）2：完善品牌、标准、品控、培训、物流、金融等电商配套服务，扩大农产品进城和工业品下乡的工作目标和措施",
)
def goals_and_measures(plan):
    return chapters_missing("B-708", plan)


@rule("B-709", "48号 附件二（二）3：加强资源整合，推动农村电子商务市场化运营、可持续发展的具体举措")
def resources_and_lasting_operation(plan):
    return chapters_missing("B-709", plan)


@rule("B-702", "48号 附件二：主要目标要量化、细化，措施可落地，管理可问责（同 48号 四，规则 B-403）")
def every_direction_has_a_target(plan):
    return directions_without_target(plan)


@rule("A-101c", "25号 一（一）：项目资金安排方案（方案自定的总额、比例、单价上限须遵守）")
def within_its_own_caps(plan):
    return [f"{_row(line)}：{words}" for line in plan.lines.all() for words in line.caps_exceeded().values()]


@rule("A-201", "25号 二：优先采取贷款贴息、购买服务、以奖代补等支持方式（同 48号 三，规则 B-301）", Kind.SOFT)
def preferred_way_of_support(plan):
    other = plan.lines.model.Support.OTHER
    return [
        f"{_row(line)}的支持方式不是贷款贴息、购买服务或以奖代补，请说明理由"
        for line in plan.lines.all()
        if line.support == other and line.central_amount
    ]


@rule("A-206", f"25号 二（二）：中央财政资金聚焦服务提升，{HARDWARE_WORDS}", Kind.SOFT)
def hardware_reuses_what_exists(plan):
    return [
        f"{_row(line)}新增硬件（{line.get_expense_display()}），请注明利用现有设施，或填写不能利用的原因"
        for line in plan.lines.all()
        if line.expense in line.HARDWARE
        and line.central_amount
        and not line.reuses_existing
        and not line.hardware_reuse_reason.strip()
    ]


@rule("A-305", "25号 三（一）：原则上不得重复支持", Kind.SOFT)
def nothing_is_supported_twice(plan):
    first, wrong = {}, []
    for line in plan.lines.all():
        earlier = first.setdefault((line.name.strip(), line.place.strip()), line)
        if earlier is not line:
            wrong.append(f"{_row(line)}与第 {earlier.no} 行的名称、地点相同，疑似重复支持；如确非重复，请说明理由")
    return wrong


@rule("B-608", "48号 六（三）：合理规划县级公共服务中心、乡村服务站点建设，不盲目追求“高大上”、全覆盖", Kind.SOFT)
def centre_and_stations_of_sensible_size(plan):
    return [f"{_row(line)}{words}" for line in plan.lines.all() if (words := _too_large(line, plan.county))]


def _too_large(line, county):
    """Only what can be known: villages of the county when they are given, and the area typed as count or target."""
    stations = line.unit_count if line.unit_count is not None else line.target_value
    if "村级" in line.name and county.villages and line.target_unit != "㎡" and stations > county.villages:
        return f"的村级站点 {stations:.0f} 个，多于全县 {county.villages} 个行政村，请说明理由"
    area = line.target_value if line.target_unit in ("㎡", "平方米", "m²") else None
    if "中心" in line.name and area is not None and area > county.batch.centre_area_hint:
        return f"的中心面积 {area.normalize():f} ㎡，超过 {county.batch.centre_area_hint} ㎡，请说明必要性"
    return None


def _row(line):
    return f"第 {line.no} 行“{line.name}”"
