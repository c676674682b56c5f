"""What stands in the head of every page: for each role the places of its work, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from clearway.audit.actor import Actor, Role
from clearway.audit.permission import CUSTOMS

_LODGERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_CARGO: Final = frozenset({Role.CARRIER, Role.TERMINAL})


class Place(NamedTuple):
    """A place of work: the name of its page, the key of its word, whose it is, its shortcut."""

    page: str
    word: str
    roles: frozenset[Role]
    key: str = ""


PLACES: Final = (
    Place("queue", "menu_queue", CUSTOMS, "g q"),
    Place("drafts", "menu_lodge", _LODGERS, "g l"),
    Place("declarations", "menu_declarations", _LODGERS | CUSTOMS | {Role.AUDITOR}, "g d"),
    Place("requests", "menu_requests", _LODGERS | CUSTOMS, "g r"),
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
