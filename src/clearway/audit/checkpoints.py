"""Checkpoints: the tree's root at a size, signed by the platform, countersigned by witnesses."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from clearway.audit import clock, merkle, notes, queries
from clearway.audit.models import Checkpoint
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

KEY = "audit.key"
"""Name of the signing key's file in the data folder."""
_MOST_WITNESSES = 20
_LOCK = 0x636C65617277_02


def signer() -> notes.Signer:
    """Return the platform's signing key, made at the first start."""
    return _signer_in(Path(settings.DATA))


@cache
def _signer_in(folder: Path) -> notes.Signer:
    path = folder / KEY
    if path.exists():
        return notes.read_signer(path)
    name = f"clearway-{os.urandom(4).hex()}/audit"
    return notes.keep_signer(path, notes.new_signer(name, notes.LOG))


def sign() -> Checkpoint | None:
    """Sign the tree as it stands; None where it has not grown since the last checkpoint.

    Processes sign in turn, and none before the one before it, even where its own clock is behind:
    else the log would look backdated to whoever verifies it.
    """
    with transaction.atomic():
        _await_turn()
        size = queries.size()
        newest = queries.newest_checkpoint()
        if newest is not None and newest.size >= size:
            return None
        key = signer()
        root = merkle.root(0, size, queries.nodes())
        text = notes.Checkpoint(key.name, size, root).text
        at = clock.now() if newest is None else max(clock.now(), newest.at)
        return Checkpoint.objects.create(
            size=size, root=root, at=at, note=f"{text}\n{key.line(text)}"
        )


def _await_turn() -> None:
    """Wait for the lock under which one signs, held until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def add_witness(note: str, witness: notes.Verifier) -> Checkpoint:
    """Keep a witness's countersignature beside the checkpoint that it signed.

    Raises:
        NotThere: we have no such checkpoint: the witness saw another tree than ours.
        DataRefused: the note is not signed by that witness.
    """
    told = notes.read_checkpoint(note)
    line = notes.line_by(note, witness)
    if line is None or witness.algorithm != notes.WITNESS:
        raise DataRefused("The note carries no signature of that witness.")
    with transaction.atomic():
        ours = Checkpoint.objects.select_for_update().filter(size=told.size).first()
        if ours is None or notes.split(ours.note)[0] != notes.split(note)[0]:
            raise NotThere("There is no such checkpoint.")
        known = [name for name, _ in notes.signatures(ours.witnessed)]
        if len(known) >= _MOST_WITNESSES:
            raise StateForbids(f"A checkpoint holds at most {_MOST_WITNESSES} countersignatures.")
        if witness.name not in known:
            ours.witnessed += line
            ours.save(update_fields=["witnessed"])
    return ours
