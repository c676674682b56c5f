"""A pack's folder out of an uploaded archive, which is trusted in nothing.

Only plain files below one folder are taken, of the kinds that a pack is made of, with names that
lead nowhere else and sizes that are counted while they are unpacked.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Final

from clearway.vocabulary.errors import DataRefused

MOST_FILES: Final = 400
MOST_BYTES: Final = 256 * 1024 * 1024
_NAME: Final = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/){0,4}[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
_KINDS: Final = {".csv", ".toml", ".md", ".json", ".txt"}
_CHUNK: Final = 1024 * 1024
_PLAIN: Final = {0o000000, 0o100000}


def unpack(archive: Any, target: Path) -> Path:
    """Unpack an archive below a folder and return the pack's folder: the one with pack.toml.

    Args:
        archive: a file opened for reading.
        target: an empty folder.

    Raises:
        DataRefused: it is no archive, too large, or holds what no pack does.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            _check(entries)
            left = MOST_BYTES
            for entry in entries:
                left = _copy(opened, entry, target, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _refused(f"not a ZIP archive that can be read: {error}") from error
    heads = sorted(target.rglob("pack.toml"), key=lambda path: len(path.parts))
    if not heads:
        raise _refused("there is no pack.toml in it")
    return heads[0].parent


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise _refused(f"more than {MOST_FILES} files")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _refused(f"more than {MOST_BYTES // 2**20} MiB unpacked")
    seen = set()
    for entry in entries:
        name = entry.filename
        kind = (entry.external_attr >> 16) & 0o170000
        if not _NAME.match(name) or Path(name).suffix not in _KINDS or kind not in _PLAIN:
            raise _refused(f"{name[:80]!r} is no file of a pack")
        if name.casefold() in seen:
            raise _refused(f"{name[:80]!r} stands in it twice")
        seen.add(name.casefold())


def _copy(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write one file and return how many bytes may still come: what an entry says is no proof."""
    path = target / entry.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(entry) as source, path.open("xb") as file:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _refused(f"more than {MOST_BYTES // 2**20} MiB unpacked")
            file.write(chunk)
    return left


def _refused(why: str) -> DataRefused:
    return DataRefused(
        "The archive cannot be taken as a pack.",
        faults=(("/body/archive", why),),
        remedy="Send a ZIP of the folder that holds pack.toml.",
    )
