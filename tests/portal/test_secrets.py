"""Personal fields: encrypted in the database, masked in the portal, found by digest, loud under a wrong key."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.test.utils import isolate_apps

from accounts.personal import may_read_personal
from portal import clock, secrets
from portal.models import Unmasking
from portal.rules import Refused
from portal.secrets import DigestField, EncryptedField, Secret, WrongKey, digest_of, digests_of, masked
from portal.unmasking import OPEN_FOR
from tests import builders

OLD, NEW = "old-key-0123456789-0123456789-0123456789", "new-key-0123456789-0123456789-0123456789"
ID = "41172519900101123X"


with isolate_apps("portal"):

    class Card(models.Model):
        """Stands in for any record with personal fields; it is never saved."""

        id_no = EncryptedField("身份证号")
        id_digest = DigestField(of="id_no")
        phone = EncryptedField("手机号", kind="phone")

        class Meta:
            app_label = "portal"

        def __str__(self):
            return str(self.id_no)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (ID, "id", "411***********123X"),
        ("13800005678", "phone", "138****5678"),
        ("6200000012345678", "account", "************5678"),
        ("演示甲", "name", "演**"),
        ("1234", "phone", "****"),
        ("", "id", ""),
    ],
)
def test_a_masked_value_keeps_only_its_ends(value, kind, shown):
    assert masked(value, kind) == shown
    assert str(Secret(value, kind)) == f"{Secret(value, kind)}" == shown


def test_an_attribute_is_masked_from_the_moment_it_is_written():
    card = Card(id_no=ID, phone="13800005678")
    assert (str(card.id_no), card.id_no.plain) == ("411***********123X", ID)
    assert ID not in repr(card.id_no) and ID not in str(vars(card))
    assert card.id_no == ID and card.id_no != "x" and not Card().id_no


def test_what_the_database_gets_is_cipher_text_and_another_one_every_time():
    field = Card._meta.get_field("id_no")
    first, second = field.get_prep_value(ID), field.get_prep_value(ID)
    assert first != second and ID not in first
    assert field.from_db_value(first, None, None) == ID
    with pytest.raises(FieldError):
        field.get_lookup("exact")


def test_equal_values_have_equal_digests_and_the_key_is_needed_for_them(settings):
    assert digest_of(ID) == digest_of(Secret(ID, "id")) != digest_of("411725199001011248")
    assert digest_of("") == "" and digests_of("") == []
    card = Card(id_no=ID)
    assert Card._meta.get_field("id_digest").pre_save(card, True) == card.id_digest == digest_of(ID)
    before = digest_of(ID)
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert digest_of(ID) != before


def test_keys_rotate_and_a_wrong_key_is_loud(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    token, digest = secrets.encrypted(ID), digest_of(ID)
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    assert secrets.decrypted(token) == ID, "the older key still reads"
    assert digests_of(ID) == [digest_of(ID), digest], "a search finds rows of both keys"
    anew = secrets.encrypted(secrets.decrypted(token))
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert secrets.decrypted(anew) == ID
    with pytest.raises(WrongKey, match="PERSONAL_DATA_KEY"):
        secrets.decrypted(token)
    with pytest.raises(WrongKey):
        secrets.decrypted("not a token")


def test_a_form_shows_nothing_and_an_empty_answer_keeps_what_is_there():
    card = Card(id_no=ID)
    field = Card._meta.get_field("id_no")
    assert field.value_from_object(card) == ""
    field.save_form_data(card, "")
    assert card.id_no == ID
    field.save_form_data(card, "411725199001011248")
    assert card.id_no == "411725199001011248"


def test_P_210_a_look_needs_a_reason_and_leaves_an_event(cast):
    project = builders.selected_project(cast)
    with pytest.raises(Refused, match="P-210"):
        Unmasking.make(project, ["学员名册"], by=cast.clerk, reason="  ", is_export=True)
    look = Unmasking.make(project, ["学员名册"], by=cast.clerk, reason="核对签到", is_export=True)
    event = project.events.latest("pk")
    assert (event.reason, event.by, event.chain) == ("核对签到", cast.clerk, "411725") and "学员名册" in event.words
    assert look.is_open(clock.now()) and not look.is_open(clock.now() + OPEN_FOR)
    with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE portal_unmasking SET reason = 'x'")


def test_who_may_read_in_full_stands_in_one_table(cast):
    project = builders.selected_project(cast)
    may = {name for name in vars(cast) if name not in ("county", "neighbour_county", "direct_county")}
    may = {name for name in may if may_read_personal(getattr(cast, name), project)}
    assert may == {"clerk", "contractor", "poverty", "auditor"}


def test_production_demands_a_long_key():
    env = {
        **os.environ,
        "PORTAL_MODE": "production",
        "SECRET_KEY": "x" * 60,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/portal",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PERSONAL_DATA_KEY": "short",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True
    )
    assert done.returncode and ImproperlyConfigured.__name__ in done.stderr and "PERSONAL_DATA_KEY" in done.stderr


def test_the_command_writes_every_row_anew(cast):
    call_command("rotate_personal_keys", verbosity=0)
