"""示范县的规则。豫商体系〔2020〕25号，以下简称“25号”；财办建〔2020〕48号，以下简称“48号”。"""

from portal.rules import Kind, rule


@rule("A-453", "25号 四（五）：明确一名参与此项工作的人员作为信息联络员")
def exactly_one_liaison(county):
    count = county.liaisons.active().count()
    if count != 1:
        return f"{county} 现有 {count} 名在任信息联络员，应当恰好一名"
    return None


# --- 组织和制度 ------------------------------------------------------------------------------------------------------


@rule("A-402", "25号 四（一）：建立县主要负责同志牵头、相关部门共同参与的工作协调推进机制", Kind.RECORD)
def leading_group_is_on_file(county):
    return _not_on_file(county, "leading_group")


@rule("A-403", "25号 四（一）：明确各部门工作职责", Kind.RECORD)
def duties_are_on_file(county):
    return _not_on_file(county, "duties")


@rule("A-210", "25号 二（四）：按照《河南省电子商务进农村综合示范培训管理办法（试行）》等文件", Kind.RECORD)
def training_rules_are_on_file(county):
    return _not_on_file(county, "training_rules")


@rule("A-491", "25号 四（八）：强化风险防控，确保财政资金安全和示范效果", Kind.RECORD)
def integrity_rules_are_on_file(county):
    return _not_on_file(county, "integrity")


def _not_on_file(county, kind):
    documents = county.documents.all()
    if not any(document.kind == kind for document in documents):
        return f"县级文件中还没有“{documents.model.Kind(kind).label}”"
    return None


@rule("A-404", "25号 四（一）：制定、完善资金和项目管理等各项制度")
def both_management_rules_are_public(county):
    documents = county.documents.all()
    public = {document.kind for document in documents if document.published_on}
    kinds = documents.model.Kind
    return [
        f"《{kind.label}》尚未公开；两个办法都公开后才能签订项目建设协议"
        for kind in (kinds.FUND_RULES, kinds.PROJECT_RULES)
        if kind not in public
    ]


RECORDS = [leading_group_is_on_file, duties_are_on_file, training_rules_are_on_file, integrity_rules_are_on_file]

# --- 政务公开 --------------------------------------------------------------------------------------------------------


@rule("A-442", "25号 四（四）：各示范县要在县政府官网开设政务公开专栏")
def column_is_opened(plan):
    if not plan.county.column_url:
        return "县政府官网的公开专栏尚未登记网址；请在示范县页面登记后再报备"
    return None


@rule("A-307", "25号 三（一）：各示范县要按照申报时的承诺，积极落实本县配套资金", Kind.SOFT)
def matching_funds_as_promised(plan):
    promised = plan.county.matching_promised
    if plan.total_matching < promised:
        gap = promised - plan.total_matching
        return f"县级配套 {plan.total_matching} 元，比申报时承诺的 {promised} 元少 {gap} 元；请说明理由"
    return None
