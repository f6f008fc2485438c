"""What (role table) × where (guardian on regions, and the scope table kept equal to it)."""

import pytest
from django.contrib.auth.models import Permission
from guardian.shortcuts import get_objects_for_user

from accounts.access import may
from accounts.models import Office, Region, RegionUserPermission, Scope, User
from accounts.roles import ROLES, VERBS
from accounts.sync import role_group, sync_roles
from counties.models import Plan
from tests import builders


def test_reference_data_is_complete(cast):
    assert Region.objects.at("county").count() == 158
    assert Region.objects.at("city").count() == 17  # and 济源, which is county-level and hangs on the province
    assert Region.objects.at("town").count() == 237
    assert sum(region.is_province_direct(builders.START) for region in Region.objects.at("county")) == 10
    designated = set(Region.objects.exclude(designations=None).values_list("name", flat=True))
    assert designated == {
        "确山县",
        "鹿邑县",
        "淇县",
        "封丘县",
        "永城市",
        "西华县",
        "宁陵县",
        "杞县",
        "宝丰县",
        "夏邑县",
        "台前县",
        "淅川县",
        "正阳县",
    }
    assert Region.objects.filter(designations__isnull=False, poverty="national").count() == 5


def test_the_role_table_and_the_database_agree(cast):
    for code, role in ROLES.items():
        held = role_group(code).permissions.values_list("codename", flat=True)
        assert set(held) == role.verbs <= set(VERBS)
    assert set(Permission.objects.filter(codename__contains=".").values_list("codename", flat=True)) == set(VERBS)


def test_every_verb_is_somebodys_job():
    assert set().union(*(role.verbs for role in ROLES.values())) == set(VERBS)


def test_the_scope_table_equals_guardian_for_every_person(cast):
    for user in User.objects.select_related("office"):
        for right, scopes in (("view_region", user.scopes.all()), ("act_in_region", user.scopes.filter(can_act=True))):
            told = get_objects_for_user(user, f"accounts.{right}", Region, accept_global_perms=False, use_groups=True)
            assert set(told.values_list("pk", flat=True)) == set(scopes.values_list("region_id", flat=True)), user


def test_a_scope_that_guardian_does_not_know_is_found(cast):
    """The control: the comparison above must be able to fail."""
    Scope.objects.create(user=cast.neighbour, region=cast.county.region)
    with pytest.raises(AssertionError):
        test_the_scope_table_equals_guardian_for_every_person(cast)


def test_rights_are_never_given_to_one_person(cast):
    assert RegionUserPermission.objects.count() == 0


def test_a_city_sees_a_province_direct_county_but_does_not_act_in_it(cast):
    zhoukou = User.objects.get(username="zhoukou-commerce")
    luyi = cast.direct_county.region
    assert Region.objects.visible_to(zhoukou).filter(pk=luyi.pk).exists()
    assert not may(zhoukou, "plan.review", luyi)
    assert may(zhoukou, "plan.review", Region.objects.get(name="西华县"))


def test_the_administrator_touches_no_business(cast):
    verbs = ROLES["province.admin.administrator"].verbs
    assert verbs == {"portal.clock"}


def test_evaluator_and_auditor_read_and_do_nothing(cast):
    """Auditors read secret fields by order (actors.md 2.1), each look with its reason and its event; what they find out
    of order they write down (G-23)."""
    plan = builders.draft_plan(cast)
    for reader, looks in (
        (cast.evaluator, set()),
        (cast.auditor, {"accounts.personal.unmask", "accounts.breach.register"}),
    ):
        assert Plan.objects.visible_to(reader).filter(pk=plan.pk).exists()
        assert reader.get_all_permissions() & {f"accounts.{verb}" for verb in VERBS} == looks
        assert not plan.region.admits(reader)


def test_a_transfer_takes_effect_with_one_sync(cast):
    office = Office.objects.get(name="淅川县商务局")
    cast.clerk.office = office
    cast.clerk.save()
    sync_roles(builders.START)
    clerk = User.objects.get(pk=cast.clerk.pk)
    assert not may(clerk, "plan.draft", cast.county.region)
    assert may(clerk, "plan.draft", cast.neighbour_county.region)


def test_a_contractor_is_admitted_by_membership_only(cast):
    project = builders.selected_project(cast)
    assert may(cast.contractor, "information.submit", project.contractor)
    assert not may(cast.other_contractor, "information.submit", project.contractor)
    assert not may(cast.contractor, "information.submit", cast.county.region)
