"""验收办法和验收清单的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import rule

LOCAL = "25号 一（四）：按照本地制定的有关办法及功能要求"


@rule("A-144", LOCAL)
def acceptance_rules_are_public(application):
    """The county's 项目验收办法 stands on its own site before the first panel is formed."""
    if not application.county.documents.public().of_kind("acceptance_rules").exists():
        return "县《项目验收办法》尚未公开；公开后方可组织验收"
    return None


@rule("A-144c", f"{LOCAL}……审核验收（合格须逐项查验达标）")
def checklist_allows_the_conclusion(application):
    """合格 needs every required item filled in and up to its standard; 不合格 may be said at any point."""
    if application.conclusion != application.Conclusion.PASSED:
        return []
    return [words for item in application.checklist_with_photos() for words in _missing(item)]


def _missing(item):
    if not item.required or item.not_applicable:
        return
    if not item.is_filled:
        yield f"验收清单第 {item.no} 项“{item.title}”尚未填写查验结果"
    elif item.failed:
        standard = item.limits() or item.standard
        yield f"验收清单第 {item.no} 项“{item.title}”不达标：实际 {item.found_words()}，标准 {standard}"
    if item.needs_photo and not item.photos.all():
        yield f"验收清单第 {item.no} 项“{item.title}”须附现场照片或凭证"


@rule("A-144n", f"{LOCAL}（“不适用”须说明原因）")
def what_does_not_apply_is_explained(application):
    return unexplained(application.checklist.all())


def unexplained(items):
    wrong = []
    for item in items:
        if item.not_applicable and item.source == item.Source.NOTICE:
            wrong.append(f"第 {item.no} 项“{item.title}”是通知本身的要求，不能“不适用”")
        elif item.not_applicable and not item.remark.strip():
            wrong.append(f"第 {item.no} 项“{item.title}”标为不适用，须写明原因")
    return wrong


@rule("A-146r", "25号 一（四）：给出“合格”或“不合格”的验收结论（不合格的，逐项整改后重新申请）")
def earlier_faults_are_put_right(application):
    """A second application answers, item by item, for what the first one failed, with papers or photographs."""
    earlier = application.previous
    if earlier is None:
        return []
    wrong = []
    if not earlier.rectification.strip():
        wrong.append(f"上次申请 {earlier.no} 的整改情况尚未填写")
    if not earlier.rectification_files.exists():
        wrong.append(f"上次申请 {earlier.no} 的整改材料（照片、凭证）尚未上传")
    return wrong + [
        f"上次不达标的“{item.title}”尚未逐项说明整改情况"
        for item in earlier.checklist.all()
        if item.failed and not item.remedy.strip()
    ]
