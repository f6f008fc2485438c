"""公示的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import rule


@rule("A-443", "25号 四（四）：开设政务公开专栏，并明确投诉举报电话")
def complaint_phone_stated(notice):
    if not notice.phone:
        return "公示必须写明投诉举报电话"
    return None


@rule("P-010", "25号 一（一）、三（二）：在县政府官网公示")
def county_site_stated(notice):
    if not notice.site_url:
        return "请填写县政府官网上该公示的网址；平台公示不能代替县政府官网公示"
    return None


@rule("P-011", "25号 三（二）：在县政府官网上公示无异议后")
def still_running(notice, today):
    if notice.status != notice.Status.RUNNING or today > notice.ends_on:
        return f"该公示已于 {notice.ends_on} 截止，不再受理异议；可向举报电话反映"
    return None
