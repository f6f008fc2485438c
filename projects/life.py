"""The life of many projects in one query: what is late, open, deviating; the pages and the desks read these columns."""

from django.db.models import BooleanField, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from projects.models import Milestone, Operation, Problem, Progress, Project, Visit


def _of(model, **conditions):
    return model.objects.filter(project=OuterRef("pk"), **conditions).order_by()


def _count(rows):
    return Coalesce(Subquery(rows.values("project").annotate(n=Count("pk")).values("n")), 0)


def _one(rows, what):
    return Subquery(rows.values("project").annotate(x=what).values("x"))


def counts(today):
    late = _of(Milestone, done_on=None, due_on__lt=today)
    undone = _of(Milestone, done_on=None)
    open_problems = _of(Problem, solved_on=None)
    return {
        "milestone_count": _count(_of(Milestone)),
        "milestones_late": _count(late),
        "next_due_on": _one(undone, Min("due_on")),
        "progress_count": _count(_of(Progress)),
        "last_progress_on": _one(_of(Progress), Max("on")),
        "visit_count": _count(_of(Visit)),
        "last_visit_on": _one(_of(Visit), Max("on")),
        "problems_open": _count(open_problems),
        "problem_due_on": _one(open_problems, Min("due_on")),
        "operation_count": _count(_of(Operation)),
        "operation_state": Subquery(_of(Operation).order_by("-month").values("state")[:1]),
        "deviates": Coalesce(deviates(today), Value(False), output_field=BooleanField()),
    }


def deviates(today):
    return Exists(Project.objects.filter(pk=OuterRef("pk")).filter(deviation(today)))


def planned():
    """计划总投资 of the database, as Project.investment_planned() gives it."""
    agreed = F("agreement__central_amount") + F("agreement__matching_amount") + F("agreement__self_amount")
    return Coalesce("planned_investment", agreed)


def deviation(today):
    """The condition of rule A-141 over many projects: time, content, amount."""
    states = Project.Status
    last_visit = Visit.objects.filter(project=OuterRef("pk")).order_by("-on", "-pk").values("content_differs")[:1]
    differs = Exists(Project.objects.filter(pk=OuterRef("pk")).annotate(d=Subquery(last_visit)).filter(d=True))
    return (
        Q(status=states.PREPARING, planned_start__lt=today)
        | Q(status=states.UNDERWAY, planned_end__lt=today)
        | Q(actual_investment__gt=planned())
        | Q(differs)
    )
