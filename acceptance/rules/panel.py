"""验收组的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

import re
import unicodedata

from portal.rules import Kind, rule

ORGANISED = "25号 一（四）：示范县政府……负责组织项目验收工作"
# What a name may carry or lack without naming somebody else: marks, and the words for its legal form.
MARKS = re.compile(r"[\s\W_]+")
LEGAL_FORM = re.compile(r"(股份|集团|有限|责任|公司|分公司|联合体)+")
SHORTEST = 4  # a shorter core (“物流”) would catch everybody


@rule("A-143", ORGANISED)
def panel_of_three_without_the_contractor(application):
    wrong = []
    members = list(application.panel.all())
    minimum = application.county.batch.panel_minimum
    if len(members) < minimum:
        wrong.append(f"验收组至少 {minimum} 人，现有 {len(members)} 人")
    contractor = application.project.contractor
    parties = {contractor, *contractor.parties()}  # of a consortium, its members as well
    accounts = {_folded(str(person)) for party in parties for person in party.members.all()}
    accounts |= {_folded(party.legal_representative) for party in parties}
    for member in members:
        from_a_party = any(is_of(member.organisation, party.name) for party in parties)
        if from_a_party or _folded(member.name) in accounts - {""}:
            wrong.append(f"验收组成员“{member.name}”来自承办单位，应当回避")
    return wrong


@rule("A-143s", f"{ORGANISED}……形成验收报告（验收组成员在报告上签字）", Kind.RECORD)
def panel_has_signed(application):
    """What is missing is shown before the report goes upward; the sealed paper is the proof."""
    unsigned = [member.name for member in application.panel.all() if member.signed_on is None]
    return f"验收组成员{'、'.join(unsigned)}尚未登记签字" if unsigned else None


def is_of(organisation, contractor) -> bool:
    """Does this organisation name the contractor, or a member of the consortium, in whatever form of its name?"""
    theirs = _core(organisation)
    names = [_core(part) for part in re.split(r"[、，,；;/]", contractor)]
    names.append(_core(contractor))
    return any(_same(theirs, name) for name in names if name)


def _same(one, other):
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= SHORTEST and short in long


def _folded(words):
    return MARKS.sub("", unicodedata.normalize("NFKC", words)).casefold()


def _core(name):
    return LEGAL_FORM.sub("", _folded(name))
