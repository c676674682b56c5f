"""What cargo's news do to declarations, in their order for each transport document."""

from __future__ import annotations

import msgspec

from clearway.cargo import events as cargo
from clearway.declarations import matching
from clearway.events.queries import Told
from clearway.intake import arriving

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
