"""A witness: another agency that keeps what it saw of the tree and signs only what continues it.

It holds a key and a folder of its own, on a machine that those who run the platform cannot reach.
It never needs to see a record: sizes, roots and proofs are all it reads.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path

from clearway.audit import merkle, notes
from clearway.vocabulary.clock import SystemClock
from clearway.vocabulary.errors import ClearwayError


class NotTheSameLog(ClearwayError):
    """The tree that is shown does not continue the one that was signed before: an alarm."""

    exit_code = 1


class Witness:
    """One witness of one log.

    Args:
        key: file of its private key, made where there is none; beside it, ``.seen`` holds the
            last note that it countersigned, ``.log`` the log's key as first met.
        name: its name in signatures, where the key is new.
    """

    def __init__(self, key: Path, name: str = "witness") -> None:
        new = notes.new_signer(name, notes.WITNESS)
        self._signer = notes.read_signer(key) if key.exists() else notes.keep_signer(key, new)
        self._seen = key.with_name(key.name + ".seen")
        self._log = key.with_name(key.name + ".log")

    @property
    def verifier(self) -> notes.Verifier:
        """Its public key."""
        return self._signer.verifier

    def trust(self, log: notes.Verifier) -> None:
        """Keep the log's key at the first meeting, and insist on it ever after.

        Raises:
            NotTheSameLog: it was another.
        """
        if not self._log.exists():
            _keep(self._log, f"{log}\n")
        elif notes.parse_verifier(self._log.read_text()) != log:
            raise NotTheSameLog("The log shows another key than before.", where=str(self._log))

    def seen(self) -> str | None:
        """Return the last note that it countersigned."""
        return self._seen.read_text() if self._seen.exists() else None

    def last(self) -> notes.Checkpoint | None:
        """Return the last checkpoint that it countersigned."""
        note = self.seen()
        return None if note is None else notes.read_checkpoint(note)

    def sign(self, note: str, path: Sequence[bytes]) -> str:
        """Countersign a checkpoint that continues the last one; keep it before it is told.

        Args:
            note: the checkpoint, signed by the log.
            path: the proof that its tree continues the last one seen; empty for the first.

        Raises:
            NotTheSameLog: it is not signed by the log, or does not continue what was seen.
        """
        told, last = notes.read_checkpoint(note), self.last()
        log = notes.parse_verifier(self._log.read_text())
        if told.origin != log.name or notes.signed_by(note, log) is None:
            raise NotTheSameLog("The checkpoint is not signed by the log's key.")
        if last is not None and not merkle.continues(
            last.size, last.root, told.size, told.root, path
        ):
            raise NotTheSameLog(
                f"The tree of {told.size} leaves does not continue the {last.size} seen before.",
                remedy="Somebody changed the log or put an old copy in its place. Keep both notes.",
            )
        text, lines = notes.split(note)
        at = int(SystemClock().now().timestamp())
        signed = f"{text}\n{lines}{self._signer.line(text, at)}"
        _keep(self._seen, signed)
        return signed


def decode_path(parts: Sequence[str]) -> list[bytes]:
    """Return a proof from its hashes in base64."""
    return [base64.b64decode(part, validate=True) for part in parts]


def _keep(path: Path, text: str) -> None:
    """Write a file whole or not at all, and wait until it is on the disk."""
    new = path.with_name(path.name + ".new")
    with new.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
