"""统一社会信用代码（GB 32100-2015）: the identity of every contractor; 公民身份号码（GB 11643-1999）: that of a trainee."""

import re
from datetime import date

CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, i, 31) for i in range(17)]


def check_character(first17: str) -> str:
    """Raises ValueError for a character that the code does not know (I, O, S, V, Z)."""
    total = sum(CHARSET.index(character) * weight for character, weight in zip(first17, WEIGHTS, strict=True))
    return CHARSET[(31 - total % 31) % 31]


def is_credit_code(text: str) -> bool:
    try:
        return len(text) == 18 and check_character(text[:17]) == text[17]
    except ValueError:
        return False


ID_WEIGHTS = [pow(2, 17 - i, 11) for i in range(17)]  # 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2
ID_CHECKS = "10X98765432"
ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
MOBILE = re.compile(r"1[3-9][0-9]{9}")


def id_check_character(first17: str) -> str:
    return ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def is_id_number(text: str) -> bool:
    """18 characters, a day of birth that exists, and the check character."""
    if not ID_NUMBER.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return id_check_character(text[:17]) == text[17]
