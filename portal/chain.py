"""Checking the event chains: recomputed here in Python from the rows, not by the database that made them."""

import hashlib
import json

from django.db import connection

ROWS = """
SELECT seal.chain, seal.number, seal.previous, seal.digest, event.id, event.chain, event.content_type_id,
       event.object_id, event.words, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
       coalesce(event.by_id::text, ''), event.office_name, event.source, event.target, event.reason,
       event.excused::text, event.data::text, event.digest
FROM portal_eventseal seal JOIN portal_event event ON event.id = seal.event_id
ORDER BY seal.chain, seal.number
"""
UNSEALED = """
SELECT event.id FROM portal_event event LEFT JOIN portal_eventseal seal ON seal.event_id = event.id
WHERE seal.event_id IS NULL
"""
START = "0" * 64


def digest_of(previous, fields) -> str:
    """SHA-256 over a JSON list of texts, written as PostgreSQL writes jsonb."""
    text = json.dumps([previous, *map(str, fields)], ensure_ascii=False, separators=(", ", ": "))
    return hashlib.sha256(text.encode()).hexdigest()


def verify() -> list[str]:
    """What is wrong with the chains, in words; an empty list when every event stands as it was sealed.

    Finds a changed, deleted, inserted or swapped event. A cut tail or a full rewrite needs the heads kept elsewhere.
    """
    wrong, chain, expected, previous = [], None, 1, START
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED)
        wrong += [f"事件 {id} 没有封条" for (id,) in cursor.fetchall()]
        cursor.execute(ROWS)
        for row in cursor:
            seal_chain, number, seal_previous, digest, *fields = row
            if seal_chain != chain:
                chain, expected, previous = seal_chain, 1, START
            if number != expected:
                wrong.append(f"{chain} 缺第 {expected} 号事件")
            if seal_previous != previous or digest != digest_of(seal_previous, fields):
                wrong.append(f"{chain} 第 {number} 号事件与封条不符")
            expected, previous = number + 1, digest
    return wrong


def heads() -> dict[str, tuple[int, str]]:
    """Chain → (number of events, digest of the last): what is to be kept outside this database every day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (chain) chain, number, digest FROM portal_eventseal ORDER BY chain, number DESC"
        )
        return {chain: (number, digest) for chain, number, digest in cursor.fetchall()}
