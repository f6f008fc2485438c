"""评审指标和省级方案清单：what the province scores by, and what the package to the ministries must hold.

The points are the province's own (no notice gives them); they stand on each round, so an old round keeps its table.
"""

DEFAULT_CRITERIA = (
    ("产业基础、人才基础和发展潜力", 25, "48号 四、35号 一（一）"),
    ("工作方案：目标量化、措施具体、责任可追溯", 25, "48号 附件二"),
    ("公共服务体系市场化、可持续机制", 20, "35号 五（三）3"),
    ("脱贫攻坚、带贫机制（贫困县和老区适度倾斜）", 20, "48号 四、35号 一（一）"),
    ("受疫情影响较大地区、典型县激励", 10, "35号 一（一）"),
)

# The checklist of the provincial plan: (key, words) by the clause that demands them.
PACKAGE = {
    "B-701": (
        ("organisation", "组织领导"),
        ("policy", "政策措施"),
        ("supervision", "监督管理"),
        ("progress", "工作进展"),
        ("money", "资金进度"),
        ("rectification", "绩效评价发现问题及整改结果"),
        ("poverty", "扶贫带贫成效"),
        ("shortcomings", "存在不足"),
    ),
    "B-703": (
        ("ranked_list", "申报县排序名单（贫困县单独排序）"),
        ("review", "评审过程"),
        ("index", "评审指标体系"),
        ("facts", "各县基本情况和目标"),
    ),
    "B-704": (
        ("measures", "工作目标和措施"),
        ("rules", "资金和项目管理办法"),
        ("control", "监督管理办法"),
        ("acceptance", "绩效评价和验收办法"),
    ),
}
PACKAGE_CHOICES = [(key, words) for items in PACKAGE.values() for key, words in items]


def default_criteria():
    return [{"title": title, "points": points, "clause": clause} for title, points, clause in DEFAULT_CRITERIA]
