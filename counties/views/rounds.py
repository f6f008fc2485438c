"""申报轮次的页面（省）：see where the round stands, then one deed at a time."""

from types import SimpleNamespace

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import may, may_at_home, must
from accounts.models import Office, Region
from counties import round_documents as documents
from counties.forms import ReasonForm
from counties.models import Batch, Bureau, CountyApplication, Round
from counties.models.round import Ranking
from counties.round_forms import DesignateForm, IncludeForm, PackForm, PublishForm, RankForm, RoundForm
from counties.views.batches import find_batch
from portal import clock, workdays
from portal.documents import shown
from portal.models import Event
from portal.pages import ask, page_of, posted, status_of, uploaded
from portal.rules import Kind

WITHIN = ("申报", "round-list")
Status = Round.Status
NEXT = {
    Status.DRAFT: ("省商务厅", "核对申报时间和评审指标，开放申报"),
    Status.OPEN: ("县（市）政府、市三部门", "截止日 24:00 前提交和推荐；省商务厅随到随受理"),
    Status.CLOSED: ("省商务厅、省财政厅、省扶贫办", "受理后分别评分，三部门评分齐全后排序"),
    Status.RANKED: ("省商务厅", "整理排序名单、选拔依据、省级工作方案，按时报三部门"),
    Status.SENT: ("省商务厅", "三部门核定后公示拟认定名单"),
    Status.PUBLICISED: ("公众、省三部门", "公示期满无异议，三部门分别决定，省商务厅行文公布"),
    Status.DESIGNATED: ("示范县", "制订实施方案（25号 一（一））"),
}


def find_round(request, pk):
    rounds = Round.objects.visible_to(request.user).select_related("batch", "notice")
    return get_object_or_404(rounds, pk=pk)


def ours(request, pk, verb="round.manage"):
    """The round, for a deed of the province."""
    round = find_round(request, pk)
    must(request.user, verb, round.region)
    return round


def round_list(request):
    rounds = Round.objects.visible_to(request.user).select_related("batch").annotate(count=Count("applications"))
    rounds = rounds.order_by("-opens_on", "-pk")
    batches = []
    if may_at_home(request.user, "round.manage"):
        batches = Batch.objects.visible_to(request.user).without_round()
    return render(request, "counties/round_list.html", {"page": page_of(request, rounds), "batches": batches})


def round_detail(request, pk):
    round = find_round(request, pk)
    user, today = request.user, clock.today()
    applications = round.applications.visible_to(user).select_related("region__parent")
    at_county = user.office.level == Office.Level.COUNTY
    mine = applications.filter(region=user.office.region).first() if at_county else None
    who, what = NEXT[round.status]
    context = {
        "round": round,
        "who": who,
        "what": what,
        "can": _deeds(user, round),
        "gates": _gates(round),
        "deadline": workdays.deadline(round.closes_on, today),
        "ministry": round.batch.ministry_deadline and workdays.deadline(round.batch.ministry_deadline, today),
        "page": page_of(request, applications),
        "counts": _counts(round) if not at_county else [],
        "mine": mine,
        "may_begin": at_county and mine is None and round.accepts(today) and may_at_home(user, "application.draft"),
        "city": user.office.region if user.office.level == Office.Level.CITY else None,
        "decisions": _decisions(round),
        "events": Event.objects.about(round),
    }
    return render(request, "counties/round_detail.html", context)


DEEDS = {
    Status.DRAFT: {"edit", "open"},
    Status.OPEN: {"close", "include"},
    Status.CLOSED: {"rank", "include"},
    Status.RANKED: {"pack", "send"},
    Status.SENT: {"publicise"},
    Status.PUBLICISED: {"designate"},
}


def _deeds(user, round):
    can = set(DEEDS.get(round.status, ())) if may_at_home(user, "round.manage") else set()
    if clock.today() <= round.closes_on:
        can.discard("close")  # before the deadline nobody can; after it the day's sweep does it by itself
    if round.status == Status.PUBLICISED and may_at_home(user, "round.decide"):
        can.add("decide")
    return can


