"""R-11, R-13: nothing of one contractor reaches another, through any address, list, search, export or file.

Every text of the records of 确山 and its contractor carries a canary; the strangers then visit every page that the access
table knows, with the real numbers of those records. What the notice makes public is read without signing in and is not
searched here; tests/disclosure looks after that.
"""

import io
import re
import zipfile

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from tests.test_access import all_rows
from tests.world import visiting, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access")]

CANARY = "金丝雀"
ROOMS = ("projects", "acceptance", "funds")
SHARED_WITH_OFFICES = {
    "Contractor",
    "Licence",
    "CreditCheck",
    "CreditRating",
    "Evidence",
    "Assessment",
}  # every office reads them


def plantable(model):
    """Free texts of a model: no choices, nothing unique, long enough for a canary."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and type(field).__module__.startswith(
            "django."
        )
        if is_text and not (field.choices or field.unique or field.primary_key or (field.max_length or 99) < 20):
            yield field


def plant():
    """CANARY into every text that takes it; what the database guards against (digests, codes) is left alone."""
    planted = 0
    for model in apps.get_models():
        if (
            model._meta.app_label not in ROOMS
            or model.__name__.endswith("Event")
            or getattr(model, "append_only", False)
        ):
            continue
        for field in plantable(model):
            words = f"{CANARY}{model.__name__}{field.name}"[: field.max_length]
            try:
                with transaction.atomic():
                    planted += model._base_manager.update(**{field.name: words})
            except DatabaseError:
                continue
    return planted


@pytest.fixture(scope="module")
def canaries(world, django_db_blocker):  # noqa: F811
    with django_db_blocker.unblock():
        planted = plant()
    assert planted > 40
    return world


def text_of(response) -> str:
    """What a reader could find in the answer: headers, text, and the parts of a workbook."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    return f"{response.headers}\n{data.decode('utf-8', 'replace')}"


PAGES = {
    name: (name, make)
    for name, make, method, data, answers in all_rows()
    if method.upper() == "GET" and answers.get("anonymous") != 200
}


def without_what_was_typed(text):
    """The search words come back in their field, and on the sheet that says what a workbook was filtered by."""
    return re.sub(f'value="{CANARY}"|：{CANARY}(?=[<；])', "", text)


def found(canaries, client, django_db_blocker, actor, name, make):
    with visiting(canaries, client, django_db_blocker, actor) as address:
        url = address(name, make)
        pages = [url, f"{url}?q={CANARY}", f"{url}?page=2"]
        return [re.findall(f"{CANARY}(?!&)\\w*", without_what_was_typed(text_of(client.get(page)))) for page in pages]


@pytest.mark.parametrize("name", PAGES)
def test_another_contractor_sees_nothing_of_it(canaries, client, django_db_blocker, name):
    assert found(canaries, client, django_db_blocker, "other_contractor", *PAGES[name]) == [[], [], []]


@pytest.mark.parametrize("name", PAGES)
def test_the_clerk_of_another_county_sees_nothing_of_it(canaries, client, django_db_blocker, name):
    seen = {word for words in found(canaries, client, django_db_blocker, "neighbour", *PAGES[name]) for word in words}
    assert {word for word in seen if not re.match(f"{CANARY}({'|'.join(SHARED_WITH_OFFICES)})", word)} == set()


def test_the_canary_sings_for_its_owner(canaries, client, django_db_blocker):
    """The control: the same pages, asked by the contractor itself, are full of canaries."""
    heard = sum(
        any(words)
        for name in ("project-detail", "application-detail", "payment-detail", "contractor-detail", "project-list")
        for words in [found(canaries, client, django_db_blocker, "contractor", *PAGES[name])]
    )
    assert heard == 5
