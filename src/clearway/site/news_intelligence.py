"""What intelligence hears of the record, and what a target note does in the rooms above it."""

from __future__ import annotations

import logging
from typing import Final

import msgspec

from clearway.audit.actor import Actor, Role
from clearway.cargo import events as cargo
from clearway.cargo.queries import live_document
from clearway.clearance import holds
from clearway.clearance.queries import is_held_for
from clearway.clearance.units import Unit
from clearway.declarations import events as declarations
from clearway.events.queries import Told
from clearway.inspection import ordering
from clearway.inspection.queries import is_ordered_for
from clearway.intelligence import events as intelligence
from clearway.intelligence import following
from clearway.vocabulary.errors import ActRefused, StateForbids

_log = logging.getLogger(__name__)
KINDS: Final = (declarations.RECEIVED, declarations.AMENDED, cargo.REPORTED)
TARGETED: Final = (intelligence.TARGETED,)
_TOLD: Final = "Selected for customs control."
"""What a trader reads as the reason of a hold: a person who is looked for is not told so."""


class _Body(msgspec.Struct):
    """What is read of the news."""

    mrn: str | None = None
    number: str = ""
    about: str = ""
    case: int = 0
    wish: str = ""
    office: str = ""
    organisation: int = 0
    by: str = ""


_read = msgspec.json.Decoder(_Body).decode


def follow_record(news: Told) -> None:
    """Let intelligence look at a declaration or a transport document that came or was changed."""
    body = _read(news.body)
    if news.kind == cargo.REPORTED:
        following.document_came(body.number, news.legal_time)
    elif body.mrn:  # a rejected one has none
        following.declaration_came(body.mrn, news.legal_time)


def do_what_is_wished(news: Told) -> None:
    """Hold or have looked at what a target note names, as the officer who wrote it.

    Where a look can no longer be ordered, the goods are held: whoever wished for the one would
    rather have the other than nothing. What has left can be neither.
    """
    body = _read(news.body)
    roles = frozenset({Role.OFFICER})
    actor = Actor(body.by, body.organisation, roles=roles, office=body.office)
    note = f"Targeting case {body.case}"
    held = body.wish in {"hold", "both"}
    try:
        if body.about == "document":
            document = live_document(body.number)
            if held and document is not None:
                _hold(actor, Unit("packages", document.key), document.key, note)
            return
        if body.wish in {"inspect", "both"}:
            held = not _is_looked_at(actor, body.number, note) or held
        if held:
            _hold(actor, body.number, body.number, note)
    except ActRefused as refused:
        _log.warning("%s cannot be carried out: %s", note, refused)


def _hold(actor: Actor, on: str | Unit, number: str, note: str) -> None:
    """Hold goods for a case, once however often it is heard."""
    if not is_held_for(note, number):
        holds.place(actor, on, holds.Wanted(legal_reason=_TOLD, note=note))


def _is_looked_at(actor: Actor, mrn: str, note: str) -> bool:
    """Order a look for a case, once however often it is heard; tell whether there is one."""
    if is_ordered_for(note, mrn):
        return True
    try:
        ordering.order_by_officer(actor, mrn, look_at=("documents", "goods"), reason=note)
    except StateForbids:
        return False
    return True
