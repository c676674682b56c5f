"""What declarations' news do to permits: reserve, change, make final or give back."""

from __future__ import annotations

import msgspec

from clearway.declarations import events as declarations
from clearway.declarations.queries import by_key
from clearway.events.queries import Told
from clearway.permits import following

KINDS = (
    declarations.ACCEPTED,
    declarations.AMENDED,
    declarations.RELEASED,
    declarations.INVALIDATED,
)


def follow_declaration(news: Told) -> None:
    """Write off, make final or give back the permits that a declaration names."""
    found = by_key(msgspec.json.decode(news.body)["mrn"] or "")
    if found is None:
        return
    if news.kind == declarations.INVALIDATED:
        following.undo(found.pk)
    elif news.kind == declarations.RELEASED:
        following.examine(found.pk)
        following.finalise(found.pk)
    else:
        following.examine(found.pk)
