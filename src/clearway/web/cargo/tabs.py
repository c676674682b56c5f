"""The lists of cargo beside each other, for the head of each of them."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.urls import reverse

from clearway.audit.actor import Actor
from clearway.cargo.access import OPERATIONS as CARGO
from clearway.declarations.access import OPERATIONS as DECLARATIONS

_LISTS: Final = (
    ("documents", "cargo_documents", CARGO["listTransportDocuments"]),
    ("cargo_waiting", "cargo_waiting", DECLARATIONS["listDeclarations"]),
    ("cargo_undeclared", "cargo_undeclared", CARGO["listTransportDocuments"]),
    ("cargo_doubted", "cargo_doubted", CARGO["listTransportDocuments"]),
    ("cargo_untallied", "cargo_untallied", CARGO["listTransportDocuments"]),
    ("cargo_discrepancies", "cargo_discrepancies", CARGO["listTransportDocuments"]),
    ("cargo_overdue", "cargo_overdue", CARGO["listTransportDocuments"]),
    ("pre_loadings", "cargo_pre_loading", CARGO["getPreLoading"]),
)


class Tab(NamedTuple):
    """A list: its address, the key of its word, and whether it is the one that is shown."""

    address: str
    word: str
    current: bool


def tabs(actor: Actor, shown: str) -> list[Tab]:
    """Return the lists that an actor may see; ``shown`` is the name of the page."""
    return [
        Tab(reverse(name), word, name == shown) for name, word, roles in _LISTS if actor.has(*roles)
    ]
