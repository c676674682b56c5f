"""What cargo's news do to declarations, and what a cancelled declaration undoes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.cargo import events as cargo
from clearway.cargo.queries import as_reported
from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.intake import arriving, matching, selecting_anew, undoing

KINDS = (
    cargo.REPORTED,
    cargo.ARRIVED,
    cargo.CANCELLED,
    cargo.DISCHARGED,  # counted again: what was missing may be there
    declarations.UNMATCHED,
)


class _Waits(msgspec.Struct):
    """What is read of the news that a declaration waits for its cargo report."""

    document: str = ""


_read = msgspec.json.Decoder(_Waits).decode


def still_to_do(news: Sequence[Told]) -> Sequence[Told]:
    """Leave out the declarations that wait for a report that nobody has made yet.

    A report that was committed while its declaration was on its way is there by now; one that
    comes later is news itself. So nobody waits for ever, and most news cost one look together.
    """
    waiting = {told.id: _read(told.body).document for told in news if _waits(told)}
    there = matching.reported_now(waiting.values())
    return [told for told in news if not _waits(told) or waiting[told.id] in there]


def _waits(told: Told) -> bool:
    return told.kind == declarations.UNMATCHED


def tell_declarations(news: Told) -> None:
    """Select anew, match, release from waiting, or present the declarations of a document."""
    if news.kind == declarations.UNMATCHED:
        _look_again(_read(news.body).document)
        return
    number: str = msgspec.json.decode(news.body)["number"]
    if news.kind in {cargo.REPORTED, cargo.DISCHARGED}:
        _told(number)
    elif news.kind == cargo.CANCELLED:
        matching.on_document_cancelled(number)
    elif news.kind == cargo.ARRIVED:
        matching.on_document_arrived(number)
        arriving.on_document_arrived(number, news.legal_time)


def _told(number: str) -> None:
    """Select anew before anything is matched: what is matched may be released."""
    selecting_anew.on_document_reported(number)
    matching.on_document_reported(number)


def _look_again(document: str) -> None:
    """Do for who waits what the news of his cargo did before he was there to hear them."""
    found = as_reported([document]).get(document)
    if found is None:
        return
    _told(document)
    if found.arrived_at is not None:
        arriving.on_document_arrived(document, found.arrived_at)


CANCELLED = (declarations.INVALIDATED,)


def give_back_year(news: Told) -> None:
    """Return to a buyer what his cancelled parcel had used of the year; it counts no longer."""
    undoing.on_invalidated(msgspec.json.decode(news.body)["mrn"] or "", news.system_time)
