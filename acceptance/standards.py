"""What an acceptance looks at when the county has made no list of its own.

The three points that the notice itself names bind everywhere. The figures of another province (河北省 2017 年验收参考标准)
are shown as a reference only: they bind once a county has taken them into its own list (25号 一（四）：按照本地制定的有关办法).
"""


def ordered_by_the_notice(stage, project):
    """25号 一（四）：建设时限、内容、投资额度。"""
    end = project.planned_end
    until = f"{end.year}年{end.month}月{end.day}日前" if end else "协议约定的时限内"
    yield _yes_no("建设内容", f"按协议完成本阶段内容：{stage.deliverables}"[:200])
    yield _yes_no("建设时限", f"{until}完成本阶段内容")
    yield _yes_no("投资额度", "投资真实，票据、合同与账目一致，不超过实施方案的安排")


def reference(direction):
    """河北省 2017 年参考标准 of one direction; nothing is required by it."""
    return [row | {"required": False} for row in REFERENCE.get(direction, [])]


def _yes_no(title, standard):
    return {"title": title, "standard": standard, "kind": "yes_no"}


def _number(title, standard, unit, *, least=None, most=None):
    limits = {"unit": unit, "minimum": least, "maximum": most}
    return {"title": title, "standard": standard, "kind": "number"} | limits


REFERENCE = {
    "logistics": [
        _number("县级仓储物流中心面积", "县级仓储物流中心不小于 800 平方米", "㎡", least=800),
        _yes_no("仓储物流中心设备", "打包台、货架、扫描设备、车辆齐备并在用"),
        _number("乡镇配送中心面积", "每个乡镇配送中心不小于 100 平方米", "㎡", least=100),
        _number("乡镇快递覆盖率", "乡镇快递全部覆盖", "%", least=100, most=100),
        _number("行政村网点覆盖率", "建档立卡贫困村和其他行政村网点覆盖不低于 50%", "%", least=50, most=100),
        _number("同一物流线路支持企业数", "同一条物流线路只支持一家企业", "家", most=1),
    ],
    "produce": [
        _number("县服务中心面积", "县级电商公共服务中心不小于 600 平方米", "㎡", least=600),
        _yes_no("县服务中心功能", "交易洽谈、电商课堂、会议、办公等功能齐备"),
        _number("产品研发和体验区面积", "产品研发、体验区 100—200 平方米", "㎡", least=100, most=200),
        _yes_no("统一标识", "显著位置有“电子商务进农村综合示范项目”字样"),
    ],
    "goods": [
        _number("行政村站点面积（500 人以上或贫困村）", "不小于 10 平方米", "㎡", least=10),
        _number("行政村站点面积（其他）", "5—10 平方米", "㎡", least=5, most=10),
        _number("宽带覆盖率", "行政村宽带覆盖不低于 90%", "%", least=90, most=100),
        _number("数据设备在线率", "服务站点数据设备在线率不低于 95%", "%", least=95, most=100),
        _number("同一行政村站点数", "同一行政村只支持一个站点", "个", most=1),
        _yes_no("站点设备和标识", "电脑、背景墙、42 寸电视、数据设备、公告栏、店外标识齐备"),
    ],
}
