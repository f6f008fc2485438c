"""验收文书：F-12 验收申请书, F-13 验收报告, F-14 验收结果公示 (domain/documents.md 7.1)."""

from django.conf import settings

from acceptance import photographs
from counties.documents.parts import day, objections
from portal import clock
from portal.documents import Annex, OfficialDocument, Picture, Table, Text, paragraphs
from portal.money import in_words

MOST_PHOTOS = 12  # a report that shows more is a photograph album; the rest stays in the portal
CHECKLIST_HEAD = ("序号", "查验内容", "标准", "实际", "结果", "说明")


def application_form(application):
    """F-12 验收申请书：the contractor asks the county government for the acceptance of one stage."""
    project, stage = application.project, application.stage
    return OfficialDocument(
        issuers=(project.contractor.name,),
        title=f"关于{project.name}{stage.kind}的申请",
        recipients=(f"{application.region.name}人民政府",),
        body=(*_request(application), *_stage(application), *_papers(application), *_rectified(application)),
        on=application.applied_on or clock.today(),
        letter=True,
        upward=False,
        **_made(application, "验收申请书"),
    )


def acceptance_report(application):
    """F-13 验收报告：panel, checklist with standards and findings, approved amount, conclusion, photographs."""
    project = application.project
    pictures = tuple(_pictures(application))
    recipients = ("河南省商务厅、财政厅、扶贫开发办公室",)
    if not application.county.is_direct:
        recipients = (*recipients, f"{application.region.parent.name}商务、财政、扶贫部门")
    return OfficialDocument(
        issuers=(f"{application.region.name}人民政府",),
        title=f"关于{project.name}{application.stage.name}的验收报告",
        recipients=recipients,
        body=(*_opening(application), *_panel(application), *_checklist(application), *_conclusion(application)),
        on=clock.day_of(application.concluded_at) if application.concluded_at else clock.today(),
        attachments=(Annex("现场照片", pictures),) if pictures else (),
        qr_url=f"{settings.PORTAL_URL}{application.get_absolute_url()}",
        source=f"{application.region.name} · 验收报告 · {application.no}",
    )


def result_notice(application):
    """F-14 验收结果公示：project, contractor, conclusion, proposed amount, and where objections go."""
    county, notice = application.county, application.notice
    return OfficialDocument(
        issuers=(f"{application.region.name}人民政府",),
        title=f"关于{application.project.name}验收结果的公示",
        recipients=(),
        upward=False,
        body=(*_result(application), *_objections(county, notice)),
        on=notice.starts_on if notice else clock.today(),
        **_made(application, "验收结果公示"),
    )


def _made(application, words):
    return {
        "qr_url": f"{settings.PORTAL_URL}{application.get_absolute_url()}",
        "source": f"{application.region.name} · {words} · {application.no} · 内容摘要 {application.digest()[:16]}",
    }


# --- F-12 ------------------------------------------------------------------------------------------------------------
def _request(application):
    stage = application.stage
    yield Text(
        f"我单位承办的{application.project.name}（{application.project.no}），根据协议"
        f"（{stage.agreement.no}）约定，已完成{_named(stage)}的内容，现申请{stage.kind}。"
    )


def _named(stage):
    """Without blanks: a justified line would stretch them."""
    return f"第{stage.no}阶段“{stage.name}”"


def _stage(application):
    stage = application.stage
    yield Text("一、本阶段约定", 1)
    rows = [("应完成内容", stage.deliverables), ("中央财政资金", f"{stage.amount:.2f}元")]
    if application.self_amount is not None:
        rows.append(("申报投资", f"{application.self_amount:.2f}元"))
    yield Table(("事项", "内容"), tuple(rows))
    yield Text("二、完成情况", 1)
    yield from paragraphs(application.statement)


def _papers(application):
    yield Text("三、申请材料", 1)
    files = [*application.evidence.order_by("pk")]
    if application.signage_photo:
        files.append(application.signage_photo)
    rows = tuple((number, file.name, file.sha256[:16]) for number, file in enumerate(files, 1))
    yield Table(("序号", "文件", "摘要（前16位）"), rows) if rows else Text("未附材料。")
    phone = "，印有省级举报监督电话" if application.signage_has_phone else ""
    yield Text(f"项目标识文字：{application.signage_text or '未填写'}{phone}。")


def _rectified(application):
    earlier = application.previous
    if earlier is None:
        return
    yield Text("四、上次验收后的整改", 1)
    yield Text(f"上次申请{earlier.no}：{earlier.reasons or earlier.reopened_reason}")
    yield from paragraphs(earlier.rectification)
    rows = tuple(
        (item.title, item.found_words(), item.remedy or "—") for item in earlier.checklist.all() if item.failed
    )
    if rows:
        yield Table(("不达标的内容", "当时情况", "整改情况"), rows)


