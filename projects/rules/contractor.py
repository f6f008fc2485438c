"""承办单位资格的规则。豫商体系〔2020〕25号，以下简称“25号”；财办建〔2020〕48号，以下简称“48号”。"""

from datetime import timedelta
from functools import wraps

from portal.rules import Kind, rule
from portal.workdays import years_before
from projects.identity import is_credit_code

CREDIT_CHECK_DAYS = 30  # the notice names no age: a search as fresh as this (states 3.3)
LOOK_BACK_YEARS = 3  # 通知未定追溯期；按政府采购法第二十二条取三年（G-08）
RATING_MONTHS = 12  # 证明上没有写明有效期的，出具满十二个月即过期（G-09）
MAX_STAFF = 20  # accounts in use of one contractor


def of_every_party(check):
    """A consortium has what its members have: every member is judged by the same rule, and named."""

    @wraps(check)
    def judged(contractor, *args):
        found = []
        for party in contractor.parties():
            wrong = check(party, *args)
            words = wrong if isinstance(wrong, list) else [wrong] if wrong else []
            found += words if party == contractor else [f"联合体成员“{party.name}”：{each}" for each in words]
        return found

    return judged


def _without(contractor, *kinds):
    """The names of the kinds of evidence that are not on file, each said once."""
    on_file = {item.kind for item in contractor.evidence.all() if item.is_current and item.file_id}
    return [contractor.evidence.model.Kind(kind).label for kind in kinds if kind not in on_file]


@rule("A-123", "25号 一（三）1：在中华人民共和国境内依法登记注册，具有独立法人资格")
@of_every_party
def independent_legal_person(contractor):
    wrong = []
    if not is_credit_code(contractor.credit_code):
        wrong.append(f"统一社会信用代码“{contractor.credit_code}”校验位不符，请核对营业执照")
    if contractor.form == contractor.Form.BRANCH:
        wrong.append("分支机构不具有独立法人资格，不能单独承办")
    return wrong


@rule("A-123c", "25号 一（三）1：具有独立法人资格（联合体由各成员分别具备，并明确一个牵头单位）")
def consortium_names_its_lead(contractor):
    if contractor.form != contractor.Form.CONSORTIUM:
        return None
    members, wrong = list(contractor.consortium_members.all()), []
    if len(members) < 2:
        wrong.append(f"联合体至少有两个成员，现登记 {len(members)} 个")
    if sum(member.is_lead for member in members) != 1:
        wrong.append("联合体须明确一个（且仅一个）牵头单位")
    return wrong


@rule("A-124", "25号 一（三）1：按照有关规定已取得开展相关业务的资格")
@of_every_party
def licensed(contractor, today):
    licences = [licence for licence in contractor.licences.all() if licence.is_current]
    valid = {licence.name for licence in licences if licence.is_valid(today)}
    if not licences:
        return "尚未登记开展相关业务的资格（许可、资质）"
    wrong = [f"“{x.name}”已于 {x.valid_to} 到期" for x in licences if not x.is_valid(today) and x.name not in valid]
    if not any("营业执照" in licence.name for licence in licences):
        wrong.append("尚未登记营业执照")
    return wrong


@rule("A-125", "25号 一（三）1：项目承办单位应是有一定实力的流通、电商、物流、培训等单位", Kind.SOFT)
@of_every_party
def of_a_named_category_and_some_strength(contractor):
    wrong = []
    if contractor.category == contractor.Category.OTHER:
        words = f"（{contractor.category_note}）" if contractor.category_note else ""
        wrong.append(f"单位类型为“其他”{words}，不属于流通、电商、物流、培训单位")
    scale = {
        "注册资本": contractor.registered_capital,
        "成立日期": contractor.founded_on,
        "从业人数": contractor.staff_count,
    }
    if missing := [words for words, value in scale.items() if not value]:
        wrong.append(f"没有登记规模数据：{'、'.join(missing)}")
    return wrong


