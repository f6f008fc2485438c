"""Official documents of the application round: F-01, F-02, F-03, F-28 (35号 五, 25号 首段)."""

from django.conf import settings

from accounts.models import Office
from counties.documents.parts import day
from counties.models import Bureau
from portal import clock
from portal.documents import Annex, OfficialDocument, Table, Text, paragraphs
from portal.money import percent, wan

THE_THREE = ("河南省财政厅", "河南省商务厅", "河南省扶贫开发办公室")  # finance leads the round (豫财贸)


def _made(record, words):
    address = f"{settings.PORTAL_URL}{record.get_absolute_url()}"
    return {"qr_url": address, "source": f"{words} · 内容摘要 {record.digest()[:16]}"}


def application_letter(application):
    """F-01 示范县申报文件：the county government applies."""
    region, batch = application.region, application.batch
    to_province = application.is_direct or region.parent.level == "province"
    recipients = (
        THE_THREE
        if to_province
        else (f"{region.parent.name}商务局", f"{region.parent.name}财政局", f"{region.parent.name}扶贫办")
    )
    texts = application.texts()
    plan = []
    for number, chapter in enumerate(application.chapters(), 1):
        plan += [Text(f"{number}．{chapter.title}", 1), *paragraphs(texts.get(chapter.key, "") or "（尚未编写）")]
    rows = tuple(
        (t.get_direction_display(), t.indicator, t.unit, t.base_year, _plain(t.base_value), t.target_year, _plain(t.target_value))
        for t in application.targets.all()
    )  # fmt: skip
    targets = Table(("支持方向", "指标", "单位", "基年", "基数", "目标年", "目标值"), rows, figures=frozenset({4, 6}))
    body = [
        Text(
            f"按照《关于组织申报{batch.year}年国家级电子商务进农村综合示范县的通知》（{application.round.notice_no}）要求，"
            f"经研究，{region.name}自愿申报{batch.year}年国家级电子商务进农村综合示范县。"
        )
    ]
    if application.supported_before:
        received, paid = application.money_counted()
        body.append(
            Text(
                f"我县为以前年度支持过的示范县，资金下达{wan(received)}万元，已拨付{wan(paid)}万元，拨付率{percent(paid, received)}%"
                f"（不含{'、'.join(map(str, batch.second_apply_excluded_years))}年下达的资金）；"
                f"项目{application.projects_planned or 0}个，已验收合格{application.projects_accepted or 0}个。"
            )
        )
    body.append(Text("妥否，请审示。"))
    return OfficialDocument(
        issuers=(f"{region.name}人民政府",),
        doc_no=application.doc_no,
        title=f"关于申报{batch.year}年国家级电子商务进农村综合示范县的请示",
        recipients=recipients,
        body=tuple(body),
        on=clock.day_of(application.submitted_at) if application.submitted_at else clock.today(),
        attachments=(Annex(f"{region.name}工作方案", tuple(plan)), Annex("量化目标表", (targets,))),
        **_made(application, f"{region.name} · 申报"),
    )


def _plain(number):
    return f"{number.normalize():f}"


def recommendation_report(report):
    """F-02 市推荐报告：three bureaus, one document."""
    city, round = report.region, report.round
    offices = Office.objects.filter(region=city, level=Office.Level.CITY, bureau__in=Bureau.values)
    named = dict(offices.values_list("bureau", "name"))
    without, including = report.counts()
    proposed = report.proposed()
    names = "、".join(application.region.name for application in proposed) or "（尚未选择）"
    body = [
        Text(f"按照{round.notice_no}要求，我市组织县（市）申报，经公开评议，择优推荐{names}。现将有关情况报告如下。"),
        Text("一、推荐名额", 1),
        Text(
            f"我市下辖{without}个县（市）（不含省直管县；含省直管县{including}个），可推荐{report.quota_now()}个，本次推荐{len(proposed)}个。"
        ),
        Text("二、选拔办法和程序", 1),
        Text(
            f"选拔办法和工作程序已于{day(report.method_public_on) if report.method_public_on else '（日期待填）'}公开，"
            f"网址：{report.method_url or '（待填）'}。"
        ),
        Text("三、三部门意见", 1),
        Table(("县（市）", "商务局", "财政局", "扶贫办"), tuple(_opinions(application) for application in proposed)),
    ]
    if report.opinion:
        body += [Text("四、推荐理由", 1), *paragraphs(report.opinion)]
    return OfficialDocument(
        issuers=tuple(named.get(bureau.value, f"{city.name}{bureau.label}部门") for bureau in Bureau),
        doc_no=report.doc_no,
        title=f"关于推荐{round.batch.year}年国家级电子商务进农村综合示范县的报告",
        recipients=THE_THREE,
        body=(*body, Text("特此报告。")),
        on=clock.day_of(report.filed_at) if report.filed_at else clock.today(),
        attachments=(Annex("推荐县（市）申报材料"), Annex("选拔办法和工作程序")),
        copies_to=(f"{city.name}人民政府",),
        **_made(report, f"{city.name} · 推荐报告第 {report.number} 份"),
    )


