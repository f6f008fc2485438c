"""make bench: the training ledger with 60,000 trainees in one project, times of this machine."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from projects.ledgers import TRAINEES
from projects.models import Attendance, Enrolment, Trainee, TrainingSession
from tests import builders
from tests.bench.test_bench import measure

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

PEOPLE, SESSIONS, BATCH = 60_000, 200, 5_000
QUERIES = 15
P95 = 1.0  # s: 20 times the largest real project, everything counted afresh; the real size stands in test_scale.py


@pytest.fixture
def full(cast):
    """Numbers are made up without a check digit: nothing here reads them."""
    session = builders.training_session(cast, people=2)
    project = session.project
    held = TrainingSession.objects.bulk_create(
        [
            TrainingSession(project=project, course=session.course, no=n, date_from=session.date_from,
                            date_to=session.date_to, place="演示", organizer="演示", planned=300)
            for n in range(2, SESSIONS + 2)
        ]
    )  # fmt: skip
    categories = Trainee.Category.values
    people = Trainee.objects.bulk_create(
        [
            Trainee(project=project, name=f"演示{n}", gender="male", id_no=f"8{n:017d}", phone=f"139{n:08d}",
                    village=f"演示村{n % 300}", category=categories[n % 5], is_poor=n % 5 == 3)
            for n in range(PEOPLE)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    lines = Enrolment.objects.bulk_create(
        [Enrolment(session=held[n % SESSIONS], trainee=t, no=f"{held[n % SESSIONS].no}-{n:05d}", exam_score=n % 100)
         for n, t in enumerate(people)],
        batch_size=BATCH,
    )  # fmt: skip
    Attendance.objects.bulk_create([Attendance(enrolment=e, day=session.date_from) for e in lines], batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cast, project, held[0]


def test_the_training_ledger_keeps_its_budgets_with_60000_trainees(full):
    cast, project, session = full
    client = Client()
    client.force_login(cast.clerk)
    pages = [
        ("台账统计", reverse("training-list", args=[project.pk]), QUERIES),
        ("期次", reverse("session-detail", args=[session.pk]), 20),
        ("学员台账", reverse("project-ledger", args=[project.pk, TRAINEES.name]), QUERIES),
    ]
    for words, url, queries in pages:
        median, p95, asked = measure(client, url)
        print(f"{words}: median {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, {asked} queries")
        assert asked <= queries and p95 < P95, url
