"""示范县的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import rule


@rule("A-453", "25号 四（五）：明确一名参与此项工作的人员作为信息联络员")
def exactly_one_liaison(county):
    count = county.liaisons.active().count()
    if count != 1:
        return f"{county} 现有 {count} 名在任信息联络员，应当恰好一名"
    return None
