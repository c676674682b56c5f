"""The doors of the room: check, compile and load a pack."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

import clearway
from clearway.kernel.reference import Reference
from clearway.packs.building import build_reference
from clearway.packs.checking import check_pack
from clearway.packs.reading import read_pack
from clearway.packs.report import CheckReport, Notebook
from clearway.packs.snapshot import SUFFIX, open_snapshot, write_snapshot
from clearway.vocabulary.errors import InputUnusable

_CACHED_PACKS = 24
_KEY = re.compile(r"pack-[0-9a-f]{24}")
_IGNORED = {"__pycache__", "__init__.py"}


def check(directory: Path | str) -> CheckReport:
    """Check a pack and report every problem in one pass, with file and line.

    Raises:
        InputUnusable: there is no folder of that name.
    """
    _, report = _read(Path(directory), golden=True)
    return report


def compile(directory: Path | str, out: Path | str) -> Path:  # noqa: A001 (what it does)
    """Compile a pack to a snapshot below ``out`` and return the snapshot's folder.

    Its golden cases are worked first: a pack that breaks one does not compile.

    Raises:
        PackRefused: the pack has errors; it names them all, and nothing is written.
        InputUnusable: there is no folder of that name, or ``out`` cannot be written.
    """
    reference = _sound(*_read(Path(directory), golden=True))
    try:
        return write_snapshot(reference, Path(out))
    except OSError as error:
        raise InputUnusable(
            f"the snapshot cannot be written: {error}.",
            where=str(out),
            remedy="Name a folder that can be written, on a disk with room.",
        ) from error


def load(directory: Path | str, cache: Path | str | None = None) -> Reference:
    """Open a snapshot, or a pack's folder, compiled first where that has not been done yet.

    Args:
        directory: a snapshot (``*.clearway``) or a pack's folder.
        cache: where compiled packs are kept; by default the user's cache folder. A pack is
            compiled again as soon as one byte of it, or this version of Clearway, differs.

    Raises:
        PackRefused: the pack has errors.
        InputUnusable: there is neither a snapshot nor a pack, or the snapshot is damaged.
    """
    source = Path(directory)
    if source.suffix == SUFFIX or (source / "manifest.json").is_file():
        return open_snapshot(source)
    kept = (Path(cache) if cache is not None else _cache_folder()) / _source_key(source)
    for snapshot in sorted(kept.glob(f"*{SUFFIX}")):
        try:
            return open_snapshot(snapshot)
        except InputUnusable:
            break  # our own copy is damaged and its source is at hand: compile again
    reference = _sound(*_read(source, golden=False))
    try:
        snapshot = write_snapshot(reference, kept)
        _forget_old(kept.parent)
    except OSError:  # a cache that cannot be written is no reason not to work
        snapshot = write_snapshot(reference, Path(tempfile.mkdtemp(prefix="clearway-packs-")))
    return open_snapshot(snapshot)


def demo_pack() -> Path:
    """Return the folder of the demo country's pack, which ships with Clearway."""
    return Path(__file__).with_name("demo_country")


def _sound(reference: Reference | None, report: CheckReport) -> Reference:
    report.require()
    assert reference is not None
    return reference


def _read(directory: Path, *, golden: bool) -> tuple[Reference | None, CheckReport]:
    """Read and check a pack; the reference is there only where the pack has no errors."""
    if not directory.is_dir():
        raise InputUnusable(
            "there is no folder of that name.",
            where=str(directory),
            remedy="Name the folder that holds pack.toml.",
        )
    notebook = Notebook()
    pack = read_pack(directory, notebook)
    check_pack(pack, notebook)
    reference = build_reference(pack) if notebook.report("").ok else None
    if golden and pack.golden:
        # Only a pack with golden cases needs the whole kernel.
        from clearway.packs.golden import check_golden

        check_golden(pack, reference, notebook)
    return reference, notebook.report(str(directory))


def _cache_folder() -> Path:
    """Return the user's cache folder, or a new temporary one where there is none."""
    named = os.environ.get("CLEARWAY_CACHE") or os.environ.get("XDG_CACHE_HOME")
    try:
        folder = Path(named) if named else Path.home() / ".cache"
        folder = folder / "clearway" / "packs"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        # A folder of a known name in a shared place could hold somebody else's law.
        return Path(tempfile.mkdtemp(prefix="clearway-packs-"))
    return folder


def _forget_old(cache: Path) -> None:
    """Keep the packs compiled last; an older one is compiled again when it is wanted.

    Only folders that this module has named are touched: the cache may lie in any folder.
    """
    ages = []
    for folder in cache.iterdir():
        if _KEY.fullmatch(folder.name) and folder.is_dir():
            with contextlib.suppress(FileNotFoundError):  # another process may tidy up too
                ages.append((folder.stat().st_mtime_ns, folder))
    for _, folder in sorted(ages, reverse=True)[_CACHED_PACKS:]:
        shutil.rmtree(folder, ignore_errors=True)


def _source_key(source: Path) -> str:
    """Return a digest of every file of the pack and of the code that compiles it."""
    if not source.is_dir():
        raise InputUnusable(
            "there is neither a snapshot nor a pack of that name.",
            where=str(source),
            remedy="Name a *.clearway folder or the folder that holds pack.toml.",
        )
    digest = hashlib.sha256(clearway.__version__.encode())
    code = Path(clearway.__file__).parent
    for room in ("packs", "kernel", "vocabulary"):
        for path in sorted((code / room).rglob("*.py")):
            state = path.stat()
            digest.update(f"{path.name}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    for path in sorted(source.rglob("*")):
        if path.is_file() and not _IGNORED.intersection(path.parts):
            digest.update(f"{path.relative_to(source).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"pack-{digest.hexdigest()[:24]}"
