"""F-04 方案公示 (25号 一（一）、四（四）)."""

from counties.documents.parts import day, record_url, share_table, source_of
from portal import clock
from portal.documents import OfficialDocument, Table, Text, paragraphs
from portal.money import wan

SUMMARY_LENGTH = 1200


def publicity_notice(plan):
    """公示：what the county government publicises, for how long, and where objections go."""
    county, notice = plan.county, plan.notice
    name = f"{county.region.name}人民政府"
    change = "变更" if plan.is_change else ""
    return OfficialDocument(
        issuers=(name,),
        title=f"关于{change}{plan.title}的公示",
        recipients=(),
        upward=False,
        body=(*_opening(plan), *_content(plan), *_lines(plan), *_objections(plan)),
        on=notice.starts_on if notice else clock.today(),
        qr_url=record_url(notice or plan),
        source=source_of(plan),
    )


def _opening(plan):
    batch = plan.county.batch
    yield Text(
        f"按照《关于做好{batch.year}年国家级电子商务进农村综合示范有关工作的通知》（{batch.doc_no}）要求，"
        f"现将{plan.title}和项目资金安排方案予以公示，接受社会监督。"
    )


def _content(plan):
    yield Text("一、主要内容", 1)
    yield from paragraphs(plan.summary[:SUMMARY_LENGTH])
    if plan.is_change:
        yield from paragraphs(f"变更理由：{plan.change_reason}")
    yield Text("二、资金安排", 1)
    yield share_table(plan)
    if plan.exception_reason:
        yield from paragraphs(f"原则性条款的说明：{plan.exception_reason}")


def _lines(plan):
    rows = tuple(
        (line.no, line.name, line.get_direction_display(), wan(line.central_amount)) for line in plan.lines.all()
    )
    yield Table(("序号", "项目（内容）", "支持方向", "中央资金（万元）"), rows, figures=frozenset({3}))


def _objections(plan):
    county, notice = plan.county, plan.notice
    yield Text("三、公示时间和异议", 1)
    if notice:
        yield Text(
            f"公示期{notice.workdays}个工作日：{day(notice.starts_on)}发布，次日起算，至{day(notice.ends_on)}（含当日）。"
            f"县政府官网网址：{notice.site_url}。"
        )
    else:
        yield Text(f"公示期{county.batch.publicity_workdays}个工作日，自发布次日起算。")
    who = notice or SimpleContact(county)
    yield Text(f"如有异议，请在公示期内反映。电话：{who.phone or '未登记'}；电子邮箱：{who.email or '未登记'}；")
    yield Text(f"通信地址：{who.address or '未登记'}。")


class SimpleContact:
    """The county's own telephone, e-mail and address, before a notice has frozen them."""

    def __init__(self, county):
        self.phone, self.email, self.address = county.complaint_phone, county.complaint_email, county.complaint_address
