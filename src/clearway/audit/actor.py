"""Who acts. Every write and every logged read names an actor; nothing is done by nobody."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Role(StrEnum):
    """What a person or a system does at the border. One actor may have several roles."""

    TRADER = "trader"
    BROKER = "broker"
    CARRIER = "carrier"
    TERMINAL = "terminal"
    PLATFORM = "platform"
    """An e-commerce platform, post or express operator."""
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    AGENCY = "agency"
    """An officer of a partner agency; his office is the agency's code in the pack."""
    CASHIER = "cashier"
    """Keeps the accounts: the bank's lines, guarantees, refunds."""
    REGISTRAR = "registrar"
    TARIFF = "tariff"
    """Steward of published reference data."""
    AUDITOR = "auditor"
    OPERATOR = "operator"
    """Runs the system; sees queues and alarms, no trade data."""
    ANALYST = "analyst"
    """Writes risk profiles, tries them on history, and watches what each is worth."""


class Actor(msgspec.Struct, frozen=True):
    """One who acts: a signed-in person, a key that a system holds, or Clearway itself.

    ``name`` is stable and holds no personal data: ``user:12``, ``key:7``, ``system:intake``.
    ``organisation`` is the operator's or administration's id, 0 for Clearway itself;
    ``identifier`` its trader identification number (WCO R123 …), empty for an administration.
    ``office`` is the customs office an officer sits at, empty where he may act at any; of a
    partner agency's officer it is the agency's code in the pack.
    """

    name: str
    organisation: int = 0
    identifier: str = ""
    roles: frozenset[Role] = frozenset()
    office: str = ""
    language: str = "en"

    def has(self, *roles: Role) -> bool:
        """Tell whether the actor has one of the roles."""
        return not self.roles.isdisjoint(roles)


def system(part: str) -> Actor:
    """Return Clearway itself acting, by the part of it that does."""
    return Actor(name=f"system:{part}")


def actor_of(request: Any) -> Actor:
    """Return who sent a request. The doors put it there before any view runs."""
    actor: Actor = request.actor
    return actor
