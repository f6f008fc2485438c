"""The admin site shows and changes nothing, for anybody."""

import pytest
from django.urls import NoReverseMatch, reverse

from counties.models import Plan
from tests import builders


def test_only_staff_reach_the_read_only_admin(cast, as_user):
    plan = builders.draft_plan(cast)
    page = f"/admin/counties/plan/{plan.pk}/change/"
    assert as_user(cast.clerk).get(page).status_code == 302
    response = as_user(cast.henan_admin).get(page)
    assert response.status_code == 200 and "_save" not in response.content.decode()
    assert as_user(cast.henan_admin).post(page, {"status": "recorded"}).status_code == 403
    assert Plan.objects.get(pk=plan.pk).status == "draft"
    with pytest.raises(NoReverseMatch):
        reverse("admin:projects_transactioninformation_changelist")
