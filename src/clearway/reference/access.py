"""Who may do what with country packs. The law is public to everybody who is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.accounts.permission import EVERYBODY
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.reference import queries
from clearway.reference.models import PublishedPack
from clearway.vocabulary.errors import NotThere

_STEWARD = frozenset({Role.TARIFF})
_SEE_PROPOSALS = frozenset({Role.TARIFF, Role.AUDITOR, Role.SUPERVISOR, Role.OPERATOR})

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listPacks": EVERYBODY,
    "getPack": EVERYBODY,
    "listPackChanges": EVERYBODY,
    "proposePack": _STEWARD,
    "approvePack": _STEWARD,
    "withdrawPack": _STEWARD,
    "lookUpTariffLine": EVERYBODY,
}
"""The roles that have each operation."""


def pack_for(actor: Actor, number: int) -> PublishedPack:
    """Return a pack: one that was approved for everybody, a proposal for those it concerns.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.visible_packs(proposals=actor.has(*_SEE_PROPOSALS)).filter(pk=number).first()
    if found is None:
        audit.note("refusal", actor, f"pack:{number}")
        raise NotThere("There is no such pack.", remedy="Check its number.")
    return found


def sees_proposals(actor: Actor) -> bool:
    """Tell whether an actor sees packs that are only proposed, or withdrawn."""
    return actor.has(*_SEE_PROPOSALS)
