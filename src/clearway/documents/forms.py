"""What the room's operations take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from ninja import Path, Schema
from pydantic import Field

from clearway.documents import queries
from clearway.documents.models import IssuedDocument
from clearway.documents.typesetting import address_of

IssuedKind = Literal[
    "declaration_print", "tax_notice", "receipt", "release_note", "permit", "inspection_report",
    "delivery_order", "interchange_receipt",
]  # fmt: skip
PrintLanguage = Literal["en", "fr", "zh", "vi", "ar"]
IssuedNumber = Annotated[
    str,
    Path(min_length=1, max_length=26, pattern="^[0-9A-Za-z-]+$", examples=["DP-26-0000017"]),
]
"""The number of an issued document, in an address."""
Token = Annotated[
    str,
    Path(
        min_length=1,
        max_length=32,
        pattern="^[0-9A-Za-z_-]+$",
        description="as its code carries it",
        examples=["Zk3c9Qw1x7Y2b8Nf4LmTqA"],
    ),
]


class IssuedTold(Schema):
    """An issued document, and whether it holds."""

    number: str
    kind: IssuedKind
    about: str = Field(examples=["declaration:26XP0000000000000A1"])
    state: Literal["valid", "void"]
    issued_at: datetime
    void_at: datetime | None
    reason: str = Field(description="why it is void", examples=["data_changed"])
    sha256: str = Field(description="of its data in canonical JSON (RFC 8785)")
    verification: str = Field(description="address of the public page that its code leads to")


class IssuedPage(Schema):
    """Some issued documents, the latest first."""

    items: list[IssuedTold]
    next: str | None


class IssuedWhole(IssuedTold):
    """An issued document with its data: hash them as RFC 8785 says, and it is ``sha256``."""

    data: dict[str, Any]


class VerifiedTold(Schema):
    """Whether a document holds. It tells nothing of a person."""

    number: str
    kind: IssuedKind
    state: Literal["valid", "void"]
    issued_at: datetime
    void_at: datetime | None
    reason: str
    sha256: str
    replaced_by: str = Field(description="number of the one that holds in its place")
    files: list[str] = Field(description="SHA-256 of each file that was given out of it")


def issued(row: IssuedDocument) -> dict[str, Any]:
    """Return a document as it is told."""
    names = ("number", "kind", "state", "issued_at", "void_at", "reason", "sha256")
    told = {name: getattr(row, name) for name in names}
    return {**told, "about": row.subject, "verification": address_of(row)}


def whole(row: IssuedDocument) -> dict[str, Any]:
    """Return a document with its data."""
    return {**issued(row), "data": msgspec.json.decode(bytes(row.data))}


def verified(row: IssuedDocument) -> dict[str, Any]:
    """Return what anybody may learn of a document."""
    after = queries.replacement(row)
    names = ("number", "kind", "state", "issued_at", "void_at", "reason", "sha256")
    return {
        **{name: getattr(row, name) for name in names},
        "replaced_by": "" if after is None else after.number,
        "files": [one.sha256 for one in queries.renderings(row)],
    }
