"""How the first people come into an install, and how the role table comes into its database."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.access import may
from accounts.models import Region, Scope, User
from counties.models import County

FINANCE = {"region": "411725", "bureau": "finance", "office": "确山县财政局", "post": "演示经办"}


def run(name, *arguments, **options):
    out = StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def test_a_new_person_can_sign_in_and_do_the_job_of_the_post(cast, client):
    username, password = run("person", "queshan-finance-2", **FINANCE).partition("（")[0].split()
    assert client.login(username=username, password=password)
    person = User.objects.get(username=username)
    assert person.office == cast.finance.office
    queshan, xichuan = (Region.objects.get(code=code) for code in ("411725", "411326"))
    assert may(person, "payment.pay", queshan)
    assert not may(person, "payment.pay", xichuan) and not may(person, "plan.approve", queshan)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"region": "999999"}, "没有行政区划代码"),
        ({"bureau": "liaison", "position": "auditor"}, "没有 county.liaison.auditor 这个岗位"),
        ({"office": "确山县商务局"}, "已经存在，但地区、级别或条线不同"),
    ],
)
def test_nonsense_makes_nobody(cast, changed, words):
    with pytest.raises(CommandError, match=words):
        run("person", "somebody", **(FINANCE | changed))
    assert not User.objects.filter(username="somebody").exists()


def test_a_name_is_given_once(cast):
    with pytest.raises(CommandError, match="已经存在"):
        run("person", "queshan-finance", **FINANCE)


def test_the_commands_of_a_release_may_be_repeated(cast):
    before = Scope.objects.count(), County.objects.count()
    assert "13 个示范县" in run("reference")
    assert "个岗位" in run("sync_roles")
    assert (Scope.objects.count(), County.objects.count()) == before
