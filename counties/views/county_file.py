"""一县一档：the whole file of a county as ZIP, and F-26."""

from django.http import HttpResponse

from accounts.access import must
from counties import documents
from counties.dossier import Dossier
from counties.views.found import find_county
from portal import clock
from portal.documents import shown


def county_file(request, pk):
    county = find_county(request, pk)
    answer = HttpResponse(Dossier(county).zip(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="county-{county.region.code}-{clock.today()}.zip"'
    return answer


def liaison_paper(request, pk):
    """F-26 信息联络员备案表: with the telephone in full, so only for those who keep it."""
    county = find_county(request, pk)
    must(request.user, "county.edit", county.region)
    return shown(documents.liaison_record(county).pdf(), f"F-26-{county.region.code}")
