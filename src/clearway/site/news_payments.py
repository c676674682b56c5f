"""What declarations' news do to notices and guarantees."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.audit.actor import system
from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.inspection import events as inspection
from clearway.payments import determining, notices, queries
from clearway.payments.departing import Part

KINDS = (declarations.ACCEPTED, declarations.AMENDED, declarations.INVALIDATED)
DETERMINED = (inspection.DOUBT_DECIDED, inspection.DOUBT_LAPSED)
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


class _Tax(msgspec.Struct):
    """What one tax differs by, and what was charged by it."""

    tax: str
    amount: int
    charged: int | None = None


class _Decided(msgspec.Struct):
    """What is read of a decision on a doubted value; older ones name no taxes."""

    mrn: str | None = None
    doubt: int = 0
    item: int = 0
    taxes: tuple[_Tax, ...] = ()


_decided = msgspec.json.Decoder(_Decided).decode


def collect_determined(news: Told) -> None:
    """Ask for what a value that customs determined adds to a debt; a lapsed doubt adds nothing."""
    told = _decided(news.body)
    parts = [Part(one.tax, one.amount, told.item, one.charged) for one in told.taxes]
    determining.collect(_ME, told.mrn or "", told.doubt, parts)
