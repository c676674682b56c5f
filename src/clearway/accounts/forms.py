"""What requests and answers have in common, for this room and those above."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from clearway.audit.forms import (
    LARGEST_ID,
    Cursor,
    Day,
    Form,
    Instant,
    Limit,
    Number,
    permitted,
)

__all__ = [
    "LARGEST_ID", "Cursor", "Day", "Form", "Instant", "Limit", "Number", "Reason", "permitted",
]  # fmt: skip

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=512),
    Field(examples=["Licence expired on 2026-02-28"]),
]
