"""Yuan, shares, words: exact, never floats (domain/vectors.md)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import money


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("20000000.00", "人民币贰仟万元整"),
        ("2472551.80", "人民币贰佰肆拾柒万贰仟伍佰伍拾壹元捌角整"),
        ("13327800.00", "人民币壹仟叁佰叁拾贰万柒仟捌佰元整"),
        ("100050.00", "人民币壹拾万零伍拾元整"),
        ("10000000.01", "人民币壹仟万元零壹分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("0.05", "人民币伍分"),
    ],
)
def test_amounts_in_words(yuan, words):
    assert money.in_words(Decimal(yuan)) == words


@pytest.mark.parametrize(
    ("yuan", "wan"), [("20000000", "2000"), ("2472551.80", "247.25518"), ("0.01", "0.000001"), ("0", "0"), ("100000", "10")]
)  # fmt: skip
def test_ten_thousands_without_trailing_zeros(yuan, wan):
    assert money.wan(Decimal(yuan)) == wan


@given(st.decimals(0, 10**12, places=2), st.decimals(0, 10**12, places=2))
def test_percent_is_for_display_and_share_below_is_exact(part, whole):
    below = money.share_below(part, whole, Decimal("0.3"))
    assert below == (part * 10 < whole * 3)
    if whole:
        assert abs(money.percent(part, whole) - part * 100 / whole) <= Decimal("0.0051")


def test_a_share_that_prints_as_thirty_percent_may_still_be_below():
    part, whole = Decimal("6000000.00"), Decimal("20000100.00")
    assert money.percent(part, whole) == Decimal("30.00")
    assert money.share_below(part, whole, Decimal("0.3"))
