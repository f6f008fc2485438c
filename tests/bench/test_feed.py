"""make bench: 10,000 rows of station records in one call, new, the same, and all changed."""

import time

import pytest

from tests.projects.test_feed import caller, feeding, many  # noqa: F401

pytestmark = [pytest.mark.bench, pytest.mark.django_db]


def test_10_000_rows_in_one_call(feeding):  # noqa: F811
    project, call = feeding
    rows = many(project, 10_000)
    changed = [row | {"buy_orders": row["buy_orders"] + 1} for row in rows]
    print()  # noqa: T201
    for words, sent in (("新增", rows), ("未变", rows), ("更正", changed)):
        began, used = time.perf_counter(), time.process_time()
        assert call("records", sent).status_code == 200
        spent, used = time.perf_counter() - began, time.process_time() - used
        print(f"10,000 行{words}：{spent:.2f} s（网站进程占用处理器 {used:.2f} s）")  # noqa: T201
        assert used < 6
