"""Who may read personal fields in full (domain/actors.md, field-level rules): one question, for every record that has any.

The recording organisation (the contractor of the project and its county's commerce bureau), the poverty line of county
and province, and the auditors; the verb `personal.unmask` says which posts, the record says where.
"""

from django.core.exceptions import PermissionDenied

from accounts.access import is_office
from accounts.models import Scope

VERB = "personal.unmask"


def may_read_personal(user, record) -> bool:
    """`record` has a region and, where a contractor keeps it, `contractor`. Auditors act nowhere but read everywhere."""
    if not user.has_perm(f"accounts.{VERB}"):
        return False
    if is_office(user):
        return Scope.objects.filter(user=user, region=record.region).exists()
    contractor = getattr(record, "contractor", None)
    return bool(contractor) and contractor.admits(user)


def must_read_personal(user, record):
    if not may_read_personal(user, record):
        raise PermissionDenied("完整的身份证号、手机号只对记录单位、扶贫部门和审计开放，其他岗位只看脱敏后的内容")
