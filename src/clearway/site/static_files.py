"""The browser's files, named by their content and compressed once: they never expire.

Collected into the data folder when the platform is made ready, and again only when one of them
has changed. Where they were not collected (most tests) their plain names are used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from servestatic.asgi import ServeStaticASGI
from servestatic.storage import CompressedManifestStaticFilesStorage

_LEFT_OUT: Final = ("ninja",)  # its own reference pages, which ours replaces
_A_YEAR: Final = 31_536_000


class Storage(CompressedManifestStaticFilesStorage):
    """Files under names that hold a digest of their content, with what they import."""

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """Return the name with the digest; the plain one where nothing was collected."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))


def collect() -> Path:
    """Collect the files, unless that was done of these very ones; return their folder."""
    folder = Path(settings.STATIC_ROOT)
    stamp, wanted = folder / "collected", _digest()
    with _one_collects(folder.with_name("collecting.lock")):
        if not stamp.is_file() or stamp.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            call_command(
                "collectstatic", interactive=False, verbosity=0, ignore_patterns=list(_LEFT_OUT)
            )
            stamp.write_text(wanted)
    return folder


@contextlib.contextmanager
def _one_collects(lock: Path) -> Iterator[None]:
    """Let one of several workers that start together collect, and the others find it done."""
    if os.name == "nt":  # where a server has one process
        yield
        return
    import fcntl

    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def application() -> Any:
    """Return the ASGI application that gives them out."""
    folder = collect()
    files = ServeStaticASGI(
        None,
        max_age=3600,
        add_headers_function=_headers,
        immutable_file_test=r"^.+\.[0-9a-f]{12}\.[a-z0-9]+$",
    )
    files.FOREVER = _A_YEAR
    files.add_files(str(folder), prefix=settings.STATIC_URL)
    return files


def _digest() -> str:
    """Return what tells a set of files from another: names, sizes and times of change."""
    told = hashlib.sha256()
    for path, storage in _files():
        status = Path(storage.path(path)).stat()
        told.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return told.hexdigest()


def _files() -> Iterator[tuple[str, Any]]:
    for finder in finders.get_finders():
        yield from sorted(finder.list(list(_LEFT_OUT)), key=lambda each: each[0])


def _headers(headers: Any, path: str, url: str) -> None:
    del path, url
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