def _gates(round):
    if round.status == Status.DRAFT:
        title, rows = "开放申报前检查", round.missing_before_open()
    elif round.status == Status.RANKED:
        title, rows = "报三部门前检查", round.missing_before_send()
    elif round.status == Status.PUBLICISED:
        title, rows = "公布名单前检查", round.missing_before_designate()
    else:
        return None
    excusable = any(breach.kind is Kind.SOFT for breach in rows)
    return SimpleNamespace(title=title, rows=rows, reason="required" if excusable else "")


def _counts(round):
    labels = dict(CountyApplication.Status.choices)
    rows = round.applications.values("status").annotate(count=Count("pk")).order_by("status")
    return [(labels[row["status"]], row["count"]) for row in rows]


def _decisions(round):
    if round.status not in (Status.PUBLICISED, Status.DESIGNATED):
        return []
    given = {decision.bureau: decision for decision in round.decisions.select_related("decided_by")}
    return [(bureau.label, given.get(bureau.value)) for bureau in Bureau]


def round_begin(request, pk):
    batch = find_batch(request, pk)
    must(request.user, "round.manage", batch.region)
    initial = {
        "title": f"{batch.year}年国家级电子商务进农村综合示范县申报",
        "closes_on": batch.apply_deadline,
        "opens_on": clock.today(),
    }
    form = RoundForm(posted(request), initial=initial)
    if form.is_valid():
        round = Round.begin(batch, by=request.user, **form.cleaned_data)
        messages.success(request, "申报轮次已建立，核对后开放申报")
        return redirect(round)
    page = {"form": form, "heading": f"{batch}：建立申报轮次", "act": "建立申报轮次", "back": reverse("round-list")}
    return render(request, "counties/round_form.html", page, status=status_of(form))


def round_edit(request, pk):
    round = ours(request, pk)
    form = RoundForm(posted(request), instance=round)
    if form.is_valid():
        stored = find_round(request, pk)  # the form has written its values into `round`
        stored.edit(by=request.user, **form.cleaned_data)
        messages.success(request, "申报轮次已修改")
        return redirect(stored)
    page = {"form": form, "heading": "修改申报轮次", "act": "保存", "back": round.get_absolute_url()}
    return render(request, "counties/round_form.html", page, status=status_of(form))


