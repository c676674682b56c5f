"""The life cycle of an organisation (card C10) as one table, and which roles each kind may hold."""

from __future__ import annotations

from typing import Final

from clearway.audit.actor import Role

APPLIED, VERIFIED, ACTIVE, SUSPENDED, CLOSED = (
    "applied",
    "verified",
    "active",
    "suspended",
    "closed",
)
STATES: Final = (APPLIED, VERIFIED, ACTIVE, SUSPENDED, CLOSED)

TRANSITIONS: Final[dict[str, tuple[str, ...]]] = {
    APPLIED: (VERIFIED, CLOSED),
    VERIFIED: (ACTIVE, CLOSED),
    ACTIVE: (SUSPENDED, CLOSED),
    SUSPENDED: (ACTIVE, CLOSED),
    CLOSED: (),
}
"""To which states an organisation may go. Closed is for ever; its identifier is never reused."""

ADMINISTRATION: Final = "administration"
_TRADE = (Role.TRADER, Role.BROKER, Role.CARRIER, Role.TERMINAL, Role.PLATFORM)
OFFICIAL_ROLES: Final = frozenset(Role) - frozenset(_TRADE)
OFFICE_ROLES: Final = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.AGENCY})
"""Roles that may be narrowed to one customs office, or that belong to one agency of the pack."""

ROLES_OF_KIND: Final[dict[str, frozenset[Role]]] = {
    "trader": frozenset({Role.TRADER}),
    "broker": frozenset({Role.BROKER, Role.TRADER}),
    "carrier": frozenset({Role.CARRIER, Role.TRADER}),
    "terminal": frozenset({Role.TERMINAL, Role.TRADER}),
    "platform": frozenset({Role.PLATFORM, Role.TRADER}),
    ADMINISTRATION: OFFICIAL_ROLES,
}
"""Which roles a person or a key of an organisation may have, by the organisation's kind."""
