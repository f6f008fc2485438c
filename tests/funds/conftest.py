"""One approved payment for the proofs that try many things on it: made once a file, each try is rolled back."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from portal import clock
from tests import builders
from tests.conftest import gather_cast
from tests.funds import moves


@pytest.fixture(scope="module")
def ready_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        token = clock._pinned.set(clock.morning(builders.START))
        with transaction.atomic():
            cast = gather_cast()
            payment = moves.approved(cast)
            builders.seal()
            yield SimpleNamespace(cast=cast, payment=payment, today=clock.today())
            transaction.set_rollback(True)
        clock._pinned.reset(token)


@pytest.fixture
def ready(ready_once, first_of_september_2020, django_db_blocker):
    """(cast, payment, today): every gate of `payment` is open today; what a test does is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        builders.go_to(ready_once.today)
        ready_once.payment.refresh_from_db()
        yield ready_once
        transaction.set_rollback(True)
