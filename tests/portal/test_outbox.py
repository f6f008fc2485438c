"""Messages: one row per matter, step and recipient; letters from PostgreSQL, each once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from portal import outbox
from portal.mail import FolderBackend
from portal.models import Delivery, Message


class BrokenPostOffice(BaseEmailBackend):
    def send_messages(self, letters):
        raise ConnectionRefusedError("邮局关门")


def test_the_same_key_tells_nobody_twice(cast):
    people = [cast.clerk, cast.finance]
    assert outbox.tell(people, "请办理", key="matter:1:step") == 2
    assert outbox.tell([*people, cast.poverty], "请办理", key="matter:1:step") == 1
    assert Message.objects.filter(key__startswith="matter:1").count() == 3


def test_a_relay_sends_each_letter_once(cast):
    outbox.tell([cast.clerk], "请办理", key="matter:2", text="内容", link="/plans/1/")
    assert outbox.relay() >= 1
    assert outbox.relay() == 0
    letters = [letter for letter in mail.outbox if letter.to == [cast.clerk.email]]
    assert len(letters) == 1 and "请办理" in letters[0].subject
    assert letters[0].extra_headers["Message-ID"].startswith("<matter.2.")


def test_a_post_office_that_is_down_loses_nothing(cast, settings, monkeypatch):
    outbox.tell([cast.clerk], "请办理", key="matter:3")
    settings.EMAIL_BACKEND = f"{__name__}.BrokenPostOffice"
    assert outbox.relay() == 0
    delivery = Delivery.objects.get(message__key__startswith="matter:3")
    assert (delivery.state, delivery.attempts, delivery.error) == ("waiting", 1, "邮局关门")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later = outbox._real_now() + timedelta(hours=1)
    monkeypatch.setattr(outbox, "_real_now", lambda: later)
    assert outbox.relay() == 1


def test_after_eight_failures_a_letter_is_given_up_and_seen(cast, settings, monkeypatch):
    outbox.tell([cast.clerk], "请办理", key="matter:4")
    settings.EMAIL_BACKEND = f"{__name__}.BrokenPostOffice"
    now = outbox._real_now()
    for n in range(12):
        monkeypatch.setattr(outbox, "_real_now", lambda n=n: now + timedelta(days=n))
        outbox.relay()
    delivery = Delivery.objects.get(message__key__startswith="matter:4")
    assert (delivery.state, delivery.attempts) == ("dead", outbox.MAX_ATTEMPTS)


def test_the_demonstrations_post_office_writes_one_file_per_letter(cast, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    letter = mail.EmailMessage("题", "文", to=["a@example.invalid"], headers={"Message-ID": "<same@example.invalid>"})
    for _ in range(2):
        FolderBackend().send_messages([letter])
    assert len(list(tmp_path.glob("*.eml"))) == 1


@pytest.mark.django_db
def test_an_inactive_person_is_told_nothing(cast):
    cast.clerk.is_active = False
    assert outbox.tell([cast.clerk], "请办理", key="matter:5") == 0
