"""各月交易和活动信息的工作簿：one row per project and month; what is given and what is owed stand in the same table."""

from portal.schema import Column, Schema
from projects.feed import MONTHS_AT_MOST
from projects.models.information import INDICATORS

MONEY = ("online_sales", "farm_sales", "industrial_sales")
SCHEMA = Schema(
    name="months",
    title="交易和活动信息",
    version=1,
    max_rows=MONTHS_AT_MOST,
    columns=(
        Column("project", "项目编号", required=True, max_length=20),
        Column(
            "month",
            "月份",
            required=True,
            max_length=10,
            pattern=r"[0-9]{4}-(0[1-9]|1[0-2])(-01)?",
            pattern_words="请写成 2020-10 这样的月份",
            note="例如 2020-10",
        ),
        Column("is_nil", "零申报", kind="bool", note="本月确无交易的填“是”，各项数据留空"),
        *[
            Column(
                name,
                f"{words}（{'元' if name in MONEY else '单' if name == 'orders' else '件'}）",
                kind="money" if name in MONEY else "integer",
                whole_digits=9,
                note="没有的填 0",
            )
            for name, words in INDICATORS.items()
        ],
        Column("remark", "说明", max_length=2000),
    ),
)


def rows_of_months(project, rows):
    return [
        {"project": project.no, "month": f"{row.month:%Y-%m}", "is_nil": row.is_nil, "remark": row.remark}
        | {name: getattr(row, name) for name in INDICATORS}
        for row in rows
    ]


def rows_owed(projects, today):
    """What a contractor has still to give: project and month are filled in already."""
    return [
        {"project": project.no, "month": f"{month:%Y-%m}", "is_nil": False}
        for project in projects
        for month in project.information_months(today)
        if month not in {row.month for row in project.information.all()}
    ]
