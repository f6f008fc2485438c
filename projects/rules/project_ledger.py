"""项目台账的规则。豫商体系〔2020〕25号，以下简称“25号”。"""

from portal.rules import rule


@rule("A-331p", "25号 三（四）：各示范县财政部门应建立项目台账制度")
def ledger_row_is_complete(project):
    """Names of the mandatory columns that are empty; asked of many, milestones and progress come prefetched."""
    missing = [
        words
        for words, value in (
            ("责任人", project.owner_person),
            ("责任人电话", project.owner_phone),
            ("计划开工", project.planned_start),
            ("计划完工", project.planned_end),
        )
        if not value
    ]
    if project.started_on:
        missing += [] if project.investment_planned() else ["计划总投资"]
        missing += [] if project.milestones.all() else ["节点"]
        missing += [] if project.progress.all() else ["进度"]
    return f"“{project.name}”缺：{'、'.join(missing)}" if missing else None
