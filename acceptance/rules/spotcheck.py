"""抽查的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule


@rule("A-149", "25号 一（四）：省、市主管部门将对项目验收结果进行抽查")
def sample_of_a_stated_population(check):
    """A draw has cases to choose from, and takes at least one and at most all of them."""
    count = check.population().count()
    if not count:
        return "按所填条件没有验收合格的项目可抽查，请放宽范围"
    if not 1 <= check.size <= count:
        return f"抽取数量应为 1 至 {count}（总体 {count} 件）"
    return None


@rule("A-149r", "25号 一（四）：省、市主管部门将对项目验收结果进行抽查")
def result_is_one_of_two(item):
    wrong = []
    if item.result not in item.Result.values:
        wrong.append("抽查结果只能是“通过”或“不通过”")
    if not item.findings.strip():
        wrong.append("请写明抽查情况")
    if not item.visited_on:
        wrong.append("请填写现场抽查的日期")
    elif item.visited_on < item.check_drawn_on():
        wrong.append("现场抽查不能早于抽取之日")
    return wrong


@rule("A-430", "25号 四（三）：定期或不定期暗访或现场督导抽查项目实施和资金使用情况", Kind.RECORD)
def secret_checks_wait_for_their_publication(check):
    if check.is_secret and not check.published_at:
        return "暗访结果尚未公布，县和承办单位看不到"
    return None


@rule("A-422", "25号 四（三）：加强对示范县的监督检查特别是现场检查", Kind.RECORD)
def visited_this_quarter(coverage):
    if not coverage.visits[-1]:
        return f"本季度尚未到{coverage.county}现场抽查"
    return None
