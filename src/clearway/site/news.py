"""What cargo's news do to declarations, and what a cancelled declaration undoes."""

from __future__ import annotations

import msgspec

from clearway.cargo import events as cargo
from clearway.declarations import events as declarations
from clearway.declarations import matching
from clearway.events.queries import Told
from clearway.intake import arriving, undoing

KINDS = (cargo.REPORTED, cargo.ARRIVED, cargo.CANCELLED)


def tell_declarations(news: Told) -> None:
    """Match, release from waiting, or present the declarations of a transport document."""
    number: str = msgspec.json.decode(news.body)["number"]
    if news.kind == cargo.REPORTED:
        matching.on_document_reported(number)
    elif news.kind == cargo.CANCELLED:
        matching.on_document_cancelled(number)
    elif news.kind == cargo.ARRIVED:
        matching.on_document_arrived(number)
        arriving.on_document_arrived(number, news.legal_time)


CANCELLED = (declarations.INVALIDATED,)


def give_back_year(news: Told) -> None:
    """Return to a buyer what his cancelled parcel had used of the year."""
    undoing.on_invalidated(msgspec.json.decode(news.body)["mrn"] or "")
