"""批次的页面：the numbers of the programme, each with its clause and its history."""

from types import SimpleNamespace

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import may_at_home, must
from counties.batch_forms import BatchCopyForm, BatchForm
from counties.figures import GROUPS
from counties.models import Batch
from portal import money
from portal.models import Event
from portal.pages import page_of, posted, status_of
from portal.templatetags.ui import in_words

NAMES = {field.name: field.verbose_name for field in Batch._meta.concrete_fields}
SHARES = {figure.field for _, figures in GROUPS for figure in figures if figure.is_share}


def _shown(name, value):
    if name in SHARES and value is not None:
        return f"{money.percent(value, 1)}%" if not isinstance(value, str) else f"{float(value):.2%}"
    if isinstance(value, list):
        return "、".join(map(str, value)) or "无"
    return in_words(value)


def find_batch(request, pk):
    return get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)


def batch_list(request):
    batches = Batch.objects.visible_to(request.user).annotate(designated_count=Count("counties")).order_by("-year")
    context = {"page": page_of(request, batches)}
    return render(request, "counties/batch_list.html", context)


def batch_detail(request, pk):
    batch = find_batch(request, pk)
    groups = [
        (title, [(NAMES[f.field], _shown(f.field, getattr(batch, f.field)), f.clause, f.rules) for f in figures])
        for title, figures in GROUPS
    ]
    events = list(Event.objects.about(batch))
    changes = [
        SimpleNamespace(
            event=event,
            rows=[(NAMES[name], _shown(name, old), _shown(name, new)) for name, (old, new) in event.data.items()],
        )
        for event in reversed(events)
        if event.words == "修改批次参数"
    ]
    context = {
        "batch": batch,
        "groups": groups,
        "changes": changes,
        "events": events,
        "rounds": batch.rounds.visible_to(request.user),
        "may_edit": may_at_home(request.user, "batch.edit"),
    }
    return render(request, "counties/batch_detail.html", context)


def batch_edit(request, pk):
    batch = find_batch(request, pk)
    must(request.user, "batch.edit", batch.region)
    form = BatchForm(posted(request), instance=batch)
    if form.is_valid():
        stored = find_batch(request, pk)  # the form has written its values into `batch`
        changed = stored.edit(by=request.user, **form.cleaned_data)
        messages.success(request, "批次参数已修改，前后数字和理由已记录" if changed else "没有改动，未作记录")
        return redirect(stored)
    page = {"batch": batch, "form": form, "heading": f"修改{batch}参数", "act": "保存并记录理由"}
    return render(request, "counties/batch_form.html", page, status=status_of(form))


def batch_copy(request, pk):
    batch = find_batch(request, pk)
    must(request.user, "batch.edit", batch.region)
    form = BatchCopyForm(posted(request))
    if form.is_valid():
        fresh = batch.copy(by=request.user, **form.cleaned_data)
        messages.success(request, f"已建立{fresh}，数字与{batch}相同，请逐项核对后修改")
        return redirect(fresh)
    page = {"batch": batch, "form": form, "heading": f"由{batch}复制下一批次", "act": "建立新批次"}
    return render(request, "counties/batch_form.html", page, status=status_of(form))