@require_POST
def round_open(request, pk):
    round = ours(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return ask(request, round, form, "开放申报", within=WITHIN, gates=round.missing_before_open())
    round.open(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, f"已开放申报，截止 {round.closes_on} 24:00")
    return redirect(round)


@require_POST
def round_close(request, pk):
    round = ours(request, pk)
    round.close(by=request.user)
    messages.success(request, "申报已截止，材料锁定")
    return redirect(round)


def round_include(request, pk):
    round = ours(request, pk)
    form = IncludeForm(posted(request))
    if not form.is_valid():
        words = "国务院督查激励的县直接纳入，不需申报，不占市名额和申报数上限（48号 四，规则 B-408）。"
        return ask(request, round, form, "直接纳入激励县", within=WITHIN, words=words)
    application = round.include(by=request.user, **form.cleaned_data)
    messages.success(request, f"{application.region}已直接纳入")
    return redirect(round)


def round_ranking(request, pk):
    """Two lists by score, the cap and the share of poverty counties live; posting it fixes them."""
    round = find_round(request, pk)
    must(request.user, "round.decide", round.region)
    asked = RankForm(request.GET if "size" in request.GET else None)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    ranking = Ranking(round, chosen.get("size"), chosen.get("from_poverty"))
    form = RankForm(posted(request), initial={"size": ranking.size, "from_poverty": ranking.from_poverty})
    if form.is_valid():
        must(request.user, "round.manage", round.region)
        round.rank(by=request.user, **form.cleaned_data)
        messages.success(request, "已按得分排序，两张排序表已生成")
        return redirect(round)
    picked = {application.pk for application in ranking.chosen}
    context = {
        "round": round,
        "form": form,
        "ranking": ranking,
        "lists": [
            (title, [(place, a, _points(a), a.pk in picked) for place, a in enumerate(rows, 1)])
            for title, rows in (("总排序表", ranking.overall), ("贫困县排序表", ranking.poverty))
        ],
        "gates": round.missing_before_rank(ranking) if round.status == Status.CLOSED else None,
        "may_rank": round.status == Status.CLOSED and may(request.user, "round.manage", round.region),
    }
    return render(request, "counties/round_ranking.html", context, status=status_of(form))


def _points(application):
    return [*(float(application.score_of(bureau)) for bureau in Bureau), float(application.score_of())]


def round_pack(request, pk):
    round = ours(request, pk)
    form = PackForm(posted(request), uploaded(request), instance=round)
    if form.is_valid():
        stored = find_round(request, pk)
        stored.pack(by=request.user, **form.values(region=stored.region, by=request.user))
        messages.success(request, "上报材料已保存")
        return redirect(stored)
    return ask(request, round, form, "保存上报材料", within=WITHIN)


@require_POST
def round_send(request, pk):
    round = ours(request, pk)
    round.send(by=request.user)
    messages.success(request, f"已以 {round.letter_no} 报三部门")
    return redirect(round)


def round_publicise(request, pk):
    round = ours(request, pk)
    form = PublishForm(posted(request), round=round)
    if not form.is_valid():
        document = ("查看名单公示（F-28，未盖章草稿，PDF）", reverse("round-document", args=[round.pk]))
        return ask(request, round, form, "公示拟认定名单", within=WITHIN, document=document)
    data = form.cleaned_data
    round.publicise(
        by=request.user,
        site_url=data["site_url"],
        confirmed=list(data["confirmed"]),
        confirmation=data["confirmation"],
    )
    messages.success(request, f"名单已公示，公示期至 {round.notice.ends_on}")
    return redirect(round)


@require_POST
def round_decide(request, pk):
    round = ours(request, pk, "round.decide")
    round.decide(by=request.user)
    messages.success(request, "本部门同意认定名单，已记录")
    return redirect(round)


def round_designate(request, pk):
    round = ours(request, pk)
    form = DesignateForm(posted(request))
    if not form.is_valid():
        gates = round.missing_before_designate()
        document = ("查看公布名单的通知（F-28，未盖章草稿，PDF）", reverse("round-document", args=[round.pk]))
        return ask(request, round, form, "公布名单", within=WITHIN, gates=gates, document=document)
    round.designate(by=request.user, **form.cleaned_data)
    messages.success(request, "名单已公布，名单内的县（市）成为示范县")
    return redirect(round)


def round_document(request, pk):
    """F-28 示范县名单公示（公示前）或公布名单的通知。"""
    round = ours(request, pk, "round.decide")
    return shown(documents.designation_list(round).pdf(), f"F-28-{round.batch.year}")


def round_city(request, pk, code):
    """One city in one round: its quota counted both ways, its applicants, its reports."""
    round = find_round(request, pk)
    cities = Region.objects.visible_to(request.user).filter(level=Region.Level.CITY)
    city = get_object_or_404(cities, code=code)
    without, including = round.counties_of(city)
    batch = round.batch
    applications = round.applications.visible_to(request.user).filter(region__parent=city).select_related("region")
    reports = round.recommendations.filter(region=city)
    has_draft = any(report.status == "draft" for report in reports)
    context = {
        "round": round,
        "city": city,
        "without": without,
        "including": including,
        "quota": round.quota_of(city),
        "quota_without": batch.quota(without),
        "quota_including": batch.quota(including),
        "used": round.applications.recommended_by(city).count(),
        "applications": applications,
        "reports": reports,
        "may_begin": not has_draft and round.accepts(clock.today()) and may(request.user, "recommendation.draft", city),
    }
    return render(request, "counties/round_city.html", context)
