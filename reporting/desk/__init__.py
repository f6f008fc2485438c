"""工作台：everything that waits for one person, by the verbs of the post and the regions where they may act.

Each kind of matter is one question to the database, asked only of people who may do the deed; so the number of queries
does not depend on how much is waiting.
"""

from reporting.desk import acceptance, money, plans, projects, reports, rounds
from reporting.desk.task import Task

__all__ = ["QUESTIONS", "Task", "waiting_for"]


def waiting_for(user, today) -> list[Task]:
    """What this person has to do, the most urgent first; what has no deadline comes last, the oldest first."""
    if not user.office_id:
        return []
    tasks = [task for ask in QUESTIONS for task in ask(user, today)]
    return sorted(tasks, key=_urgency)


def _urgency(task):
    since = task.since.timestamp() if task.since else 0
    return (0, task.due.left, task.due.on.toordinal(), since) if task.due else (1, 0, 0, since)


QUESTIONS = [
    rounds.open_rounds,
    rounds.county_applications,
    rounds.city_opinions,
    rounds.recommendations,
    rounds.rounds,
    plans.reviews,
    plans.plans,
    plans.sealed_scans,
    plans.snapshots,
    plans.counties_without_a_plan,
    plans.objections,
    projects.procurements,
    projects.results_and_contracts,
    projects.supplier_queries,
    projects.contractor_plans,
    projects.agreements,
    projects.county_projects,
    projects.own_projects,
    projects.own_life,
    projects.deviations,
    projects.training_records,
    acceptance.applications,
    acceptance.own_applications,
    acceptance.deliveries,
    acceptance.spotchecks,
    money.payments,
    money.recoveries,
    money.money_to_arrive,
    money.limits,
    reports.reports,
]
