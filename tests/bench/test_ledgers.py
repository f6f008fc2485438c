"""make bench: 5,000 stations imported in the background, 10,000 rows read in little memory, pages over 30,000 rows."""

import resource
import subprocess
import sys
import time

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal import workbook
from projects.ledgers import STATIONS
from projects.models import Import, Station
from tests import builders
from tests.bench.test_bench import LIST_P95, measure
from tests.projects.ledger_rows import station, upload

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

IMPORTED, SECONDS = 5_000, 30
MOST, MEMORY = 10_000, 300 * 1024 * 1024
KEPT = 30_000


def said(words):
    print(f"\n{words}")  # noqa: T201  the figures are what this is for


def test_5000_stations_are_imported_in_half_a_minute(cast):
    project = builders.selected_project(cast)
    run = Import.queue(project, STATIONS, upload(STATIONS, [station(n) for n in range(1, IMPORTED + 1)]), by=cast.clerk)
    began = time.perf_counter()
    run.run()
    spent = time.perf_counter() - began
    again = Import.queue(project, STATIONS, upload(STATIONS, list(STATIONS.rows(project))), by=cast.clerk)
    began = time.perf_counter()
    again.run()
    said(f"{IMPORTED} 个站点导入 {spent:.1f} s（原样再导入 {time.perf_counter() - began:.1f} s）")
    assert (run.state, run.added, again.changed) == ("done", IMPORTED, 0)
    assert spent < SECONDS


@pytest.mark.parametrize("errors", [[], [("C31", "层级", "不在可选范围内")]], ids=["read", "annotate"])
def test_10000_rows_are_read_in_little_memory(errors):
    """The most that any process of ours took so far, children included, in a process of its own."""
    data = workbook.export(STATIONS.schema, [station(n) for n in range(1, MOST + 1)])
    asked = workbook._asked(STATIONS.schema, **({"errors": errors} if errors else {}))
    began = time.perf_counter()
    watched = (
        "import json, resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-I', sys.argv[1]], stdin=sys.stdin, capture_output=True, env={})\n"
        "print(done.returncode, len(done.stdout), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    line = workbook.json.dumps(asked).encode() + b"\n"
    out = subprocess.run([sys.executable, "-c", watched, str(workbook.CHILD)], input=line + data, capture_output=True)
    code, size, kilobytes = (int(word) for word in out.stdout.split())
    said(
        f"{MOST} 行 {len(data) / 1e6:.1f} MB：{kilobytes / 1024:.0f} MB，{time.perf_counter() - began:.1f} s，{size} 字节"
    )
    assert code == 0 and size > 1000
    assert kilobytes * 1024 < MEMORY
    assert resource.RLIMIT_AS


def test_pages_over_30000_stations_within_their_budgets(cast):
    project = builders.selected_project(cast)
    rows = (Station(project=project, **station(n, village_code=f"411725{n:06d}")) for n in range(1, KEPT + 1))
    Station.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE projects_station")
    client = Client()
    client.force_login(cast.clerk)
    table = reverse("project-ledger", args=[project.pk, "stations"])
    pages = [("第一页", table), ("最后一页", f"{table}?page=600"), ("搜索", f"{table}?q=演示29999村")]
    empty, _, _ = measure(Client(), reverse("healthz"))
    figures = {words: measure(client, url) for words, url in pages}
    for words, (median, p95, queries) in figures.items():
        times = f"中位 {median * 1000:.0f} ms，p95 {p95 * 1000:.0f} ms，空页的 {median / empty:.0f} 倍"
        said(f"{KEPT} 个站点 · {words}：{times}，{queries} 次查询")
    began = time.process_time()
    client.get(table)
    said(f"其中本进程处理器时间 {(time.process_time() - began) * 1000:.0f} ms")
    assert all(p95 < LIST_P95 and queries <= 20 for _, p95, queries in figures.values())


def test_10000_rows_are_exported(cast):
    project = builders.selected_project(cast)
    Station.objects.bulk_create([Station(project=project, **station(n)) for n in range(1, MOST + 1)], batch_size=2000)
    began = time.perf_counter()
    data = workbook.export(STATIONS.schema, list(STATIONS.rows(project)))
    said(f"导出 {MOST} 行：{time.perf_counter() - began:.1f} s，{len(data) / 1e6:.1f} MB")
    assert ContentFile(data).size < workbook.MAX_BYTES
