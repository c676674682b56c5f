"""What declarations' news do to permits: reserve, change, make final or give back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.declarations import events as declarations
from clearway.declarations.queries import by_key
from clearway.events.queries import Told
from clearway.permits import following, queries

KINDS = (
    declarations.ACCEPTED,
    declarations.AMENDED,
    declarations.RELEASED,
    declarations.INVALIDATED,
)


class _About(msgspec.Struct):
    """What is read of the news: which declaration they are about."""

    mrn: str | None = ""


_read = msgspec.json.Decoder(_About).decode


def still_to_do(news: Sequence[Told]) -> Sequence[Told]:
    """Leave out declarations of goods that need no permit: most, found by one look together."""
    mrns = {told.id: _read(told.body).mrn or "" for told in news}
    concerned = queries.concerned(mrns.values())
    return [told for told in news if mrns[told.id] in concerned]


def follow_declaration(news: Told) -> None:
    """Write off, make final or give back the permits that a declaration names."""
    found = by_key(_read(news.body).mrn or "")
    if found is None:
        return
    if news.kind == declarations.INVALIDATED:
        following.undo(found.pk)
    elif news.kind == declarations.RELEASED:
        following.examine(found.pk)
        following.finalise(found.pk)
    else:
        following.examine(found.pk)
