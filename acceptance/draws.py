"""抽查的抽取：a draw that anyone can repeat with sha256sum and sort (docs/decisions/0048).

    row digest         = SHA-256(text of the row)
    population digest  = SHA-256(row digests, in order, one a line)
    seed               = SHA-256(number of the draw ␊ population digest ␊ seal of the event that fixed the population)
    rank of a row      = SHA-256(seed ␊ row digest)
    the sample         = the n rows of the smallest rank

The seal (portal/chain.py) contains the microsecond of the event and all that stood in the county's chain before it: no
one can know it before the population is fixed, no one can change it afterwards, and its chain is published every day.
"""

import hashlib
from dataclasses import dataclass

METHOD = "SHA-256 排序抽取（第 1 版）"


def sha256(*lines) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def population_digest(row_digests) -> str:
    return sha256(*row_digests)


def seed_of(no, digest, seal) -> str:
    return sha256(no, digest, seal)


def rank_of(seed, row_digest) -> str:
    return sha256(seed, row_digest)


def sample(seed, row_digests, size) -> set[str]:
    """The row digests drawn: `size` of them (all, when there are fewer)."""
    return set(sorted(row_digests, key=lambda digest: rank_of(seed, digest))[:size])


def text_of(ordinal, application) -> str:
    """One row of a population: everything that the draw stated about the case, separated by bars."""
    facts = (
        ordinal,
        application.no,
        application.project.no,
        f"第{application.stage.no}阶段",
        f"{application.concluded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        application.get_conclusion_display(),
        f"{application.approved_amount or 0:.2f}",
        application.region.code,
    )
    return "|".join(map(str, facts))


@dataclass(frozen=True)
class Row:
    """What stands stored about one row of a population."""

    ordinal: int
    text: str
    digest: str
    is_drawn: bool


def differences(no, rows, stated) -> list[str]:
    """What does not repeat, in words; nothing when the draw is equal.

    `stated`: rows (their digests), population (digest), size, seed and seal, as the sealed events have them.
    """
    wrong = [
        f"第 {row.ordinal} 行（{row.text.split('|')[1]}）已被改动，与抽取时的摘要不符"
        for row, digest in zip(rows, stated["rows"], strict=False)
        if sha256(row.text) != digest or row.digest != digest
    ]
    if len(rows) != len(stated["rows"]):
        wrong.append(f"总体现有 {len(rows)} 行，抽取时为 {len(stated['rows'])} 行")
    if population_digest(stated["rows"]) != stated["population"]:
        wrong.append("总体摘要与各行摘要不符")
    if seed_of(no, stated["population"], stated["seal"]) != stated["seed"]:
        wrong.append("种子不是由总体摘要和事件封条算出的")
    drawn = sample(stated["seed"], stated["rows"], stated["size"])
    wrong += [
        f"第 {row.ordinal} 行{'应当抽中而未列入' if row.digest in drawn else '没有抽中却列入'}样本"
        for row in rows
        if (row.digest in drawn) != row.is_drawn
    ]
    return wrong
