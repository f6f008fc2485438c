"""Official papers of this room: F-10 建设方案批复, F-11 项目建设协议 and its 补充协议 (domain/documents.md 7.1)."""

from counties.documents.parts import day, record_url
from portal import clock
from portal.documents import OfficialDocument, Table, Text, paragraphs
from portal.money import in_words, wan
from portal.templatetags.ui import mask

CLAUSES = (  # field of the agreement, what the paper says where the clause is agreed
    (
        "clause_information",
        "乙方按要求提供项目有关交易和活动信息，未提供完整信息的项目不得验收；甲方依法保护乙方的信息安全。",
    ),
    ("clause_sharing", "项目资源开放共享。"),
    (
        "clause_signage",
        "项目显著位置统一设置“全国电子商务进农村综合示范项目”标识，并标明省级主管部门举报监督渠道。",
    ),
    (
        "clause_accounting",
        "乙方收到资金后依据国家财务、会计制度进行账务处理，专款专用、专账管理，按资金性质分别核算，自觉接受监督检查。",
    ),
    ("clause_recovery", "骗取、挪用专项资金或违反本协议的，甲方追回已拨付的专项资金，并依法处理。"),
)


def contractor_plan_reply(plan):
    """F-10 建设方案批复：the county government to the contractor, through the commerce bureau (A-108)."""
    project, county = plan.project, plan.county
    government = f"{county.region.name}人民政府"
    return OfficialDocument(
        issuers=(government,),
        title=f"关于{project.name}建设方案的批复",
        recipients=(project.contractor.name,),
        upward=False,
        body=tuple(_reply(plan)),
        on=clock.day_of(plan.approved_at) if plan.approved_at else clock.today(),
        copies_to=(f"{county.region.name}商务局", f"{county.region.name}财政局"),
        qr_url=record_url(plan),
        source=f"{county.region.name} · {project.no} 建设方案第 {plan.version} 版 · 内容摘要 {plan.digest()[:16]}",
    )


def _reply(plan):
    yield Text(f"你单位报送的《{plan.project.name}建设方案》（第{plan.version}版）收悉。经县商务局、财政局审查，")
    if plan.approved_at is None:
        yield Text("（县政府尚未批准，此件仅为样稿。）")
    yield Text("现批复如下：")
    yield Text("一、建设内容", 1)
    yield from paragraphs(plan.text)
    yield Text("二、投入额度", 1)
    if plan.central_amount is not None:
        yield Text(
            f"中央财政资金{plan.central_amount:.2f}元（大写：{in_words(plan.central_amount)}），验收合格、公示无异议后分阶段拨付。"
        )
    yield Text("三、时限", 1)
    yield Text(f"{_on(plan.planned_start)}开工，{_on(plan.planned_end)}前完工。")
    yield Text("四、设备购置与归属", 1)
    yield from paragraphs(plan.equipment_text or "不购置设备。")
    yield Text("五、有关要求", 1)
    yield Text(
        "本批复向社会公示，公示期满无异议后方可组织实施。开工后按月报送交易和活动信息，未提供完整信息的不得验收。"
    )


def _on(value):
    return day(value) if value else "（未写明日期）"


def agreement_paper(agreement, *, opens_account):
    """F-11 项目建设协议：the whole text, with stages, equipment and owner, clauses."""
    project, county = agreement.project, agreement.county
    return OfficialDocument(
        issuers=(f"{county.region.name}人民政府",),
        title=f"{project.name}项目建设协议",
        recipients=(),
        upward=False,
        doc_no=agreement.no,
        body=(*_parties(agreement), *_articles(agreement, opens_account), *_signatures(agreement)),
        on=agreement.signed_on or clock.today(),
        qr_url=record_url(agreement),
        source=f"{county.region.name} · {project.no} 协议第 {agreement.version} 版 · 内容摘要 {agreement.digest()[:16]}",
    )


def _parties(agreement):
    project, county = agreement.project, agreement.county
    contractor, batch = project.contractor, county.batch
    yield Text(f"甲方：{county.region.name}人民政府")
    yield Text(f"乙方：{contractor.name}（统一社会信用代码 {contractor.credit_code}）")
    yield Text(
        f"根据《关于做好{batch.year}年国家级电子商务进农村综合示范有关工作的通知》（{batch.doc_no}）和采购结果"
        f"（{project.procurement.procurement_no}），双方就{project.name}（项目编号 {project.no}）的建设订立本协议。"
    )


