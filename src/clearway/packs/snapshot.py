"""Snapshots: a compiled pack as a folder of plain arrays, named by the hash of its content.

::

    avaria-3fa1c09b7d42.clearway/
        manifest.json     format, name, version, country, hash, and every file's size and digest
        tables.msgpack    everything but the measures
        measure_*.npy     the columns of the measure table, memory-mapped on opening

The hash is the SHA-256 over the manifest's other content, file digests included, so the same pack
gives the same bytes and the same name anywhere. A snapshot is written under a temporary name,
flushed and renamed: an interruption leaves nothing that looks like a snapshot.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from clearway.kernel.measures import MeasureTable
from clearway.kernel.reference import (
    CodeEntry,
    CodeList,
    CommodityLine,
    ExchangeRate,
    LowValueRegime,
    MeasureType,
    PermitRequirement,
    PreferenceRule,
    Profile,
    Reference,
    SelectionRules,
    TaxRule,
    ValuationRules,
    WorkingCalendar,
)
from clearway.vocabulary.errors import InputUnusable

FORMAT = 1
SUFFIX = ".clearway"
_PARTIAL = ".partial"
_ABANDONED = 3_600
_MANIFEST = "manifest.json"
_TABLES = "tables.msgpack"
_VOCABULARIES = (
    "commodities", "measure_types", "areas", "additional_codes", "quota_orders", "currencies",
    "units", "rate_texts", "legal_bases",
)  # fmt: skip
_COLUMNS = tuple(name for name in MeasureTable.__struct_fields__ if name not in _VOCABULARIES)
_REMEDY = "Compile the pack again; a snapshot is never mended by hand."


class FileNote(msgspec.Struct, frozen=True):
    """Size in bytes and SHA-256 of one file of a snapshot."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a snapshot says about itself."""

    format: int
    name: str
    version: str
    country: str
    measures: int
    commodities: int
    files: Mapping[str, FileNote]
    hash: str = ""

    def content_hash(self) -> str:
        """Return the SHA-256 over everything but the hash itself."""
        bare = msgspec.structs.replace(self, hash="")
        return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


class Tables(msgspec.Struct, frozen=True, array_like=True):
    """Everything of a ``Reference`` but hash and measures, and the measures' vocabularies."""

    name: str
    version: str
    country: str
    currency: str
    exponent: int
    time_zone: str
    languages: tuple[str, ...]
    commodities: Mapping[str, tuple[CommodityLine, ...]]
    measure_types: Mapping[str, MeasureType]
    areas: Mapping[str, tuple[CodeEntry, ...]]
    preferences: Mapping[str, PreferenceRule]
    taxes: tuple[TaxRule, ...]
    valuation: ValuationRules
    exchange_rates: Mapping[str, tuple[ExchangeRate, ...]]
    code_lists: Mapping[str, Mapping[str, tuple[CodeEntry, ...]]]
    low_value_regimes: tuple[LowValueRegime, ...]
    permits: tuple[PermitRequirement, ...]
    profiles: tuple[Profile, ...]
    selection: SelectionRules
    settings: Mapping[str, str]
    calendar: WorkingCalendar
    vocabularies: Mapping[str, tuple[str, ...]]


def _encode_fraction(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def _decode_fraction(kind: type, value: object) -> object:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value)
    raise NotImplementedError(kind.__name__)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_encode_fraction)  # every mapping is built in order
_DECODER = msgspec.msgpack.Decoder(Tables, dec_hook=_decode_fraction)


