"""What the requests of the API have in common, from this floor up."""

from __future__ import annotations

from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import ConfigDict

from clearway.audit.actor import Actor, actor_of
from clearway.audit.permission import Operations, require
from clearway.vocabulary.pages import LARGEST_PAGE

LARGEST_ID: Final = 2**63 - 1


class Form(Schema):
    """Data of a request: what is not described is refused."""

    model_config = ConfigDict(extra="forbid")


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