@rule("A-126", "25号 一（三）1：有从事相关业务的经验，有较强业务拓展能力和投融资能力", Kind.SOFT)
@of_every_party
def experienced_and_able_to_finance(contractor):
    missing = _without(contractor, "experience", "finances")
    return f"没有登记{'、'.join(missing)}的证明材料" if missing else None


@rule("A-127", "25号 一（三）2：具有商品组织、仓储管理、网络营销等供应链经营业务经验", Kind.SOFT)
@of_every_party
def experienced_in_the_supply_chain(contractor):
    missing = _without(contractor, "goods", "storage", "marketing")
    return f"没有登记{'、'.join(missing)}经验的证明材料" if missing else None


@rule("A-128", "25号 一（三）2：……管理运营乡（镇）、村级电商服务站点的能力", Kind.SOFT)
@of_every_party
def able_to_run_stations(contractor):
    missing = _without(contractor, "stations")
    return "没有登记管理运营乡（镇）、村级电商服务站点能力的证明材料" if missing else None


@rule("A-129", "25号 一（三）3：建立了规范的财务管理制度")
@of_every_party
def keeps_a_financial_system(contractor):
    missing = _without(contractor, "finance_system")
    return "没有上传财务管理制度文件" if missing else None


@rule("A-130", "25号 一（三）3：有良好的商业诚信，没有破坏市场经济秩序的违法、违规行为记录")
@of_every_party
def clean_record(contractor, today):
    wrong = []
    if not contractor.declares_clean_record:
        wrong.append("承办单位尚未作出无违法违规行为的承诺")
    checks = [check for check in contractor.credit_checks.all() if check.is_current]
    since = years_before(today, LOOK_BACK_YEARS)
    if hits := [check.site for check in checks if check.counts_against(since)]:
        wrong.append(f"{'、'.join(hits)} 查询到违法违规或失信记录（追溯 {LOOK_BACK_YEARS} 年，在列名单不限年）")
    fresh = today - timedelta(days=CREDIT_CHECK_DAYS)
    if not any(check.checked_on >= fresh for check in checks if not check.counts_against(since)):
        wrong.append(f"缺少 {CREDIT_CHECK_DAYS} 天以内的信用查询记录（信用中国、企业信用信息公示系统等）")
    return wrong


@rule("A-131", "25号 一（三）3：有第三方信用服务机构出具的信用等级评价证明")
@of_every_party
def holds_a_credit_rating(contractor, today):
    if not any(rating.is_valid(today) for rating in contractor.credit_ratings.all() if rating.is_current):
        return "缺少在有效期内（没有写明有效期的，出具不满十二个月）的第三方信用等级评价证明"
    return None


@rule("A-424", "25号 四（三）：指导示范县加强对承办企业履约能力的考核", Kind.RECORD)
@of_every_party
def performance_so_far(contractor):
    """Earlier scores do not decide, but whoever selects has seen them."""
    return [f"{assessment}：{assessment.reasons}" for assessment in contractor.recent_assessments()]


@rule("P-301", f"系统账号管理：每个承办单位在用账号不超过 {MAX_STAFF} 个")
def room_for_one_more_account(contractor):
    count = contractor.members.filter(is_active=True).count()
    return f"已有 {count} 个在用账号，请先停用不再使用的账号" if count >= MAX_STAFF else None


OWN_ACCOUNT = rule("P-302", "系统账号管理：不能停用自己的账号，也不能停用其他承办单位的人员")(lambda contractor: None)

REVIEWED = [  # what the county ticks item by item (states 3.3 资格复核)
    independent_legal_person,
    licensed,
    of_a_named_category_and_some_strength,
    experienced_and_able_to_finance,
    experienced_in_the_supply_chain,
    able_to_run_stations,
    keeps_a_financial_system,
    clean_record,
    holds_a_credit_rating,
]
QUALIFICATION = [*REVIEWED, consortium_names_its_lead]