# --- F-13 ------------------------------------------------------------------------------------------------------------
def _opening(application):
    received = day(clock.day_of(application.received_at))
    batch = application.county.batch
    yield Text(
        f"根据《关于做好{batch.year}年国家级电子商务进农村综合示范有关工作的通知》（{batch.doc_no}），我县{received}收到"
        f"{application.project.contractor.name}对{application.project.name}（{application.project.no}）{_named(application.stage)}"
        f"的验收申请（{application.no}），应于{day(application.due_on)}前办结。现将验收情况报告如下。"
    )


def _panel(application):
    yield Text("一、验收组", 1)
    rows = tuple((member.name, member.organisation, member.duty, "") for member in application.panel.order_by("pk"))
    yield Table(("姓名", "单位", "组内职务", "签字"), rows)


def _checklist(application):
    yield Text("二、查验情况", 1)
    yield from paragraphs(application.findings)
    template = application.checklist_template
    yield Text(f"验收清单：{f'{template}（依据：{template.basis}）' if template else '通知要求和参考标准'}。")
    rows = tuple(
        (item.no, item.title, item.limits() or item.standard, item.found_words(), item.result_words(), item.remark)
        for item in application.checklist.all()
    )
    if rows:
        yield Table(CHECKLIST_HEAD, rows)


def _conclusion(application):
    yield Text("三、验收结论", 1)
    if application.self_amount is not None:
        yield Text(f"申报投资{application.self_amount:.2f}元。")
    if application.approved_amount is not None:
        amount = application.approved_amount
        yield Text(
            f"核定中央财政资金{amount:.2f}元（大写：{in_words(amount)}），本阶段约定{application.stage.amount:.2f}元。"
        )
    yield Text(f"验收结论：{application.get_conclusion_display()}。")
    if application.reasons:
        yield from paragraphs(f"不合格原因：{application.reasons}")
    if application.rectify_by:
        yield Text(f"整改期限：{day(application.rectify_by)}（含当日）。")
    if application.late_reason:
        yield from paragraphs(f"逾期原因：{application.late_reason}")


def _pictures(application):
    """Photographs of the items, then of the signage; what the portal cannot show is named instead."""
    shown = [(item.title, file) for item in application.checklist_with_photos() for file in item.photos.all()]
    if application.signage_photo:
        shown.append(("项目标识", application.signage_photo))
    photos = [(title, file) for title, file in shown if file.kind in photographs.KINDS]
    for title, file in photos[:MOST_PHOTOS]:
        caption = f"{title}：{file.name}"
        source = photographs.as_data_uri(file)
        yield Picture(source, caption) if source else Text(f"{caption}（图片无法显示，原件存于平台）")
    if len(photos) > MOST_PHOTOS:
        yield Text(f"其余 {len(photos) - MOST_PHOTOS} 张照片存于平台。")


# --- F-14 ------------------------------------------------------------------------------------------------------------
def _result(application):
    yield Text("按照电子商务进农村综合示范有关要求，现将项目验收结果予以公示，接受社会监督。")
    rows = result_facts(application)
    yield Table(("事项", "内容"), tuple(rows.items()))
    yield from paragraphs(application.findings)


def result_facts(application):
    """What the notice states, label → words: frozen with it, printed on F-14."""
    return {
        "项目": f"{application.project.name}（{application.project.no}）",
        "验收阶段": _named(application.stage),
        "承办单位": application.project.contractor.name,
        "验收结论": application.get_conclusion_display(),
        "拟拨付中央资金": f"{application.approved_amount} 元",
        "投诉举报电话": application.county.complaint_phone,
    }


def _objections(county, notice):
    yield Text("公示时间和异议", 1)
    if notice:
        yield Text(
            f"公示期{notice.workdays}个工作日，{day(notice.starts_on)}发布，次日起算，至{day(notice.ends_on)}（含当日）。"
            f"县政府官网网址：{notice.site_url}。{objections(notice) if notice.closed_at else ''}"
        )
    phone = notice.phone if notice else county.complaint_phone
    email = notice.email if notice else county.complaint_email
    address = notice.address if notice else county.complaint_address
    yield Text(f"如有异议，请在公示期内反映。电话：{phone or '未登记'}；电子邮箱：{email or '未登记'}；")
    yield Text(f"通信地址：{address or '未登记'}。")