def _articles(agreement, opens_account):
    project = agreement.project
    yield Text("一、建设内容", 1)
    yield from paragraphs(project.procurement.content_text)
    yield Text("二、投入额度", 1)
    yield Text(f"中央财政资金{agreement.central_amount:.2f}元（大写：{in_words(agreement.central_amount)}）。")
    yield Text(f"县级配套{agreement.matching_amount:.2f}元，乙方自筹{agreement.self_amount:.2f}元。")
    yield Text("三、阶段、验收和拨付", 1)
    yield _stage_table(agreement)
    yield Text("每一阶段由乙方提出验收申请，甲方组织验收，结论为“合格”并在县政府官网公示无异议后，方可拨付。")
    yield Text("四、设备购置与归属", 1)
    items = list(agreement.equipment.all())
    yield _equipment_table(agreement, items) if items else Text("本项目不购置设备。")
    yield Text("五、双方义务", 1)
    for field, words in CLAUSES:
        yield Text(words if getattr(agreement, field) else f"（未载明）{words}")
    if agreement.sharing_statement:
        yield from paragraphs(f"开放共享的安排：{agreement.sharing_statement}")
    yield Text("六、乙方专账", 1)
    account = agreement.account_no if opens_account else mask(agreement.account_no)
    yield Text(f"户名：{agreement.account_holder}；开户行：{agreement.account_bank}；账号：{account}。")


def _stage_table(agreement):
    rows = tuple(
        (
            stage.no,
            f"{stage.name}{'（整体验收）' if stage.is_final else ''}",
            stage.trigger or _on(stage.planned_on),
            stage.deliverables,
            wan(stage.amount),
            f"{share}%",
        )
        for stage, share in agreement.shares()
    )
    total = ("", "合计", "", "", wan(agreement.central_amount), "")
    head = ("序号", "阶段", "触发条件", "应完成内容", "中央资金（万元）", "占比")
    return Table(head, rows, figures=frozenset({4, 5}), total=total)


def _equipment_table(agreement, items):
    rows = tuple(
        (
            f"{item.name} {item.model}".strip(),
            item.quantity,
            f"{item.unit_price:.2f}",
            f"{item.amount:.2f}",
            item.get_owner_display() or "没有写明",
            item.custodian or "乙方",
            item.place,
        )
        for item in items
    )
    head = ("设备、型号", "数量", "单价（元）", "金额（元）", "产权归属", "使用、保管", "存放地点")
    total = ("合计", "", "", f"{agreement.equipment_amount:.2f}", "", "", "")
    return Table(head, rows, figures=frozenset({1, 2, 3}), total=total)


def _signatures(agreement):
    yield Text("七、签署", 1)
    yield Text("甲方（盖章）：                      乙方（盖章）：")
    if agreement.signed_on is None:
        yield Text("（协议尚未签署，此件仅为样稿。）")


def supplement_paper(supplement, *, opens_account):
    """补充协议（F-11 的附件）：what differs, word by word, and that the rest stands."""
    project, county, agreement = supplement.project, supplement.county, supplement.agreement
    return OfficialDocument(
        issuers=(f"{county.region.name}人民政府",),
        title=f"{project.name}项目建设协议补充协议",
        recipients=(),
        upward=False,
        doc_no=supplement.no,
        body=tuple(_supplement(supplement, agreement, opens_account)),
        on=supplement.signed_on or clock.today(),
        qr_url=record_url(supplement),
        source=f"{county.region.name} · {project.no} 补充协议（第 {supplement.version} 版）· 内容摘要 {supplement.digest()[:16]}",
    )


def _supplement(supplement, agreement, opens_account):
    yield Text(f"甲方：{supplement.county.region.name}人民政府")
    yield Text(f"乙方：{supplement.project.contractor.name}")
    yield Text(f"双方经协商，对{agreement.no}号协议作如下修改，其余条款不变。")
    yield Text("一、修改理由", 1)
    yield from paragraphs(supplement.reason)
    yield Text("二、修改内容", 1)
    rows = tuple(
        (
            change.where,
            change.label,
            _cell(change, change.before, opens_account),
            _cell(change, change.after, opens_account),
        )
        for change in supplement.changes()
    )
    yield Table(("条款", "项目", "原约定", "现约定"), rows)
    yield Text("三、修改后的阶段", 1)
    yield _stage_table(supplement.amended())
    yield Text("甲方（盖章）：                      乙方（盖章）：")
    if supplement.signed_on is None:
        yield Text("（补充协议尚未签署，此件仅为样稿。）")


def _cell(change, words, opens_account):
    return mask(words) if change.is_account and not opens_account else words or "—"