def write_snapshot(reference: Reference, out: Path) -> Path:
    """Write a reference as a snapshot below ``out`` and return the snapshot's folder.

    Where a sound snapshot of the same content already stands there, it is left as it is.

    Raises:
        OSError: the folder cannot be written; nothing is left behind.
    """
    out.mkdir(parents=True, exist_ok=True)
    _clear_away(out)
    partial = Path(tempfile.mkdtemp(prefix=f".{reference.name}-", suffix=_PARTIAL, dir=out))
    try:
        manifest = _write_files(reference, partial)
        target = out / f"{reference.name}-{manifest.hash[:12]}{SUFFIX}"
        _move(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def _clear_away(out: Path) -> None:
    """Remove what a run that was killed an hour ago or earlier has left half-written."""
    for path in out.glob(f".*{_PARTIAL}"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _ABANDONED:
                shutil.rmtree(path, ignore_errors=True)


def _write_files(reference: Reference, folder: Path) -> Manifest:
    for name in _COLUMNS:
        with (folder / f"measure_{name}.npy").open("wb") as stream:
            column = np.ascontiguousarray(getattr(reference.measures, name))
            np.lib.format.write_array(stream, column, version=(1, 0), allow_pickle=False)
            _flush(stream)
    with (folder / _TABLES).open("wb") as stream:
        stream.write(_ENCODER.encode(_tables_of(reference)))
        _flush(stream)
    manifest = Manifest(
        FORMAT,
        reference.name,
        reference.version,
        reference.country,
        len(reference.measures.commodity),
        len(reference.commodities),
        {path.name: _note_of(path) for path in sorted(folder.iterdir())},
    )
    manifest = msgspec.structs.replace(manifest, hash=manifest.content_hash())
    with (folder / _MANIFEST).open("wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1))
        _flush(stream)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o755)
    return manifest


def _flush(stream: Any) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _note_of(path: Path) -> FileNote:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileNote(path.stat().st_size, digest)


def _move(partial: Path, target: Path) -> None:
    """Rename the finished folder into place; of two writers of one content the first stays."""
    if target.exists():
        with contextlib.suppress(InputUnusable):
            open_snapshot(target, verify=True)
            return
        shutil.rmtree(target)
    try:
        partial.rename(target)
    except OSError:
        if not target.exists():
            raise
        open_snapshot(target, verify=True)


def _tables_of(reference: Reference) -> Tables:
    values = {
        name: getattr(reference, name)
        for name in Tables.__struct_fields__
        if name not in {"code_lists", "vocabularies"}
    }
    return Tables(
        **values,
        code_lists={name: _tupled(listed) for name, listed in reference.code_lists.items()},
        vocabularies={name: getattr(reference.measures, name) for name in _VOCABULARIES},
    )


def _tupled(listed: CodeList) -> dict[str, tuple[CodeEntry, ...]]:
    return {code: tuple(entries) for code, entries in listed.entries.items()}


def open_snapshot(path: Path | str, *, verify: bool = False) -> Reference:
    """Open a snapshot, its measures memory-mapped.

    The manifest's hash, every file's size and the digest of the tables are always checked; with
    ``verify`` the digest of every array too.

    Raises:
        InputUnusable: it is not a snapshot, was written by another format or has been changed.
    """
    folder = Path(path)
    manifest = _manifest_of(folder)
    for name, note in manifest.files.items():
        _check_file(folder / name, note, digest=verify or name == _TABLES)
    try:
        tables = _DECODER.decode((folder / _TABLES).read_bytes())
        columns: dict[str, Any] = {
            name: _column(folder / f"measure_{name}.npy") for name in _COLUMNS
        }
    except (msgspec.MsgspecError, OSError, ValueError) as error:
        raise InputUnusable(
            f"the snapshot cannot be read: {error}.", where=str(folder), remedy=_REMEDY
        ) from error
    values = {name: getattr(tables, name) for name in Tables.__struct_fields__}
    vocabularies: Mapping[str, Any] = values.pop("vocabularies")
    lists = {name: CodeList(name, entries) for name, entries in values.pop("code_lists").items()}
    measures = MeasureTable(**columns, **{name: vocabularies[name] for name in _VOCABULARIES})
    return Reference(**values, hash=manifest.hash, measures=measures, code_lists=lists)


def _manifest_of(folder: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise InputUnusable(
            "there is no snapshot here.", where=str(folder), remedy="Name a *.clearway folder."
        ) from error
    except (msgspec.MsgspecError, OSError) as error:
        raise InputUnusable(
            f"the manifest cannot be read: {error}.", where=str(folder), remedy=_REMEDY
        ) from error
    if manifest.format != FORMAT:
        raise InputUnusable(
            f"the snapshot has format {manifest.format}; this version reads {FORMAT}.",
            where=str(folder),
            remedy="Compile the pack with this version.",
        )
    expected = {_TABLES, *(f"measure_{name}.npy" for name in _COLUMNS)}
    if manifest.content_hash() != manifest.hash or set(manifest.files) != expected:
        raise InputUnusable(
            "the snapshot's manifest does not match its hash; it has been changed or damaged.",
            where=str(folder),
            remedy=_REMEDY,
        )
    return manifest


def _check_file(path: Path, note: FileNote, *, digest: bool) -> None:
    try:
        changed = path.stat().st_size != note.bytes or (digest and _note_of(path) != note)
    except OSError as error:
        raise InputUnusable(
            f"a file of the snapshot cannot be read: {error}.", where=str(path), remedy=_REMEDY
        ) from error
    if changed:
        raise InputUnusable(
            "this file of the snapshot has been changed or damaged.",
            where=str(path),
            remedy=_REMEDY,
        )


def _column(path: Path) -> np.ndarray[Any, Any]:
    """Map one column. A view as a plain array spares every slice the cost of ``np.memmap``."""
    if path.stat().st_size == 0:
        raise ValueError(f"{path.name} is empty")
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)  # type: ignore[no-any-return]
