"""What declarations' news do to notices and guarantees."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.audit.actor import system
from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.payments import notices, queries

KINDS = (declarations.ACCEPTED, declarations.AMENDED, declarations.INVALIDATED)
_ME = system("payments")


class _About(msgspec.Struct):
    """What is read of the news."""

    mrn: str | None = None


_read = msgspec.json.Decoder(_About).decode


def still_to_do(news: Sequence[Told]) -> Sequence[Told]:
    """Leave out what owes nothing and never did: most parcels of low value."""
    numbers = {told.id: _read(told.body).mrn or "" for told in news}
    owing = queries.owing(set(numbers.values()) - {""})
    return [told for told in news if numbers[told.id] in owing]


def tell_payments(news: Told) -> None:
    """Issue, replace or cancel the notice of a declaration."""
    mrn = _read(news.body).mrn
    if mrn:
        notices.follow(_ME, mrn)
