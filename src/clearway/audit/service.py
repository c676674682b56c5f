"""Every write of the audit log: leaves in the transaction of what they witness."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from clearway.audit import clock, numbers
from clearway.audit.actor import Actor
from clearway.vocabulary.clock import microseconds

_pack = msgspec.msgpack.Encoder(order="sorted").encode
LeafRow = tuple[int, str, int, str, str, bytes, bytes]


def commit_to(leaf_id: int, kind: str, at: int, actor: str, subject: str, content: Any) -> LeafRow:
    """Return the row of a leaf that commits to some content under a fresh salt."""
    salt = os.urandom(16)
    told = _pack((kind, at, actor, subject, content))
    return leaf_id, kind, at, actor, subject, hashlib.sha256(b"\0" + salt + told).digest(), salt


def store_leaves(cursor: Any, leaves: Sequence[LeafRow]) -> None:
    """Write leaves within an open transaction. They get their place in the tree after commit."""
    columns = "id, kind, at, actor, subject, commitment, salt"
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY audit_leaf ({columns}) FROM STDIN") as copy:
            for row in leaves:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * 7)
    cursor.executemany(f"INSERT INTO audit_leaf ({columns}) VALUES ({marks})", leaves)  # noqa: S608 - constants only


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
    instant = microseconds(at or clock.now())
    with transaction.atomic(), connection.cursor() as cursor:
        (leaf_id,) = numbers.take(cursor, "leaf", 1)
        store_leaves(cursor, [commit_to(leaf_id, kind, instant, actor.name, subject, content)])
