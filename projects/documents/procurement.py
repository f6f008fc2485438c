"""F-09 承办单位条件公示、采购结果公告 (25号 一（三）)：drafts without a seal, for the county government's own site."""

from counties.documents.parts import day, record_url
from portal import clock
from portal.documents import OfficialDocument, Table, Text, paragraphs
from portal.money import in_words, wan
from projects.rules.procurement import RESULT_NOTICE_WORKDAYS


def conditions_publicity(procurement):
    """采购前公示：建设内容、承办单位条件、标段和预算、异议往哪里提。"""
    county, notice = procurement.county, procurement.conditions_notice
    return _of(
        procurement,
        f"关于{procurement.name}建设内容及承办单位条件的公示",
        notice,
        (
            Text(
                f"按照《关于做好{county.batch.year}年国家级电子商务进农村综合示范有关工作的通知》（{county.batch.doc_no}）要求，"
                f"现将{procurement.name}建设内容和承办单位条件予以公示，接受社会监督。"
            ),
            Text("一、项目建设内容", 1),
            *paragraphs(procurement.content_text),
            Text("二、承办单位条件", 1),
            *paragraphs(procurement.conditions),
            Text("三、标段和预算", 1),
            _packages(procurement),
            Text("四、公示时间和异议", 1),
            *_contact(notice, county, county.batch.publicity_workdays),
        ),
    )


def result_publicity(procurement):
    """采购结果：方式、成交供应商和金额、废标的标段；未成交供应商的报价不写。"""
    decided = [package for package in procurement.packages.all() if package.status != package.Status.OPEN]
    notice = next((package.result_notice for package in reversed(decided) if package.result_notice), None)
    won = [package for package in decided if package.winner_id]
    failed = [package for package in decided if package.status == package.Status.FAILED]
    return _of(
        procurement,
        f"关于{procurement.name}采购结果的公告",
        notice,
        (
            Text(
                f"{procurement.name}（采购编号：{procurement.procurement_no or '无'}）采用{procurement.get_method_display()}方式采购，"
                "现将结果公告如下。"
            ),
            Text("一、成交结果", 1),
            *([_winners(won)] if won else [Text("本次采购没有成交的标段。")]),
            *_failures(failed),
            Text(f"{'三' if failed else '二'}、公告时间和质疑、投诉", 1),
            *_contact(notice, procurement.county, RESULT_NOTICE_WORKDAYS),
        ),
    )


PAPERS = {"conditions": conditions_publicity, "result": result_publicity}


def has_result(procurement):
    return any(package.status != package.Status.OPEN for package in procurement.packages.all())


def _of(procurement, title, notice, body):
    region = procurement.region
    return OfficialDocument(
        issuers=(f"{region.name}人民政府",),
        title=title,
        recipients=(),
        upward=False,
        body=body,
        on=notice.starts_on if notice else clock.today(),
        qr_url=record_url(notice or procurement),
        source=f"{region.name} · {procurement.name} · 内容摘要 {procurement.digest()[:16]}",
    )


def _packages(procurement):
    rows = tuple(
        (package.no, package.name, package.fund_line.get_direction_display(), wan(package.budget))
        for package in procurement.packages.all()
    )
    total = ("", "合计", "", wan(procurement.budget))
    return Table(("标段", "名称", "支持方向", "预算（万元）"), rows, figures=frozenset({3}), total=total)


def _winners(packages):
    rows = tuple(
        (package.no, package.name, package.winner.name, wan(package.award_amount), in_words(package.award_amount))
        for package in packages
    )
    head = ("标段", "名称", "成交供应商", "成交金额（万元）", "大写")
    return Table(head, rows, figures=frozenset({3}))


def _failures(packages):
    if packages:
        yield Text("二、废标（流标）的标段", 1)
    for package in packages:
        yield from paragraphs(f"{package}：{package.failed_reason}")


def _contact(notice, county, workdays_long):
    if notice:
        yield Text(
            f"期限{notice.workdays}个工作日：{day(notice.starts_on)}发布，次日起算，至{day(notice.ends_on)}（含当日）。"
            f"县政府官网网址：{notice.site_url}。"
        )
    else:
        yield Text(f"期限{workdays_long}个工作日，自发布次日起算。")
    phone = notice.phone if notice else county.complaint_phone
    email = notice.email if notice else county.complaint_email
    yield Text(f"如有异议，请向县人民政府反映。电话：{phone or '未登记'}；电子邮箱：{email or '未登记'}。")
