"""承办单位的工作：what the contractor owes now, project by project. The desk and the contractor's own page ask here."""

from projects.models import ContractorPlan, Project


def with_what_is_owed(projects):
    """Projects with everything that `owed` reads, however many they are."""
    return projects.select_related("county__batch").prefetch_related("contractor_plans", "information")


def owed(project, today) -> str:
    """The plan before the start, the months of information after it; nothing when nothing is owed."""
    if project.status == Project.Status.PREPARING:
        latest = project.latest_plan()
        return "编制建设方案、报审" if latest is None or latest.status in ContractorPlan.EDITABLE else ""
    missing = months_owed(project, today)
    return f"报送{'、'.join(f'{month:%Y年%-m月}' for month in missing)}交易和活动信息" if missing else ""


def months_owed(project, today) -> list:
    """Months without complete information: never given, returned, or lacking an indicator. Asks nothing new."""
    given = {information.month for information in project.information.all() if information.is_complete}
    return [month for month in project.information_months(today) if month not in given]
