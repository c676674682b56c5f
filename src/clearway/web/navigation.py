"""What stands in the head of every page: for each role the places of its work, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from clearway.audit.actor import Actor, Role
from clearway.audit.permission import CUSTOMS, TRADE

_LODGERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_CARGO: Final = frozenset({Role.CARRIER, Role.TERMINAL})
_AGENCY: Final = frozenset({Role.AGENCY})
_AUDITOR: Final = frozenset({Role.AUDITOR})
_REGISTRAR: Final = frozenset({Role.REGISTRAR})
_CASHIER: Final = frozenset({Role.CASHIER})
_ANALYST: Final = frozenset({Role.ANALYST})
_SECOND: Final = frozenset({Role.SUPERVISOR})
_INSPECTORS: Final = frozenset({Role.OFFICER, Role.AGENCY})
_NOBODY: Final = frozenset[Role]()
_GATE: Final = CUSTOMS | {Role.AUDITOR, Role.TERMINAL}


class Place(NamedTuple):
    """A place of work: the name of its page, the key of its word, its shortcut, whose it is.

    Those of ``roles`` see it in the head, those of ``seldom`` in the menu of what one seldom needs.
    """

    page: str
    word: str
    key: str
    roles: frozenset[Role]
    seldom: frozenset[Role] = _NOBODY

    def is_daily(self, actor: Actor) -> bool:
        """Tell whether an actor needs it every day."""
        return actor.has(*self.roles)


PLACES: Final = (
    Place("dashboard", "menu_dashboard", "g h", TRADE),
    Place("team", "menu_team", "g t", frozenset({Role.SUPERVISOR})),
    Place("queue", "menu_queue", "g q", CUSTOMS),
    Place("proposals", "menu_proposals", "g s", CUSTOMS),
    Place("log", "menu_log", "g j", _AUDITOR),
    Place("drafts", "menu_lodge", "g l", _LODGERS),
    Place("files", "menu_files", "g f", _LODGERS),
    Place("requests", "menu_requests", "g r", CUSTOMS, _LODGERS),
    Place("declarations", "menu_declarations", "g d", _LODGERS | CUSTOMS | _AUDITOR),
    Place("conveyances", "menu_conveyances", "g v", _CARGO, CUSTOMS | _AUDITOR),
    Place("documents", "menu_cargo", "g c", TRADE | _AUDITOR, CUSTOMS),
    Place("agency_cases", "menu_agency_cases", "g e", _AGENCY),
    Place("agency_papers", "menu_agency_papers", "g u", _AGENCY),
    Place("holds", "menu_holds", "g z", _AGENCY, CUSTOMS | _AUDITOR),
    Place("port", "menu_port", "g y", frozenset({Role.TERMINAL}), CUSTOMS | _AUDITOR),
    Place("station", "menu_station", "g w", frozenset({Role.TERMINAL})),
    Place("loading", "menu_loading", "", _NOBODY, _CARGO),
    Place("gates", "menu_gates", "g g", frozenset({Role.TERMINAL}), CUSTOMS | _AUDITOR),
    Place("gate_tokens", "menu_gate_tokens", "", _NOBODY, TRADE | CUSTOMS | _AUDITOR),
    Place("bookings", "menu_bookings", "", _NOBODY, TRADE | CUSTOMS | _AUDITOR),
    Place("equipment_receipts", "menu_equipment_receipts", "", _NOBODY, TRADE | _AUDITOR),
    Place("released_not_gated", "released_not_gated", "", _NOBODY, _GATE),
    Place("permits", "menu_permits", "", _AGENCY, _LODGERS | CUSTOMS | _AUDITOR),
    Place("applications", "menu_applications", "", _NOBODY, _LODGERS | CUSTOMS | _AUDITOR),
    Place("requirements", "menu_requirements", "", _NOBODY, _LODGERS | _AGENCY | CUSTOMS),
    Place("bank", "menu_bank", "g n", _CASHIER, frozenset({Role.SUPERVISOR}) | _AUDITOR),
    Place("notices", "menu_notices", "", _LODGERS | _CASHIER, CUSTOMS | _AUDITOR),
    Place("guarantees", "menu_guarantees", "", _CASHIER, _LODGERS | CUSTOMS | _AUDITOR),
    Place("prints", "menu_prints", "", _NOBODY, TRADE | CUSTOMS | _AGENCY | _AUDITOR),
    Place("inspections", "menu_inspections", "g b", _INSPECTORS, _SECOND | _AUDITOR),
    Place("value_doubts", "menu_value_doubts", "", _NOBODY, _LODGERS | CUSTOMS | _AUDITOR),
    Place("audits", "menu_audits", "", _AUDITOR, _LODGERS | CUSTOMS),
    Place("corrections", "menu_corrections", "", _NOBODY, _LODGERS | CUSTOMS | _AUDITOR),
    Place("claims", "menu_claims", "", _NOBODY, _LODGERS | CUSTOMS | _AUDITOR),
    Place("appeals", "menu_appeals", "", _NOBODY, _LODGERS | CUSTOMS | _AUDITOR),
    Place("line", "menu_line", "g i", frozenset({Role.OPERATOR})),
    Place("packs", "menu_packs", "g p", frozenset({Role.TARIFF}), _AUDITOR),
    Place("profiles", "menu_profiles", "", _ANALYST, _SECOND | _AUDITOR),
    Place("targeting_cases", "menu_targeting_cases", "", _ANALYST, CUSTOMS | _AUDITOR),
    Place("models", "menu_models", "", _ANALYST, _SECOND | _AUDITOR),
    Place("watchlists", "menu_watchlists", "", _ANALYST, CUSTOMS | _AUDITOR),
    Place("name_search", "menu_name_search", "", _NOBODY, _ANALYST | CUSTOMS | _AUDITOR),
    Place("intelligence_register", "menu_register", "", _NOBODY, _ANALYST | CUSTOMS | _AUDITOR),
    Place(
        "selection_ledger",
        "menu_selection_ledger",
        "",
        frozenset({Role.ANALYST}),
        _SECOND | _AUDITOR,
    ),
    Place("capacity", "menu_capacity", "", _NOBODY, _ANALYST | _SECOND | _AUDITOR),
    Place("quotas", "menu_quotas", "", frozenset({Role.TARIFF}), _LODGERS | CUSTOMS | _AUDITOR),
    Place("organisations", "menu_organisations", "g o", _REGISTRAR, CUSTOMS | _AUDITOR),
    Place("mandates", "menu_mandates", "g m", _REGISTRAR, TRADE | CUSTOMS | _AUDITOR),
    Place("authorisations", "menu_authorisations", "g a", _REGISTRAR, TRADE | CUSTOMS | _AUDITOR),
    Place("keys", "menu_connections", "g k", _NOBODY, TRADE),
    Place("sandbox", "menu_sandbox", "g x", _NOBODY, _LODGERS),
)
"""In the order of a day's work; what one sees is this order without what is not his. A place's
shortcut, where it has one, is its own and no other's, whatever one's role: ``g`` and a letter of
its English name or of what it is (home, journal, intake, vehicles, keys, experiments, seized,
yard, warehouse, enquiries, undecided, boxes, bank notes)."""


class Entry(NamedTuple):
    """An entry as it is shown."""

    address: str
    words: str
    current: bool = False
    key: str = ""


class Menu(NamedTuple):
    """What stands in the head, and what folds into a menu of its own."""

    daily: list[Entry]
    seldom: list[Entry]

    @property
    def is_within(self) -> bool:
        """Whether the page that is open is one of those that are folded."""
        return any(entry.current for entry in self.seldom)


def menu(request: HttpRequest, actor: Actor | None, words: Mapping[str, str]) -> Menu:
    """Return the entries for an actor; for a stranger the border and what programs need."""
    if actor is None:
        border = Entry("/", words["border"], request.path == "/")
        return Menu([border, Entry("/api/v1/docs", words["api"])], [])
    found = Menu([], [])
    for place in PLACES:
        if actor.has(*place.roles, *place.seldom):
            address = reverse(place.page)
            entry = Entry(address, words[place.word], _is_at(request, address), place.key)
            (found.daily if place.is_daily(actor) else found.seldom).append(entry)
    return found


def home(actor: Actor) -> str:
    """Return the address of an actor's first place of work; the border's where he has none."""
    return next((reverse(each.page) for each in PLACES if each.is_daily(actor)), "/")


def _is_at(request: HttpRequest, address: str) -> bool:
    """Tell whether a page is a place or lies below it: ``/team/hands/`` is below ``/team``."""
    return f"{request.path}/".startswith(f"{address.rstrip('/')}/")
