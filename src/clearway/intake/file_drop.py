"""The file drop: files that appear in a folder are lodged, once, when they are there whole.

Below ``<data folder>/file-drop/<trader identification number>/`` a trader's system puts a file and
then its manifest, ``<file>.manifest.json``::

    {"file": "day.ndjson", "size": 73110, "sha256": "9f86d0…"}

A file that is shorter than its manifest says is still on its way and waits. One that is longer, or
of another hash, goes to ``failed/`` with the reason beside it. The others are lodged: ``.json`` and
``.xml`` hold one declaration, ``.ndjson``, ``.csv`` and ``.parquet`` many. They go to
``processed/`` with the answer beside them. Who may write into the folder is the file system's say.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from clearway.accounts.queries import active_identifiers
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.intake import bulk
from clearway.intake.line import Line
from clearway.intake.submission import JSON, XML, Submission
from clearway.vocabulary.errors import InputUnusable, StorageFails, TooMuch

SUFFIX = ".manifest.json"
_SINGLE = {".json": JSON, ".xml": XML}
_MANY = {".ndjson": "ndjson", ".csv": "csv", ".parquet": "parquet"}
_MOST = 64 * 1024 * 1024
_PIECE = 1 << 20
_log = logging.getLogger("clearway.intake")


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file must be before it is read. ``sha256`` is in hex."""

    file: str
    size: int
    sha256: str


class FileDrop:
    """Looks into the folder every few seconds, in a thread of its own."""

    name = "file drop"

    def __init__(self, line: Line, folder: Path | None = None, *, pause: float = 2.0) -> None:
        self.line = line
        self.folder = folder or settings.DATA / "file-drop"
        self._pause = pause
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="intake-files", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the file on its way."""
        self._ending.set()
        self._thread.join(30)

    def _work(self) -> None:
        try:
            while not self._ending.wait(self._pause):
                try:
                    self.look()
                except Exception as failure:  # noqa: BLE001 - the next look may find it mended
                    _log.error("the file drop pauses: %s", type(failure).__name__)
                    connection.close()
        finally:
            connection.close()

    def look(self) -> int:
        """Lodge every file that is there whole, and return how many were dealt with."""
        manifests = list(self._manifests())
        known = active_identifiers({path.parent.name for path in manifests})
        dealt = 0
        for path in manifests:
            organisation = known.get(path.parent.name)
            if organisation is not None and not self._ending.is_set():
                dealt += self._take(path, _actor(organisation, path.parent.name))
        return dealt

    def _manifests(self) -> Iterator[Path]:
        for path in sorted(self.folder.glob(f"*/*{SUFFIX}")):
            if path.is_file() and not path.is_symlink() and not path.parent.is_symlink():
                yield path

    def _take(self, path: Path, actor: Actor) -> bool:
        """Deal with one manifest; False while its file is on its way or the queue is full."""
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _set_aside(path, None, "failed", {"reason": "The manifest cannot be read."})
        file = path.parent / manifest.file
        if Path(manifest.file).name != manifest.file or file.is_symlink():
            return _set_aside(path, None, "failed", {"reason": "The file's name is no plain name."})
        if not file.is_file() or file.stat().st_size < manifest.size:
            return False
        if file.stat().st_size > manifest.size or _digest(file) != manifest.sha256.lower():
            return _set_aside(
                path, file, "failed", {"reason": "The file is not the one of the manifest."}
            )
        try:
            told = self._lodge(file, manifest, actor)
        except (TooMuch, StorageFails):
            return False
        except InputUnusable as unusable:
            return _set_aside(path, file, "failed", {"reason": str(unusable)})
        return told is not None and _set_aside(path, file, "processed", told)

    def _lodge(self, file: Path, manifest: Manifest, actor: Actor) -> Any:
        """Lodge a whole file; None where the record cannot be written now."""
        suffix = file.suffix.lower()
        if suffix in _MANY:
            with file.open("rb") as content:
                parts = iter(lambda: content.read(_PIECE), b"")
                job = bulk.receive(actor, file.name, _MANY[suffix], parts, "file")
            return {"bulk": job.pk}
        if suffix not in _SINGLE or manifest.size > _MOST:
            raise InputUnusable("The file is none of .json, .xml, .ndjson, .csv and .parquet.")
        submission = Submission(
            actor=actor,
            door="file",
            media_type=_SINGLE[suffix],
            body=file.read_bytes(),
            # By its content: a file that is put there twice, or met again after a fall, is one.
            idempotency_key=f"file:{manifest.sha256.lower()}",
            received_at=clock.now(),
        )
        answer = self.line.submit(submission).result()
        if answer.status >= 500 and b"/quarantined" not in answer.body[:200]:
            return None
        return {"status": answer.status, "answer": msgspec.json.decode(answer.body)}


def _actor(organisation: int, identifier: str) -> Actor:
    return Actor(
        name=f"file:{organisation}",
        organisation=organisation,
        identifier=identifier,
        roles=frozenset({Role.TRADER}),
    )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _set_aside(manifest: Path, file: Path | None, where: str, told: Any) -> bool:
    """Move file and manifest, the answer first, so that no file lies there without one."""
    folder = manifest.parent / where
    folder.mkdir(exist_ok=True)
    name = manifest.name.removesuffix(SUFFIX)
    (folder / f"{name}.answer.json").write_bytes(msgspec.json.encode(told))
    if file is not None:
        file.replace(folder / file.name)
    manifest.replace(folder / manifest.name)
    return True
