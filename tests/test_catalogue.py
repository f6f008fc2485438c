"""The catalogue is closed: every rule has an id, a clause and a test that names it."""

import csv
import json
import re
from io import StringIO

import pytest
from django.core.management import call_command

from portal import catalogue
from portal.rules import CATALOGUE, UPHELD

FOUNDATION = [
    *[
        "A-001",
        "A-101",
        "A-102",
        "A-103",
        "A-104",
        "A-105",
        "A-106",
        "A-107",
        "A-108",
        "A-109",
        "A-111",
        "A-112",
        "A-113",
        "A-114",
        "A-115",
    ],
    *[
        "A-121",
        "A-122",
        "A-123",
        "A-124",
        "A-130",
        "A-131",
        "A-143",
        "A-145",
        "A-146",
        "A-147",
        "A-148",
        "A-202",
        "A-204",
        "A-207",
        "A-209",
    ],
    *[
        "A-303",
        "A-311",
        "A-312",
        "A-313",
        "A-314",
        "A-315",
        "A-316",
        "A-322",
        "A-323",
        "A-443",
        "A-453",
        "A-458",
        "A-460",
    ],
]


ROUND = [f"C-{number}" for number in (102, 103, 104, 201, 202, 203, 301, 302, 303, 304, 305, 401)]
ROUND += [f"C-{number}" for number in range(501, 509)] + ["A-002"]
ROUND += [f"B-{number}" for number in (401, 402, 403, 405, 502, 503, 505, 506, 701, 702, 703, 704, 706, 707, 708, 709)]


@pytest.mark.parametrize("id", CATALOGUE)
def test_every_rule_function_cites_a_clause_and_is_named_by_a_test(id):
    rule = CATALOGUE[id]
    assert "号" in rule.clause or rule.clause.startswith("系统") or rule.clause.startswith("数据库")
    base = re.sub(r"[a-z]$", "", id)
    assert _tests_naming(base), f"no test names {id}"


NOTICES = {"25号": "豫商体系2020-25号.md", "48号": "财办建2020-48号.md", "35号": "豫财贸2020-35号.md"}
QUOTATION = re.compile(r"(25号|48号|35号)\s*[^：]*：(.*)")
OURS = re.compile(r"……|…|（[^（）]*）$")  # what is left out of a quotation, and a note of ours behind it


def misquoted(clause):
    """The parts of a clause between its …… that do not stand in the notice word for word."""
    found = QUOTATION.match(clause)
    if not found:
        return [] if clause.startswith(("系统", "数据库")) else [clause]
    notice = _flat((catalogue.SOURCE.parent / "notices" / NOTICES[found[1]]).read_text(encoding="utf-8"))
    return [part for part in OURS.split(found[2]) if _flat(part) not in notice]


def _flat(text):
    """Without the line breaks and marks of the copy."""
    return re.sub(r"[\s*|]", "", text)


@pytest.mark.parametrize("id", CATALOGUE)
def test_a_refusal_quotes_its_clause_word_for_word(id):
    assert not misquoted(CATALOGUE[id].clause)


def test_a_loose_quotation_is_found():
    """The control."""
    assert misquoted("25号 三（二）：公示期内可以提出异议") == ["公示期内可以提出异议"]


def _tests_naming(id):
    if id.startswith("P-"):
        texts = [path.read_text() for path in (catalogue.settings.BASE_DIR / "tests").rglob("test_*.py")]
        return [text for text in texts if id in text or id.replace("-", "_") in text]
    return catalogue.tests_by_rule().get(id)


def test_every_id_written_in_code_stands_in_the_official_catalogue():
    with catalogue.SOURCE.open(encoding="utf-8-sig") as rows:
        known = {row["id"] for row in csv.DictReader(rows)}
    assert len(known) == 206
    ours = {re.sub(r"[a-z]$", "", id) for id in catalogue.enforcers() if not id.startswith("P-")}
    assert ours <= known


@pytest.mark.parametrize("id", [*FOUNDATION, *ROUND])
def test_the_rule_is_enforced_by_something_and_named_by_a_test(id):
    entry = next(entry for entry in catalogue.entries() if entry.id == id)
    assert entry.implemented, f"nothing enforces {id}"
    assert entry.tested, f"no test names {id}"


def test_an_entry_that_repeats_another_points_at_it():
    entry = next(entry for entry in catalogue.entries() if entry.id == "B-614")
    assert entry.same_as == "A-456"


def test_a_rule_that_nothing_enforces_shows_as_missing():
    """The control: a gap must be visible, or the catalogue says nothing."""
    missing = {entry.id for entry in catalogue.entries() if entry.state == "missing"}
    assert "A-342" in missing
    assert not missing & set(FOUNDATION)


def test_the_command_prints_json_with_derived_columns():
    out = StringIO()
    call_command("rules", "--json", stdout=out)
    rules = json.loads(out.getvalue())
    gate = next(rule for rule in rules if rule["id"] == "A-314")
    assert "rule: funds.rules.payment.publicised_without_objection" in gate["implemented"]
    assert any(what.startswith("trigger: funds:a_315_payment_gates") for what in gate["implemented"])
    assert any("test_payment_gates.py" in test for test in gate["tested"])
    assert next(rule for rule in rules if rule["id"] == "A-342")["implemented"] is None


def test_a_deed_marked_as_upholding_a_rule_exists():
    assert "counties.models.plan.Plan.approve" in UPHELD["A-106"]
