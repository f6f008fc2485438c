"""Doors of the ground floor: health, files, the training clock, the gallery of shapes."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal import clock, training
from portal.forms import DateField
from portal.models import Attachment, Unmasking


class ClockForm(forms.Form):
    to = DateField(label="调到哪一天", help_text="只能向后调；中间每一天的到期任务会按顺序执行")

    def clean_to(self):
        day = self.cleaned_data["to"]
        if not clock.today() <= day <= training.FURTHEST:
            raise ValidationError(f"请选择 {clock.today()} 至 {training.FURTHEST} 之间的日期")
        return day


@login_not_required
def healthz(request):
    """Alive and able to reach the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def file(request, pk):
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return download(attachment)


def download(attachment):
    """An upload is never shown by the browser inside our pages: attachment, nosniff, a sandbox of its own."""
    if not attachment.path.exists():
        raise Http404("文件不在存储中")
    response = FileResponse(
        attachment.path.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@never_cache
def unmasking_detail(request, pk):
    """What was opened, to the person who gave the reason, for a quarter of an hour; later only that it was opened."""
    unmasking = get_object_or_404(Unmasking.objects.visible_to(request.user), pk=pk)
    is_open = unmasking.is_open(clock.now())
    context = {"unmasking": unmasking, "is_open": is_open, "values": unmasking.shown() if is_open else []}
    return render(request, "portal/unmasking_detail.html", context)


def training_clock(request):
    _clock_keeper(request.user)
    return render(request, "portal/clock.html", {"form": ClockForm(initial={"to": clock.today()})})


@require_POST
def set_training_clock(request):
    _clock_keeper(request.user)
    form = ClockForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/clock.html", {"form": form}, status=422)
    ran = training.move_to(form.cleaned_data["to"])
    messages.success(request, f"演练日期现在是 {clock.today()}，按顺序执行了 {len(ran)} 项到期任务")
    return redirect("clock")


def _clock_keeper(user):
    if not user.has_perm("accounts.portal.clock"):
        raise PermissionDenied("只有系统管理员可以调整演练时钟")
