"""统一社会信用代码（GB 32100-2015）：the identity of every contractor, with its check digit."""

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
