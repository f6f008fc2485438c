"""Who may do what: one readable table, reviewed like policy (25号 and domain/actors.md).

A role is level.bureau.position. Where a person may use a verb is decided by the office's regions (accounts/models.py).
`manage.py sync_roles` writes this table to Django groups and permissions; tests/accounts proves the two agree.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    name: str  # the words shown in the portal
    verbs: frozenset[str]


# verb → (Chinese words, ids of the rules that this permission upholds: nobody else can do it)
VERBS = {
    "portal.clock": ("调整演练时钟", ()),
    "batch.edit": ("维护批次参数", ()),
    "round.manage": ("组织申报轮次", ()),
    "round.decide": ("决定认定名单", ()),
    "application.draft": ("起草申报", ()),
    "application.certify_funds": ("出具资金拨付率证明", ("C-508",)),
    "application.certify_acceptance": ("出具项目验收证明", ("C-508",)),
    "application.submit": ("县政府提交申报", ("C-201",)),
    "application.review": ("市级评议申报", ()),
    "application.accept": ("省级受理申报", ()),
    "application.score": ("省级评分", ()),
    "recommendation.draft": ("起草市推荐报告", ()),
    "recommendation.sign": ("签署市推荐报告", ("C-304",)),
    "recommendation.file": ("联合行文推荐报省", ("C-304",)),
    "objection.answer_province": ("答复省级公示异议", ()),
    "county.edit": ("维护示范县公开专栏、举报电话、专账、联络员", ()),
    "county.allot": ("核定示范县中央财政资金", ()),
    "county.documents": ("登记和公开县级制度文件", ("A-404",)),
    "plan.draft": ("起草实施方案和资金安排", ()),
    "plan.send": ("提交县内会签", ()),
    "plan.countersign": ("县内会签", ()),
    "plan.approve": ("县政府审定实施方案", ("A-106",)),
    "plan.withdraw": ("撤回尚未报省的方案变更", ()),
    "plan.publish": ("发布县级公示", ()),
    "plan.review": ("市级审核实施方案", ("A-111",)),
    "plan.file": ("市级正式行文报省备案", ("A-112", "A-115")),
    "plan.file_direct": ("省直管县政府直接报省备案", ("A-114",)),
    "plan.record": ("省级备案回执", ("A-112",)),
    "notice.publish": ("发布公示", ()),
    "objection.answer": ("答复公示异议", ()),
    "procurement.draft": ("登记采购", ()),
    "procurement.publish": ("公示采购内容和条件、公告采购结果", ()),
    "procurement.award": ("登记采购公告、成交结果、合同公告、废标和收到的质疑投诉", ()),
    "procurement.answer": ("答复供应商质疑、处理投诉", ()),
    "procurement.qualify": ("承办单位资格复核", ()),
    "contractor.edit": ("维护承办单位资料", ()),
    "contractor.staff": ("管理本单位人员账号", ()),
    "contractor.assess": ("考核承办单位履约能力", ("A-424",)),
    "contractor.token": ("开通、停用接口令牌", ()),
    "contractor_plan.draft": ("编制建设方案", ()),
    "contractor_plan.review": ("县商务、财政审查建设方案", ("A-108",)),
    "contractor_plan.approve": ("县政府批准建设方案", ("A-108",)),
    "agreement.draft": ("起草项目建设协议", ()),
    "agreement.review_funds": ("审核协议财政条款", ("A-323",)),
    "agreement.accept": ("承办单位确认协议", ()),
    "agreement.sign": ("县政府签署协议", ()),
    "agreement.terminate": ("解除项目建设协议", ()),
    "project.edit": ("维护项目台账", ()),
    "project.start": ("登记项目开工", ()),
    "project.progress": ("报告项目进展、完成节点、登记标识", ()),
    "project.track": ("跟踪检查项目", ("A-142",)),
    "project.problem": ("登记和解决项目问题", ("A-412",)),
    "project.stop": ("中止、恢复项目", ()),
    "project.operate": ("登记项目后期运营", ("A-425",)),
    "ledger.edit": ("登记和导入设备、站点等台账", ("A-427",)),
    "personal.unmask": ("查看完整的身份证号、手机号", ()),
    "information.submit": ("报送、更正交易和活动信息", ("A-452",)),
    "information.review": ("查阅、退回承办单位交易和活动信息", ("A-457",)),
    "acceptance.apply": ("提交验收申请", ()),
    "acceptance.receive": ("受理验收申请", ()),
    "acceptance.conclude": ("组织验收并作出结论", ("A-143",)),
    "checklist.edit": ("制定验收清单", ("A-144",)),
    "acceptance.deliver": ("报送验收报告", ("A-148",)),
    "acceptance.acknowledge": ("签收验收报告", ("A-148",)),
    "spotcheck.check": ("抽查验收结果", ("A-149",)),
    "appropriation.issue": ("下达资金、分解绩效目标", ("B-509",)),
    "receipt.register": ("登记资金下达", ()),
    "receipt.reverse": ("冲销到账登记", ()),
    "stock.register": ("登记和冲销以前年度存量资金", ()),
    "stock.take_back": ("收回以前年度存量资金", ("B-306",)),
    "matching.budget": ("登记配套资金安排和到位", ()),
    "matching.request": ("登记配套资金支付", ()),
    "matching.pay": ("支付和冲销配套资金", ()),
    "private.record": ("登记投入的社会资金", ()),
    "private.confirm": ("确认、退回社会资金", ()),
    "payment.request": ("申请拨付", ()),
    "payment.commerce": ("商务部门审核拨付", ()),
    "payment.finance": ("财政部门审核拨付", ()),
    "payment.approve": ("县政府审批拨付", ()),
    "payment.publish": ("发布拨付公示", ("A-302",)),
    "payment.pay": ("财政部门支付", ()),
    "payment.bounce": ("登记退票", ()),
    "payment.book": ("承办单位登记入账", ()),
    "payment.consent": ("同意整改期间的拨付", ("A-345",)),
    "recovery.open": ("决定追回资金", ("A-328",)),
    "recovery.receive": ("登记、冲销退回的资金", ("A-328",)),
    "recovery.hand_over": ("登记上缴省级的资金", ("A-347",)),
    "recovery.close": ("确认追回完毕", ("A-328",)),
    "county.rectify": ("责令示范县限期整改、整改销号", ("A-345",)),
    "sanction.open": ("立案拟取消示范资格", ("A-327", "A-347")),
    "sanction.state": ("县政府陈述申辩", ()),
    "sanction.agree": ("提出取消示范资格的意见", ("A-327", "A-347")),
    "sanction.decide": ("作出取消或者不予取消的决定、登记移送", ("A-327", "A-329", "A-347")),
    "limit.propose": ("提出审批限额", ()),
    "limit.agree": ("同意审批限额", ()),
    "money.freeze": ("冻结资金", ()),
    "money.unfreeze": ("解除资金冻结", ()),
    "breach.register": ("登记、更正违规事实", ()),
    "report.fill": ("填报月报", ("A-453",)),
    "report.review": ("县级审核月报", ()),
    "report.read": ("市级阅示月报", ()),
    "complaint.answer": ("办理投诉举报", ("B-610",)),
}

LIMITS = {"limit.propose", "limit.agree"}
WATCHING_MONEY = {"money.freeze", "money.unfreeze", "breach.register"}
DRAFTING = {"plan.draft", "plan.countersign", "procurement.draft", "county.edit", "county.documents"}
CITY = {
    "plan.review",
    "plan.file",
    "acceptance.acknowledge",
    "application.review",
    "recommendation.sign",
    "spotcheck.check",
}
CONSENT = {"payment.consent"}
CITY_LEAD = {"report.read", "recommendation.draft", "recommendation.file"}
PROVINCE = {
    "plan.record",
    "acceptance.acknowledge",
    "application.score",
    "round.decide",
    "spotcheck.check",
    "sanction.agree",
}
PROVINCE_LEAD = {
    "report.read",
    "complaint.answer",
    "batch.edit",
    "round.manage",
    "application.accept",
    "objection.answer_province",
    "checklist.edit",
    "county.rectify",
    "sanction.open",
    "sanction.decide",
}
PROVINCE_MONEY = {
    "sanction.open",
    "recovery.open",
    "recovery.close",
    "county.allot",
    "appropriation.issue",
    "receipt.register",
    "receipt.reverse",
    "stock.register",
    "stock.take_back",
}
CONTRACTOR = {
    "contractor.edit",
    "contractor_plan.draft",
    "agreement.accept",
    "ledger.edit",
    "personal.unmask",
    "project.progress",
    "project.problem",
    "project.operate",
    "information.submit",
    "acceptance.apply",
    "payment.request",
    "payment.book",
    "private.record",
}

ROLES = {
    "province.commerce.officer": Role("省商务厅经办", frozenset(PROVINCE | PROVINCE_LEAD | CONSENT | WATCHING_MONEY)),
    "province.finance.officer": Role("省财政厅经办", frozenset(PROVINCE | CONSENT | PROVINCE_MONEY | WATCHING_MONEY)),
    "province.poverty.officer": Role("省扶贫办经办", frozenset(PROVINCE | {"personal.unmask", "breach.register"})),
    "province.admin.administrator": Role("省级系统管理员", frozenset({"portal.clock"})),
    "city.commerce.officer": Role("市商务局经办", frozenset(CITY | CITY_LEAD | CONSENT | WATCHING_MONEY)),
    "city.finance.officer": Role("市财政局经办", frozenset(CITY | CONSENT | WATCHING_MONEY)),
    "city.poverty.officer": Role("市扶贫办经办", frozenset(CITY | {"breach.register"})),
    "county.government.officer": Role(
        "县政府（领导小组办公室）",
        frozenset(
            LIMITS
            | WATCHING_MONEY
            | {
                "plan.approve",
                "plan.publish",
                "plan.file_direct",
                "notice.publish",
                "objection.answer",
                "procurement.publish",
                "contractor_plan.approve",
                "agreement.sign",
                "agreement.terminate",
                "project.start",
                "project.stop",
                "acceptance.conclude",
                "acceptance.deliver",
                "checklist.edit",
                "payment.approve",
                "payment.publish",
                "county.edit",
                "application.draft",
                "application.submit",
                "county.documents",
                "plan.withdraw",
                "sanction.state",
            }
        ),
    ),
    "county.commerce.officer": Role(
        "县商务局经办",
        frozenset(
            DRAFTING
            | {
                "application.draft",
                "application.certify_acceptance",
                "plan.send",
                "plan.withdraw",
                "procurement.award",
                "procurement.answer",
                "procurement.qualify",
                "contractor.assess",
                "agreement.draft",
                "contractor_plan.review",
                "project.edit",
                "ledger.edit",
                "personal.unmask",
                "project.progress",
                "project.track",
                "project.problem",
                "project.operate",
                "acceptance.receive",
                "checklist.edit",
                "payment.commerce",
                "matching.request",
                "private.confirm",
                "breach.register",
                "report.review",
                "information.review",
            }
        ),
    ),
    "county.finance.officer": Role(
        "县财政局经办",
        frozenset(
            DRAFTING
            | LIMITS
            | WATCHING_MONEY
            | {
                "application.certify_funds",
                "receipt.register",
                "recovery.open",
                "recovery.receive",
                "recovery.hand_over",
                "receipt.reverse",
                "stock.register",
                "matching.budget",
                "matching.pay",
                "agreement.review_funds",
                "contractor_plan.review",
                "payment.finance",
                "payment.pay",
                "payment.bounce",
                "procurement.qualify",
                "procurement.answer",
                "project.track",
                "project.problem",
            }
        ),
    ),
    "county.poverty.officer": Role(
        "县扶贫办经办", frozenset({"plan.draft", "plan.countersign", "application.draft", "personal.unmask"})
    ),
    "county.liaison.officer": Role("信息联络员", frozenset({"report.fill", "information.review"})),
    "contractor.contractor.operator": Role("承办单位", frozenset(CONTRACTOR)),
    "contractor.contractor.administrator": Role(
        "承办单位管理员", frozenset(CONTRACTOR | {"contractor.staff", "contractor.token"})
    ),
    "evaluator.evaluator.evaluator": Role("第三方评价机构", frozenset()),
    "auditor.auditor.auditor": Role("审计监督", frozenset({"personal.unmask", "breach.register"})),
}
