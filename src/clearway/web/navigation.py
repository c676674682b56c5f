"""What stands in the head of every page: for each role the places of its work, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from clearway.audit.actor import Actor, Role
from clearway.audit.permission import CUSTOMS, TRADE

_LODGERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_SEE_ALL: Final = CUSTOMS | {Role.REGISTRAR, Role.AUDITOR}
_CARGO: Final = frozenset({Role.CARRIER, Role.TERMINAL})


class Place(NamedTuple):
    """A place of work: the name of its page, the key of its word, whose it is, its shortcut."""

    page: str
    word: str
    roles: frozenset[Role]
    key: str = ""


PLACES: Final = (
    Place("queue", "menu_queue", CUSTOMS, "g q"),
    Place("dashboard", "menu_dashboard", TRADE, "g h"),
    Place("drafts", "menu_lodge", _LODGERS, "g l"),
    Place("declarations", "menu_declarations", _LODGERS | CUSTOMS | {Role.AUDITOR}, "g d"),
    Place("requests", "menu_requests", _LODGERS | CUSTOMS, "g r"),
    Place("proposals", "menu_proposals", CUSTOMS, "g s"),
    Place("team", "menu_team", frozenset({Role.SUPERVISOR}), "g t"),
    Place("log", "menu_log", frozenset({Role.AUDITOR}), "g l"),
    Place("line", "menu_line", frozenset({Role.OPERATOR}), "g i"),
    Place("packs", "menu_packs", frozenset({Role.TARIFF, Role.AUDITOR}), "g p"),
    Place("files", "menu_files", _LODGERS, "g f"),
    Place("organisations", "menu_organisations", _SEE_ALL, "g o"),
    Place("mandates", "menu_mandates", TRADE | _SEE_ALL, "g m"),
    Place("authorisations", "menu_authorisations", TRADE | _SEE_ALL, "g a"),
    Place("keys", "menu_connections", TRADE, "g k"),
    Place("sandbox", "menu_sandbox", _LODGERS, "g s"),
    Place("conveyances", "menu_conveyances", _CARGO | CUSTOMS | {Role.AUDITOR}, "g v"),
    Place("documents", "menu_cargo", TRADE | CUSTOMS | {Role.AUDITOR}, "g c"),
)


class Entry(NamedTuple):
    """An entry as it is shown."""

    address: str
    words: str
    current: bool
    key: str


def menu(request: HttpRequest, actor: Actor | None, words: Mapping[str, str]) -> list[Entry]:
    """Return the entries for an actor; for a stranger the border and what programs need."""
    if actor is None:
        return [
            Entry("/", words["border"], request.path == "/", ""),
            Entry("/api/v1/docs", words["api"], current=False, key=""),
        ]
    entries = []
    for place in PLACES:
        if actor.has(*place.roles):
            address = reverse(place.page)
            current = request.path.startswith(address)
            entries.append(Entry(address, words[place.word], current, place.key))
    return entries


def home(actor: Actor) -> str:
    """Return the address of an actor's first place of work; the border's where he has none."""
    for place in PLACES:
        if actor.has(*place.roles):
            return reverse(place.page)
    return "/"
