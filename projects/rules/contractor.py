"""承办单位资格的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from datetime import timedelta

from portal.rules import rule
from projects.identity import is_credit_code


@rule("A-123", "25号 一（三）1：在中华人民共和国境内依法登记注册，具有独立法人资格")
def independent_legal_person(contractor):
    wrong = []
    if not is_credit_code(contractor.credit_code):
        wrong.append(f"统一社会信用代码“{contractor.credit_code}”校验位不符，请核对营业执照")
    if contractor.form == contractor.Form.BRANCH:
        wrong.append("分支机构不具有独立法人资格，不能单独承办")
    return wrong


@rule("A-124", "25号 一（三）1：按照有关规定已取得开展相关业务的资格")
def licensed(contractor, today):
    licences = list(contractor.licences.all())
    if not licences:
        return "尚未登记开展相关业务的资格（许可、资质）"
    return [f"“{x.name}”已于 {x.valid_to} 到期" for x in licences if x.valid_to and x.valid_to < today]


@rule("A-130", "25号 一（三）3：有良好的商业诚信，没有破坏市场经济秩序的违法、违规行为记录")
def clean_record(contractor, today):
    wrong = []
    if not contractor.declares_clean_record:
        wrong.append("承办单位尚未作出无违法违规行为的承诺")
    checks = list(contractor.credit_checks.all())
    days = contractor.CREDIT_CHECK_DAYS
    if hits := [check.site for check in checks if check.found_record]:
        wrong.append(f"{'、'.join(hits)} 查询到违法违规或失信记录")
    if not any(check.checked_on >= today - timedelta(days=days) for check in checks if not check.found_record):
        wrong.append(f"缺少 {days} 天以内的信用查询记录（信用中国、企业信用信息公示系统等）")
    return wrong


@rule("A-131", "25号 一（三）3：有第三方信用服务机构出具的信用等级评价证明")
def holds_a_credit_rating(contractor, today):
    if not contractor.credit_ratings.filter(issued_on__lte=today, valid_to__gte=today).exists():
        return "缺少在有效期内的第三方信用等级评价证明"
    return None


QUALIFICATION = [independent_legal_person, licensed, clean_record, holds_a_credit_rating]
