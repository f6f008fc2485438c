"""验收清单的页面：the standards of county and province by version, and the reference where there are none."""

from django.contrib import messages
from django.shortcuts import redirect, render

from acceptance import standards
from acceptance.forms import ChecklistTemplateForm, TemplateRows
from acceptance.models import ChecklistTemplate, TemplateItem
from accounts.access import may_at_home, must, own_region
from accounts.models import Region
from counties.models import County, FundLine
from portal.pages import posted, status_of


def checklist_list(request):
    templates = ChecklistTemplate.objects.visible_to(request.user).latest()
    templates = templates.select_related("county__region", "made_by__office").prefetch_related("items")
    reference = [
        (label, [TemplateItem(no=no, **row) for no, row in enumerate(standards.reference(direction), 1)])
        for direction, label in FundLine.Direction.choices
    ]
    context = {
        "templates": templates[:50],
        "reference": [(label, rows) for label, rows in reference if rows],
        "may_edit": may_at_home(request.user, "checklist.edit"),
        "directions": FundLine.Direction.choices,
    }
    return render(request, "acceptance/checklist_list.html", context)


def checklist_new(request):
    """制定一个新版本：从现行版本（没有的，从参考标准）改起。"""
    region = own_region(request.user)
    must(request.user, "checklist.edit", region)
    county = None if region.level == Region.Level.PROVINCE else _county_of(region)
    form = ChecklistTemplateForm(posted(request), initial=request.GET.dict())
    rows = TemplateRows(request.POST, prefix="items") if request.method == "POST" else None
    if "add_item" in request.POST:
        form, rows = ChecklistTemplateForm(initial=request.POST.dict()), rows.typed(blank=1)
    elif rows is None:
        start = _start_from(county, request.GET.get("direction", ""), request.GET.get("expense", ""))
        rows = TemplateRows.showing(start, blank=1, prefix="items")
    elif form.is_valid() and rows.is_valid() and rows.rows():
        template = ChecklistTemplate.publish(county, by=request.user, items=rows.rows(), **form.cleaned_data)
        messages.success(request, f"已制定{template}；此后组成验收组的申请按这一版验收")
        return redirect(template)
    context = {"form": form, "rows": rows, "place": county or region}
    return render(request, "acceptance/checklist_form.html", context, status=status_of(form, rows))


def _county_of(region):
    return County.objects.select_related("region", "batch").get(region=region)


def _start_from(county, direction, expense):
    """The rows of the version in force here, else the reference."""
    if direction not in FundLine.Direction.values:
        direction = ""
    here = ChecklistTemplate.objects.filter(county=county, direction=direction, expense=expense)
    if template := here.order_by("-version").first():
        return [
            {name: value for name, value in item.criterion().items() if name != "no"} for item in template.items.all()
        ]
    return [row | {"required": True} for row in standards.reference(direction)]
