"""责令限期整改、销号：the deeds of the province on the standing of a county (25号 三（五）)."""

from django.contrib import messages
from django.shortcuts import redirect

from accounts.access import must
from accounts.models import User
from counties.views.found import find_county
from portal.outbox import tell
from portal.pages import ask, posted
from projects.forms.shapes import ReasonForm
from supervision.forms.sanction import RectificationForm

WITHIN = ("示范县", "county-list")


def county_rectify(request, pk):
    county = find_county(request, pk)
    must(request.user, "county.rectify", county.region)
    form = RectificationForm(posted(request))
    if not form.is_valid():
        words = "整改期间，每一笔拨付须经市级（省直管县经省级）同意。"
        return ask(request, county, form, "责令限期整改", within=WITHIN, words=words)
    county.order_rectification(by=request.user, **form.cleaned_data)
    _tell(county, f"责令限期整改，期限 {county.rectify_by}：{county}", form.cleaned_data["reason"])
    messages.success(request, f"已责令限期整改，期限 {county.rectify_by}")
    return redirect(county)


def county_rectified(request, pk):
    county = find_county(request, pk)
    must(request.user, "county.rectify", county.region)
    form = ReasonForm(posted(request), label="销号的依据")
    if not form.is_valid():
        return ask(request, county, form, "整改销号", within=WITHIN, words="写明“回头看”等核查的结果。")
    county.end_rectification(by=request.user, **form.cleaned_data)
    _tell(county, f"整改已销号：{county}", form.cleaned_data["reason"])
    messages.success(request, "整改已销号，示范县恢复原状态")
    return redirect(county)


def _tell(county, words, text):
    people = [*User.objects.serving(county.region), *User.objects.serving(county.region.parent)]
    key = f"county:{county.pk}:standing:{county.events.count()}"
    tell(people, words, key=key, text=text, link=county.get_absolute_url())
