"""make bench: the lists of projects and ledgers with a province of 600 projects, 30,000 stations, 60,000 trainees."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from counties.models import County
from projects.models import (
    Agreement,
    Attendance,
    Enrolment,
    Milestone,
    Package,
    Procurement,
    Project,
    Station,
    Trainee,
    TrainingSession,
)
from tests import builders
from tests.bench.test_bench import DETAIL_QUERIES, LIST_P95, LIST_QUERIES, PUBLIC_QUERIES, measure

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

PROJECTS, STATIONS, TRAINEES, BATCH = 600, 50, 100, 5_000  # stations and trainees of each project


@pytest.fixture
def province(cast):
    session = builders.training_session(cast, people=2)
    one = session.project
    counties = list(County.objects.select_related("region"))
    made = range(PROJECTS)
    procurements = Procurement.objects.bulk_create(
        [
            Procurement(county=counties[n % len(counties)], name=f"演示采购{n}", content_text="演示", conditions="演示",
                        budget=1_000_000, drafted_by=cast.clerk)
            for n in made
        ]
    )  # fmt: skip
    packages = Package.objects.bulk_create(
        [Package(procurement=p, no=1, name=p.name, fund_line=one.fund_line, budget=p.budget) for p in procurements]
    )
    projects = Project.objects.bulk_create(
        [
            Project(county=p.procurement.county, no=f"演{n:06d}", name=f"演示项目{n}", fund_line=one.fund_line,
                    procurement=p.procurement, package=p, contractor=one.contractor, status="underway",
                    started_on=one.started_on, owner_person="演示", owner_phone="0000")
            for n, p in enumerate(packages)
        ]
    )  # fmt: skip
    Agreement.objects.bulk_create(
        [Agreement(project=p, no=f"演示协议{p.no}", central_amount=1_000_000, drafted_by=cast.clerk) for p in projects]
    )
    Milestone.objects.bulk_create([Milestone(project=p, name="完工", due_on="2021-12-31") for p in projects])
    _fill_ledgers(projects, session)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cast, one, next(p for p in projects if p.county_id == cast.county.pk)


def _fill_ledgers(projects, session):
    Station.objects.bulk_create(
        [
            Station(project=p, no=f"ZD{n:05d}", name=f"演示站点{n}", level="village", town="演示镇", village=f"演示村{n}",
                    village_code=f"{p.county.region.code}{(k * STATIONS + n):06d}", operator_name="演示", area=Decimal(20),
                    operator_phone="00000000000", opened_on="2020-11-01", operation="open", poor_village=n % 3 == 0)
            for k, p in enumerate(projects)
            for n in range(STATIONS)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    courses = session.course.__class__.objects.bulk_create(
        [session.course.__class__(project=p, name="演示课程", kind=session.course.kind, hours=8) for p in projects]
    )
    held = TrainingSession.objects.bulk_create(
        [
            TrainingSession(project=c.project, course=c, no=1, date_from=session.date_from, date_to=session.date_to,
                            place="演示", organizer="演示", planned=TRAINEES)
            for c in courses
        ]
    )  # fmt: skip
    categories = Trainee.Category.values
    people = Trainee.objects.bulk_create(
        [
            Trainee(project=s.project, name=f"演示{n}", gender="male", id_no=f"8{k * TRAINEES + n:017d}",
                    phone=f"139{k * TRAINEES + n:08d}", village="演示村", category=categories[n % 5], is_poor=n % 5 == 3)
            for k, s in enumerate(held)
            for n in range(TRAINEES)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    lines = Enrolment.objects.bulk_create(
        [Enrolment(session=held[k // TRAINEES], trainee=t, no=f"1-{k % TRAINEES:05d}", exam_score=80)
         for k, t in enumerate(people)],
        batch_size=BATCH,
    )  # fmt: skip
    Attendance.objects.bulk_create([Attendance(enrolment=e, day=session.date_from) for e in lines], batch_size=BATCH)


def test_600_projects_30000_stations_60000_trainees_within_their_budgets(province):
    cast, trained, project = province
    assert Project.objects.count() > PROJECTS and Station.objects.count() >= PROJECTS * STATIONS
    assert Trainee.objects.count() >= PROJECTS * TRAINEES
    page = lambda name, *args: reverse(name, args=args)  # noqa: E731
    pages = [
        ("项目列表", "project-list", (), LIST_QUERIES),
        ("项目台账", "project-ledger-list", (), LIST_QUERIES),
        ("采购列表", "procurement-list", (), LIST_QUERIES),
        ("承办单位", "contractor-list", (), LIST_QUERIES),
        ("全部站点", "station-list", (), LIST_QUERIES),
        ("交易和活动信息", "information-list", (), LIST_QUERIES),
        ("验收列表", "application-list", (), LIST_QUERIES),
        ("一个项目", "project-detail", (project.pk,), DETAIL_QUERIES),
        ("一个项目的站点台账", "project-ledger", (project.pk, "stations"), LIST_QUERIES),
        ("一个项目的培训", "training-list", (project.pk,), LIST_QUERIES),
        ("工作台", "desk", (), DETAIL_QUERIES),
    ]
    rows = []
    for level, person in (("县", cast.clerk), ("省", cast.henan_commerce)):
        client = Client()
        client.force_login(person)
        for words, name, args, most in pages:
            rows.append((f"{words} · {level}", *measure(client, page(name, *args)), most))
    rows.append(("公开县专栏", *measure(Client(), page("public-county", cast.county.region.code)), PUBLIC_QUERIES))
    print(
        f"\n| 页面（{PROJECTS} 项目、{PROJECTS * STATIONS} 站点、{PROJECTS * TRAINEES} 学员） | 中位 ms | p95 ms | 查询 | 达标 |"
    )
    print("|---|---|---|---|---|")
    over = []
    for words, median, p95, queries, most in rows:
        ok = p95 <= LIST_P95 and queries <= most
        over += [] if ok else [words]
        print(f"| {words} | {median * 1000:.1f} | {p95 * 1000:.1f} | {queries} | {'√' if ok else '×'} |")
    assert over == []
