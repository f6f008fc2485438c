"""What waits of 申报轮次."""

from django.db.models import Q

from counties.models import CityOpinion, CityRecommendation, CountyApplication, Round
from notices.models import Notice
from reporting.desk.task import Task, acting, can, due_by, since, steps_of


def open_rounds(user, today):
    """A county that may still apply; a city that may still recommend."""
    if not (can(user, "application.submit") or can(user, "recommendation.draft")):
        return
    for round in Round.objects.open().exclude(applications__region=user.office.region):
        if round.accepts(today):
            words = "拟推荐报告" if can(user, "recommendation.draft") else "自愿申报示范县"
            yield Task(f"{words}：{round}", round.get_absolute_url(), "申报", due_by(round.closes_on, today))


APPLICATION_STEPS = {
    CountyApplication.Status.DRAFT: ("application.draft", "完成材料并由县政府提交"),
    CountyApplication.Status.RETURNED: ("application.draft", "按退回意见补正"),
    CountyApplication.Status.RECOMMENDED: ("application.accept", "受理"),
    CountyApplication.Status.ACCEPTED: ("application.score", "评分"),
}


def county_applications(user, today):
    if not (steps := steps_of(user, APPLICATION_STEPS)):
        return
    here = CountyApplication.objects.filter(acting(user, "region"), status__in=steps)
    here = here.exclude(status=CountyApplication.Status.ACCEPTED, scores__bureau=user.office.bureau)
    here = here.exclude(status=CountyApplication.Status.ACCEPTED, round__status=Round.Status.OPEN)
    here = here.select_related("region", "round").annotate(since=since(CountyApplication))
    for application in here:
        due = due_by(application.round.closes_on, today) if application.is_editable else None
        words = steps[application.status][1]
        yield Task(f"{words}：{application}", application.get_absolute_url(), "申报", due, application.since)


def city_opinions(user, today):
    if not can(user, "application.review"):
        return
    here = CityOpinion.objects.waiting_for(user).select_related("application__region", "application__round")
    for opinion in here:
        due = due_by(opinion.application.round.closes_on, today)
        yield Task(f"评议：{opinion.application}", opinion.get_absolute_url(), "申报", due)


def recommendations(user, today):
    if not can(user, "recommendation.sign"):
        return
    here = CityRecommendation.objects.filter(
        acting(user, "region"), status="draft", round__status=Round.Status.OPEN
    ).exclude(doc_no="")
    here = here.select_related("region", "round").annotate(since=since(CityRecommendation))
    for report in here:
        due = due_by(report.round.closes_on, today)
        yield Task(f"签署、报送：{report}", report.get_absolute_url(), "申报", due, report.since)


ROUND_STEPS = {
    Round.Status.DRAFT: ("round.manage", "开放申报"),
    Round.Status.CLOSED: ("round.manage", "排序"),
    Round.Status.RANKED: ("round.manage", "报三部门"),
    Round.Status.SENT: ("round.manage", "公示拟认定名单"),
    Round.Status.PUBLICISED: ("round.decide", "决定认定名单"),
}


def rounds(user, today):
    if not (steps := steps_of(user, ROUND_STEPS)):
        return
    over = Q(notice__status=Notice.Status.CLEAR)
    here = Round.objects.filter(Q(status__in=steps) & (over | ~Q(status=Round.Status.PUBLICISED)))
    for round in here.select_related("batch").annotate(since=since(Round)):
        due = due_by(round.batch.ministry_deadline, today) if round.status == Round.Status.RANKED else None
        yield Task(f"{steps[round.status][1]}：{round}", round.get_absolute_url(), "申报", due, round.since)
