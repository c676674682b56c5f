"""Where a declaration was read, and what could not be read."""

from __future__ import annotations

import msgspec
import pyarrow as pa


class Place(msgspec.Struct, frozen=True):
    """A file and the line (Parquet: the row) on which the declaration begins."""

    file: str
    line: int | None = None


class Unreadable(msgspec.Struct, frozen=True):
    """One document, or one part of it, that could not be read.

    ``pointer`` is the WCO pointer where the trouble has one; ``code`` the rule (CLW1nnn) or
    empty for a file that is none of the forms Clearway reads.
    """

    file: str
    line: int | None
    pointer: str
    code: str
    reason: str
    parameters: tuple[tuple[str, str], ...] = ()
    """What fills the rule's sentences, so that they can be said in the reader's language."""
    more: int = 0
    """Further errors of the same document."""


ERROR_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("pointer", pa.string()),
        ("code", pa.string()),
        ("reason", pa.string()),
    ]
)
