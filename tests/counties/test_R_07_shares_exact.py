"""R-07: the shares of a plan are judged to the cent, by the rules themselves, against an oracle in whole numbers.

Push: 1,000 random plans within ±0.01 元 of a floor; `NIGHT=1`: 10,000. No float reaches a judgement or the database.
"""

import os
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counties.models import Batch, County, FundLine, Plan
from counties.rules import plan as rules
from counties.workbook import FUND_LINES
from portal import money, workbook

PLANS = 10_000 if os.environ.get("NIGHT") else 1_000
FLOORS = {  # direction → (rule, percent that the notice says)
    "logistics": (rules.logistics_share, 30),
    "produce": (rules.produce_share, 30),
    "goods": (rules.goods_share, 20),
}
BATCH = Batch(
    min_logistics_share=Decimal("0.3"), min_produce_share=Decimal("0.3"), min_goods_share=Decimal("0.2")
)  # as the notice has it; nothing is stored


def plan_of(cents):
    """A plan in memory with lines of so many cents, several to a direction."""
    plan = Plan(pk=1, county=County(batch=BATCH))
    lines = [
        FundLine(plan=plan, no=no, direction=direction, name="演示", central_amount=Decimal(amount) / 100)
        for no, (direction, amount) in enumerate(cents, start=1)
    ]
    plan._prefetched_objects_cache = {"lines": _Lines(lines)}
    return plan


class _Lines(list):
    def all(self):
        return self


@st.composite
def plans_at_a_floor(draw):
    """[(direction, cents)]: the share of one direction is its floor exactly, a cent more or a cent less."""
    chosen = draw(st.sampled_from(sorted(FLOORS)))
    percent = FLOORS[chosen][1]
    whole = draw(st.integers(100, 10**11))
    least = -(-whole * percent // 100)  # the smallest number of whole cents that is not below the floor
    part = max(0, min(whole, least + draw(st.sampled_from((-1, 0, 1)))))
    rest = [name for name in ("logistics", "produce", "goods", "training") if name != chosen]
    cut = sorted(draw(st.lists(st.integers(0, whole - part), min_size=2, max_size=2)))
    shares = [cut[0], cut[1] - cut[0], whole - part - cut[1]]
    split = draw(st.integers(0, part))
    return [(chosen, split), (chosen, part - split), *zip(rest, shares, strict=True)]


def below(cents):
    """The oracle: whole numbers only."""
    whole = sum(amount for _, amount in cents)
    part = {name: sum(amount for direction, amount in cents if direction == name) for name in FLOORS}
    return {name for name, (_, percent) in FLOORS.items() if part[name] * 100 < percent * whole}


def judged(cents):
    plan = plan_of(cents)
    return {name for name, (rule, _) in FLOORS.items() if rule(plan)}


def mismatches(plans, seen):
    @settings(max_examples=plans, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(plans_at_a_floor())
    def compare(cents):
        seen.append(judged(cents) != below(cents))
        assert not seen[-1], cents

    compare()


def test_R_07_shares_are_exact_to_the_cent():
    seen = []
    mismatches(PLANS, seen)
    assert len(seen) >= PLANS * 0.95 and not any(seen)


def test_R_07_control_with_a_float_in_the_path_a_plan_is_misjudged(monkeypatch):
    monkeypatch.setattr(rules, "share_below", lambda part, whole, floor: float(part) / float(whole) < float(floor))
    assert judged([("logistics", 29_999_999_999_999_999), ("training", 70_000_000_000_000_001)]) != below(
        [("logistics", 29_999_999_999_999_999), ("training", 70_000_000_000_000_001)]
    )
    monkeypatch.setattr(
        rules, "share_below", lambda part, whole, floor: money.percent(part, whole) < floor * 100
    )  # judged as it is printed
    with pytest.raises(AssertionError):
        mismatches(1_000, [])


def _sheet_of(amounts):
    """The template that the portal gives out, with these numbers typed into the column of the money."""
    shape = {"name": "演示", "direction": "goods", "expense": "service", "support": "purchase", "target": "目标",
             "target_value": 1, "target_unit": "个", "central_amount": 1}  # fmt: skip
    rows = [
        FUND_LINES.read_row({key: str(v) for key, v in shape.items()})[0] | {"name": f"演示{n}"}
        for n in range(len(amounts))
    ]
    book = openpyxl.load_workbook(BytesIO(workbook.export(FUND_LINES, rows)))
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == 1 and cell.column_letter == "F"]
    assert len(cells) == len(amounts)
    for cell, amount in zip(cells, amounts, strict=True):
        cell.value = amount
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("资金安排.xlsx", out.getvalue())


def test_R_07_what_a_workbook_adds_up_in_floats_arrives_to_the_cent():
    """0.1 + 0.2 and a hundred sums like it, as a formula of a spreadsheet leaves them in a cell."""
    pairs = [(10, 20), *((n * 7919 % 100_003, n * 104_729 % 1_000_003) for n in range(1, 100))]
    typed = [a / 100 + b / 100 for a, b in pairs]
    exact = [Decimal(a + b) / 100 for a, b in pairs]
    reading = workbook.read_rows(_sheet_of(typed), FUND_LINES)
    assert not reading.errors
    read = [FUND_LINES.read_row(row)[0]["central_amount"] for row in reading.texts]
    assert read == exact and all(isinstance(amount, Decimal) for amount in read)
    assert any(Decimal(number) != amount for number, amount in zip(typed, exact, strict=True))  # the noise was there
