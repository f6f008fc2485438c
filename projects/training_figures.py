"""培训统计：人次 are not 人数. Everything is counted from the signatures, nothing is typed."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from portal.money import percent
from portal.rules import upholds
from projects.models.trainee import Enrolment, FollowUp, Trainee


@dataclass(frozen=True)
class Group:
    """One category of trainees: how often and how many."""

    label: str
    times: int
    people: int


@dataclass(frozen=True)
class Figures:
    """Of one project. Percentages are for display; nothing is decided by them."""

    sessions: int = 0  # 期
    recorded: int = 0  # 期, locked with their records
    planned: int = 0  # 人
    times: int = 0  # 人次: one person in one session, signed at least once
    people: int = 0  # 人: one identity number once
    poor_times: int = 0  # 人次 of registered poor households
    examined: int = 0
    passed: int = 0
    satisfaction: Decimal | None = None  # %, mean of the sessions that asked
    followed: int = 0  # people with at least one follow-up
    converted: int = 0  # people whose latest follow-up says 开店, 就业 or 创业
    groups: list[Group] = field(default_factory=list)

    @property
    def others(self):
        return next((group.people for group in self.groups if group.label == Trainee.Category.OTHER.label), 0)

    @property
    def pass_rate(self):
        return percent(self.passed, self.examined) if self.examined else None

    @property
    def conversion_rate(self):
        return percent(self.converted, self.people) if self.people else None


@upholds("A-211", "A-212")
def figures_of(project, sessions=None) -> Figures:
    """统计：期数、人次、人数（去重）、分类别、合格率、满意度、转化率。Three questions, whatever the number of trainees.

    `sessions`: those of the project, when the page has read them already.
    """
    sessions = list(project.training_sessions.all()) if sessions is None else sessions
    asked = [session.satisfaction for session in sessions if session.satisfaction is not None]
    enrolments = Enrolment.objects.filter(session__project=project).attended()
    rows = enrolments.values("trainee__category").annotate(
        times=Count("pk"),
        people=Count("trainee", distinct=True),
        poor=Count("pk", filter=Q(trainee__is_poor=True)),
        examined=Count("pk", filter=Q(exam_score__isnull=False)),
        passed=Count("pk", filter=Q(exam_score__gte=F("session__course__pass_mark"))),
    )
    by_category = {row["trainee__category"]: row for row in rows.order_by()}
    groups = [
        Group(category.label, by_category[category]["times"], by_category[category]["people"])
        for category in Trainee.Category
        if category in by_category
    ]

    def summed(name):
        return sum(row[name] for row in by_category.values())

    return Figures(
        sessions=len(sessions),
        recorded=sum(session.status == session.Status.RECORDED for session in sessions),
        planned=sum(session.planned for session in sessions),
        times=summed("times"),
        people=summed("people"),
        poor_times=summed("poor"),
        examined=summed("examined"),
        passed=summed("passed"),
        satisfaction=round(sum(asked) / len(asked), 1) if asked else None,
        groups=groups,
        **_conversion(project),
    )


def _conversion(project):
    """A person counts as converted when the latest of the follow-ups says so; what was once and is no more, does not."""
    given = FollowUp.objects.filter(enrolment__trainee=OuterRef("pk"))
    latest = Subquery(given.order_by("-on", "-pk").values("outcome")[:1])
    people = Trainee.objects.filter(Exists(given), project=project).annotate(latest=latest)
    return people.aggregate(
        followed=Count("pk"), converted=Count("pk", filter=Q(latest__in=[str(x) for x in FollowUp.CONVERTED]))
    )
