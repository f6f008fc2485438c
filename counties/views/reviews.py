"""部门意见：同意、逐项同意例外、按处退回、逐条答复。"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import must
from counties.review_forms import AgreeForm, AnswersForm, Points, RejectForm, SendBackForm, typed_points
from counties.views.found import find_plan, find_review
from portal.pages import ask, posted, status_of
from portal.rules import enforce

WITHIN = ("实施方案", "plan-list")


@require_POST
def review_agree(request, pk):
    review = find_review(request, pk)
    must(request.user, review.verb, review)
    form = AgreeForm(request.POST, review=review)
    if not form.is_valid():
        return ask(request, review.plan, form, f"同意（{review}）", within=WITHIN)
    review.agree(by=request.user, **form.cleaned_data)
    messages.success(request, f"{review}：同意，已记录")
    return redirect(review.plan)


def review_return(request, pk):
    """The whole plan goes back; city and province name the parts, one reason each."""
    review = find_review(request, pk)
    must(request.user, review.verb, review)
    form = SendBackForm(posted(request))
    if not review.names_parts:
        points = None
    elif "add_point" in request.POST:
        form = SendBackForm(initial={"opinion": request.POST.get("opinion", "")})
        points = typed_points(request.POST, review.plan)
    else:
        points = Points(posted(request), plan=review.plan)
    judged = [form] if points is None else [form, points]
    valid = [judge.is_bound and judge.is_valid() for judge in judged]  # all are judged: all errors show at once
    if all(valid):
        rows = points.rows() if points is not None else ()
        review.send_back(by=request.user, opinion=form.cleaned_data["opinion"], points=rows)
        messages.success(request, f"{review}：退回，方案已退县修改")
        return redirect(review.plan)
    page = {"review": review, "plan": review.plan, "form": form, "points": points}
    return render(request, "counties/review_return.html", page, status=status_of(*judged))


def review_reject(request, pk):
    """不予认可：only of a change, only by the province."""
    review = find_review(request, pk)
    must(request.user, review.verb, review)
    form = RejectForm(posted(request))
    if not form.is_valid():
        words = "一个部门不予认可，变更即告终止，原备案方案继续有效。"
        return ask(request, review.plan, form, f"不予认可（{review}）", within=WITHIN, words=words)
    review.reject(by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, f"{review}：不予认可，已通知县市")
    return redirect(review.plan)


def plan_answers(request, pk):
    """The returned points, one below the other, each answered in words before the plan is sent again."""
    plan = find_plan(request, pk)
    must(request.user, "plan.draft", plan.region)
    enforce(plan.BEFORE_EDIT, plan)
    form = AnswersForm(posted(request), points=plan.last_return_points())
    if not form.is_valid():
        return render(request, "counties/plan_answers.html", {"plan": plan, "form": form}, status=status_of(form))
    plan.answer_points(by=request.user, answers=form.answers())
    messages.success(request, "退回意见已逐条答复，可以修改后重新提交")
    return redirect(plan)
