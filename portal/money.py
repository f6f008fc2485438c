"""Money is Decimal, in 元, two places. Shares are compared exactly, never on rounded display."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db import models

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


class MoneyField(models.DecimalField):
    """元, Decimal(18,2)."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


def total(amounts) -> Decimal:
    return sum(amounts, ZERO)


def wan(amount: Decimal) -> str:
    """万元 with up to six decimals and no trailing zeros: 2472551.80 元 → “247.25518”."""
    text = f"{Decimal(amount) / 10000:.6f}".rstrip("0").rstrip(".")
    return text or "0"


def share_below(part: Decimal, whole: Decimal, floor: Decimal) -> bool:
    """Is part ÷ whole below floor? By cross-multiplication: 29.99985 % is below 30 % though it prints as 30.00 %."""
    return Fraction(part) < Fraction(floor) * Fraction(whole)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """For display only: two decimals, half up."""
    if not whole:
        return Decimal("0.00")
    return (Decimal(part) * 100 / Decimal(whole)).quantize(CENT, ROUND_HALF_UP)


def in_words(amount: Decimal) -> str:
    """金额大写：人民币…，“整”在元、角之后，分之后不写（票据填写规则）。"""
    amount = Decimal(amount).quantize(CENT)
    import cn2an  # 3 MB of tables: only where an amount is written out

    text = cn2an.an2cn(str(amount), "rmb")
    if text.endswith("角"):
        text += "整"
    return f"人民币{text}"
