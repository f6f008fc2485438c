"""下达明细的表：county and amount, as they are typed, pasted or sent as a workbook; all three are read the same way."""

import re

from portal.schema import Column, Schema

ALLOCATIONS = Schema(
    name="allocations",
    title="下达明细",
    version=1,
    max_rows=200,
    columns=(
        Column("county", "县（市）", required=True, max_length=40, note="名称或六位行政区划代码，例：确山县、411725"),
        Column("amount", "金额（元）", "money", required=True, note="本文件下达该县的金额，单位：元"),
    ),
)
TARGETS = Schema(
    name="performance_targets",
    title="绩效目标",
    version=1,
    max_rows=100,
    columns=(
        Column("indicator", "绩效指标", required=True, max_length=100),
        Column("unit", "计量单位", max_length=20),
        Column("target", "目标值", required=True, max_length=60),
    ),
)
GAP = re.compile(r"[ \u3000，]+|\t+")


def read_block(schema, text):
    """(values of the rows, errors in words): a line that has no tab is cut at its blanks."""
    lines = [line if "\t" in line else GAP.sub("\t", line.strip()) for line in text.splitlines()]
    rows, found, errors = schema.read_block("\n".join(lines)), [], []
    if len(rows) > schema.max_rows:
        return [], [f"共 {len(rows)} 行，最多 {schema.max_rows} 行"]
    for number, cells in enumerate(rows, start=1):
        values, wrong = schema.read_row(cells)
        found.append(values)
        errors += [f"第 {number} 行 {schema.by_name[name].title}：{words}" for name, words in wrong.items()]
    return found, errors


def counties_by_name(counties):
    """Name, name without 县 or 市, and code → the county."""
    found = {}
    for county in counties:
        name = county.region.name
        found |= {name: county, county.region.code: county, name.removesuffix("县").removesuffix("市"): county}
    return found


def judged(rows, counties):
    """{index: words} for rows whose county is unknown, named twice, or gets nothing."""
    known, seen, wrong = counties_by_name(counties), set(), {}
    for index, row in enumerate(rows):
        county = known.get(row.get("county", ""))
        if county is None:
            wrong[index] = ("county", f"“{row.get('county', '')}”不是本批次的示范县")
        elif county.pk in seen:
            wrong[index] = ("county", f"{county}出现了两次")
        elif not row.get("amount"):
            wrong[index] = ("amount", "金额应大于 0")
        seen.add(county.pk if county else None)
    return wrong