def _opinions(application):
    given = {o.bureau: o.get_status_display() for o in application.opinions_now()}
    return (application.region.name, *(given.get(bureau.value, "") for bureau in Bureau))


def funds_certificate(application):
    """F-03 资金拨付率证明：by the finance bureau of the same level (C-103)."""
    received, paid = application.money_counted()
    excluded = application.batch.second_apply_excluded_years
    rows = tuple(
        (row.year, wan(row.received), wan(row.paid), "不计入" if row.year in excluded else "计入")
        for row in application.support_years.all()
    )
    table = Table(
        ("下达年度", "下达（万元）", "已拨付（万元）", "拨付率计算"),
        rows,
        figures=frozenset({1, 2}),
        total=("计入合计", wan(received), wan(paid), f"{percent(paid, received)}%"),
    )
    words = f"经核实，{application.region.name}以前年度国家级电子商务进农村综合示范中央财政资金下达和拨付情况如下："
    return _certificate(application, "财政局", "资金拨付率证明", (Text(words), table))


def acceptance_certificate(application):
    """F-03 项目验收证明：by the commerce bureau (C-508)."""
    planned, accepted = application.projects_planned or 0, application.projects_accepted or 0
    words = f"经核实，{application.region.name}以前年度国家级电子商务进农村综合示范项目共{planned}个，已验收合格{accepted}个"
    share = f"，占{percent(accepted, planned)}%" if planned else ""
    return _certificate(application, "商务局", "项目验收证明", (Text(f"{words}{share}。"),))


def _certificate(application, bureau, title, body):
    return OfficialDocument(
        issuers=(f"{application.region.name}{bureau}",),
        title=title,
        recipients=THE_THREE,
        body=(*body, Text("特此证明。")),
        on=clock.today(),
        upward=False,
        **_made(application, f"{application.region.name} · {title}"),
    )


def designation_list(round):
    """F-28：名单公示, and after the three departments decided, the notice that makes the list public."""
    batch, over = round.batch, round.status == round.Status.DESIGNATED
    listed = list(round.on_the_list())
    rows = tuple(
        (number, application.region.parent.name, application.region.name, application.place or "直接纳入", "是" if application.is_poverty else "否")
        for number, application in enumerate(listed, 1)
    )  # fmt: skip
    table = Table(("序号", "省辖市", "县（市）", "总排名", "国家级贫困县"), rows)
    if over:
        title = f"关于公布{batch.year}年国家级电子商务进农村综合示范县名单的通知"
        words = f"经申报、评审、报备、公示，确定以下{len(listed)}个县（市）为{batch}国家级电子商务进农村综合示范县。"
    else:
        title = f"关于{batch}国家级电子商务进农村综合示范县拟认定名单的公示"
        words = f"按照{round.notice_no}组织申报，经评审排序并报三部门核定，现将拟认定名单（{len(listed)}个）予以公示。"
    body = [Text(words), table]
    if not over:
        phones = "省商务厅0371—63576801，省财政厅0371—65808993，省扶贫办0371—65919565"
        body.append(Text(f"公示期{batch.publicity_workdays}个工作日，如有异议请反映：{phones}。"))
    return OfficialDocument(
        issuers=("河南省商务厅", "河南省财政厅", "河南省扶贫开发办公室"),
        doc_no=round.doc_no,
        title=title,
        recipients=("各省辖市、省直管县（市）商务局、财政局、扶贫办",),
        body=tuple(body),
        on=round.doc_date or clock.today(),
        upward=False,
        **_made(round, str(round)),
    )
