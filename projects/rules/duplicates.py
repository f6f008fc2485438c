"""重复支持的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import Kind, rule


@rule("A-305d", "25号 三（一）：财政资金原则上不得重复支持", Kind.SOFT)
def not_supported_twice(agreement):
    """Same contractor, content and place in another project of any county (G-24); says where."""
    own = {(_flat(item.name), _flat(item.model), _flat(item.place)): item for item in agreement.equipment.all()}
    wrong = []
    for other in agreement.project.others_of_the_contractor():
        where = f"{other.county.region}项目“{other.name}”（{other.no}）"
        if _same_place(agreement.project, other) and _flat(other.name) == _flat(agreement.project.name):
            wrong.append(f"同一承办单位在{where}的建设内容、地点与本项目相同，请核对并说明不属于重复支持的理由")
        found = getattr(other, "agreement", None)
        for item in found.equipment.all() if found and found.status != found.Status.TERMINATED else ():
            if _flat(item.place) and (_flat(item.name), _flat(item.model), _flat(item.place)) in own:
                wrong.append(f"设备“{item.name}”（{item.place}）与{where}协议的设备相同，请核对并说明理由")
    return wrong


def _same_place(project, other):
    """By the place of the fund lines; without one, a county is the place."""
    mine, theirs = _flat(project.fund_line.place), _flat(other.fund_line.place)
    return mine == theirs if mine and theirs else project.county_id == other.county_id


def _flat(words):
    return "".join(words.split()).casefold()
