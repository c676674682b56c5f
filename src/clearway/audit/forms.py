"""What the requests of the API have in common, from this floor up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
)
from pydantic_core import core_schema

from clearway.audit.actor import Actor, actor_of
from clearway.audit.permission import Operations, require
from clearway.vocabulary.pages import LARGEST_PAGE

LARGEST_ID: Final = 2**63 - 1


def _be_strict(part: Any) -> None:
    """Let every number and truth value below a part of a schema be taken as it is only."""
    if isinstance(part, dict):
        if part.get("type") in ("int", "bool"):  # which may be a field's own, called type
            part["strict"] = True
        part = [*part.values()]
    if isinstance(part, list | tuple):
        for each in part:
            _be_strict(each)


class Form(Schema):
    """Data of a request: what is not described is refused."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Take numbers and truth values as JSON writes them: no text, and neither for the other."""
        found = handler(source)
        _be_strict(found)
        return found


def _written(told: Any) -> Any:
    """Refuse a bare number, which pydantic would take for seconds since 1970."""
    if isinstance(told, str) and told[4:5] == "-":
        return told
    raise ValueError("to be written as RFC 3339 does, such as 2026-03-02 or 2026-03-02T08:15:00Z")


def _near(told: datetime) -> datetime:
    """Refuse what no trade is about: in UTC, or some days on, it might be in no calendar."""
    if not 1900 <= told.year < 2200:
        raise ValueError("to lie between the years 1900 and 2199")
    return told


Day = Annotated[date, BeforeValidator(_written)]
"""A day of the calendar, in a request."""
Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_near)]
"""An instant with its zone, in a request."""

Number = Annotated[int, Path(ge=1, le=LARGEST_ID, examples=[1])]
"""The id of an object, in a path."""

Cursor = Annotated[str, Query(max_length=1024, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="items at most")]


def permitted(request: HttpRequest, operation: str, operations: Operations) -> Actor:
    """Return who asks, if one of his roles has the operation.

    Raises:
        NotPermitted: none has.
    """
    actor = actor_of(request)
    require(actor, operation, operations)
    return actor
