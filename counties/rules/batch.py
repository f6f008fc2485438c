"""批次参数的规则：numbers of the programme are changed openly or not at all."""

from portal.rules import rule


@rule("P-080", "系统：批次参数的每次修改须书面说明理由并留痕（豫商体系〔2020〕25号等通知规定的数字）")
def change_has_a_reason(change):
    if not change.reason.strip():
        return "修改批次参数须写明理由（通知文号、会议决定等）；已经办结的事项不因修改而重算"
    return None


@rule("A-001k", "25号 首段：被确定为 2020 年第七批国家级电子商务进农村综合示范县")
def designation_keeps_its_document(change):
    emptied = [name for name in ("doc_no", "doc_date") if name in change.fields and not change.fields[name]]
    if emptied and change.batch.counties.exists():
        return f"{change.batch}的示范县已经认定，认定文号和日期不能清空"
    return None


@rule("P-081", "系统：每个年度只有一个批次")
def one_batch_per_year(batch):
    if type(batch).objects.filter(year=batch.year).exists():
        return f"{batch.year} 年的批次已经存在，请在原批次上修改"
    return None
