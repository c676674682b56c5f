"""Every write of the audit log: leaves in the transaction of what they witness."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from clearway.audit import clock, numbers
from clearway.audit.actor import Actor
from clearway.audit.bulk import insert
from clearway.vocabulary.clock import microseconds

_pack = msgspec.msgpack.Encoder(order="sorted").encode
_LEAF = "id, kind, at, actor, subject, detail, salt, commitment"
LeafRow = tuple[int, str, int, str, str, bytes | None, bytes, bytes]


def commitment(salt: bytes, told: Sequence[Any]) -> bytes:
    """Return what a leaf commits to: kind, instant, actor, subject, and what was done."""
    return hashlib.sha256(b"\0" + salt + _pack(told)).digest()


def leaf_of_act(leaf_id: int, at: int, actor: str, subject: str, events: Sequence[Any]) -> LeafRow:
    """Return the leaf of an act, under a fresh salt; ``events`` are its rows, ``leaf`` apart."""
    salt = os.urandom(16)
    sealed = commitment(salt, ("act", at, actor, subject, events))
    return leaf_id, "act", at, actor, subject, None, salt, sealed


def _leaf_of_note(
    leaf_id: int, kind: str, at: int, actor: str, subject: str, content: Any
) -> LeafRow:
    salt = os.urandom(16)
    detail = None if content is None else hashlib.sha256(salt + _pack(content)).digest()
    sealed = commitment(salt, (kind, at, actor, subject, detail))
    return leaf_id, kind, at, actor, subject, detail, salt, sealed


def store_leaves(cursor: Any, leaves: Sequence[LeafRow]) -> None:
    """Write leaves and their outbox rows within an open transaction."""
    insert(cursor, "audit_leaf", _LEAF, leaves)
    insert(cursor, "audit_entry", "leaf_id", [row[:1] for row in leaves])


def note(
    kind: str, actor: Actor, subject: str, content: Any = None, *, at: datetime | None = None
) -> None:
    """Log what changes no record: a read of private data, a refusal, an unreadable message.

    Args:
        kind: ``read``, ``refusal`` or ``unreadable``.
        actor: who did it.
        subject: what it was about, with its kind before a colon.
        content: what else the leaf commits to; it is not stored.
        at: when; now by default.
    """
    note_all(kind, actor, [(subject, content)], at=at)


def note_all(
    kind: str, actor: Actor, read: Iterable[tuple[str, Any]], *, at: datetime | None = None
) -> None:
    """Log many things at once, in one transaction: each with its subject and content.

    A list that shows one page of many objects is one read: give its subject once, with the keys
    as content.
    """
    instant, rows = microseconds(at or clock.now()), list(read)
    if not rows:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        ids = numbers.take(cursor, "leaf", len(rows))
        store_leaves(
            cursor,
            [
                _leaf_of_note(leaf_id, kind, instant, actor.name, subject, content)
                for leaf_id, (subject, content) in zip(ids, rows, strict=True)
            ],
        )
