"""F-17 抽查记录（25号 一（四））：the draw, and each case with its finding."""

from django.conf import settings

from portal import clock
from portal.documents import OfficialDocument, Table, Text, paragraphs


def spotcheck_record(check):
    """One paper for the draw and all its cases."""
    items = check.items.select_related(
        "row", "application__project__contractor", "application__project__county__region"
    )
    rows = tuple(
        (
            item.row.ordinal,
            item.application.no,
            item.application.project.name,
            str(item.county),
            item.get_status_display(),
            f"{item.visited_on:%Y-%m-%d}" if item.visited_on else "",
        )
        for item in items
    )
    body = [
        Text("一、抽取", 1),
        Text(
            f"总体为{_scope(check)}，{check.concluded_from:%Y年%-m月%-d日}至{check.concluded_to:%Y年%-m月%-d日}"
            f"作出“合格”结论的验收申请，共{check.rows.count()}件，抽取{check.size}件。"
        ),
        Text(f"总体摘要：{check.population_digest}"),
        Text(f"种子：{check.seed or '尚未抽取'}"),
        Text("样本为 SHA-256（种子、行摘要）最小的各行；任何人可以由总体和种子重复抽取。"),
        Text("二、抽查结果", 1),
        Table(("序号", "申请编号", "项目", "示范县", "结果", "现场日期"), rows, caption="抽查项目"),
    ]
    for item in items:
        if item.findings:
            body += [
                Text(f"{item.application.no} {item.application.project.name}（{item.people}）", 2),
                *paragraphs(item.findings),
            ]
    return OfficialDocument(
        issuers=(check.drawn_by.office_name,),
        title=f"{check.title}抽查记录",
        recipients=(),
        body=tuple(body),
        on=clock.day_of(check.drawn_at) if check.drawn_at else clock.today(),
        upward=False,
        qr_url=f"{settings.PORTAL_URL}{check.get_absolute_url()}",
        source=f"{check.no} · 总体摘要 {check.population_digest[:16]}",
    )


def _scope(check):
    place = str(check.county) if check.county_id else f"{check.region}所辖示范县"
    return f"{place}{check.get_direction_display()}方向" if check.direction else place
