"""Write the role table to Django groups and permissions, and every office's regions to guardian and the scope table."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from guardian.shortcuts import assign_perm, get_objects_for_group

from accounts.models import Office, Region, Scope
from accounts.roles import ROLES, VERBS


@transaction.atomic
def sync_roles(today):
    """Idempotent: what is in the table is in the database afterwards, and nothing else."""
    kind = ContentType.objects.get_for_model(Region)
    Permission.objects.bulk_create(
        [Permission(content_type=kind, codename=verb, name=words) for verb, (words, _) in VERBS.items()],
        update_conflicts=True,
        unique_fields=["content_type", "codename"],
        update_fields=["name"],
    )
    kinds = {p.codename: p for p in Permission.objects.filter(content_type=kind)}
    Permission.objects.filter(content_type=kind, codename__contains=".").exclude(codename__in=VERBS).delete()
    for code, role in ROLES.items():
        role_group(code).permissions.set([kinds[verb] for verb in role.verbs])
    for office in Office.objects.select_related("group", "region"):
        sync_office(office, today)


def role_group(code) -> Group:
    return Group.objects.get_or_create(name=f"role:{code}")[0]


def sync_office(office, today):
    """Write the office's regions to guardian, and its people's to the scope table."""
    see, act = office.sees(), office.acts_in(today)
    office.group.regiongrouppermission_set.all().delete()
    if see.exists():
        assign_perm("accounts.view_region", office.group, see)
    if act.exists():
        assign_perm("accounts.act_in_region", office.group, act)
    for person in office.people.all():
        sync_person(person)


def sync_person(person):
    """One person's groups (office and role) and scope, derived from guardian's rows of the office."""
    person.groups.set([person.office.group, role_group(person.role_code)] if person.office_id else [])
    Scope.objects.filter(user=person).delete()
    if person.office_id:
        view, act = (
            get_objects_for_group(person.office.group, f"accounts.{right}", Region.objects.all())
            for right in ("view_region", "act_in_region")
        )
        acting = set(act.values_list("pk", flat=True))
        Scope.objects.bulk_create(
            [Scope(user=person, region_id=pk, can_act=pk in acting) for pk in view.values_list("pk", flat=True)]
        )
