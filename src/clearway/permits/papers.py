"""What an agency decides on a declaration: a paper confirmed or refused, goods to be seen first."""

from __future__ import annotations

from typing import Final

from clearway.audit.actor import Actor
from clearway.declarations import events as told
from clearway.declarations import queries as declarations
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.events.service import Act, act
from clearway.permits import access, events, following
from clearway.permits.models import Need
from clearway.vocabulary.errors import DataRefused, StateForbids

DECISIONS: Final = ("confirm", "refuse", "inspect")
_STATES: Final = {"confirm": "covered", "refuse": "refused", "inspect": "inspect"}


def decide(actor: Actor, number: int, decision: str, remark: str = "") -> Need:
    """Decide how an agency stands to one need of a declaration.

    Args:
        actor: an officer of the agency.
        number: the need's.
        decision: confirm, refuse or inspect; but for confirming what is there it needs a remark.
        remark: what the trader is told.

    Raises:
        NotThere: no such need of this agency's.
        StateForbids: the declaration is released or void, or an exemption is claimed.
        DataRefused: it does not say why.
    """
    found = access.need_for(actor, number, to="decide")
    remark = remark.strip()
    with act(actor) as doing:
        declaration = declarations.locked(found.declaration)
        need = Need.objects.get(pk=found.pk)
        if not is_decidable(declaration, need):
            raise StateForbids(
                "The agency cannot decide on it any more.", remedy="Look where it stands now."
            )
        if not remark and (decision != "confirm" or need.state in {"lacking", "refused"}):
            raise DataRefused(
                "This act needs a reason.",
                faults=(("/body/reason", "must not be empty"),),
                remedy="Say why in a few words; the record keeps it.",
            )
        _write(doing, need, decision, remark)
        kind = events.INSPECTION_WANTED if decision == "inspect" else events.PAPER_DECIDED
        doing.announce(
            kind,
            told.subject(declaration.mrn, declaration.pk),
            {
                "mrn": declaration.mrn, "declaration": declaration.pk, "item": need.item,
                "agency": need.agency, "requirement": need.requirement, "state": need.state,
                "reason": remark,
            },
            concerns=following.told_to(doing, declaration, [need.agency]),
        )  # fmt: skip
        following.announce_status(doing, declaration)
    return need


def is_decidable(declaration: Declaration, need: Need) -> bool:
    """Tell whether an agency may still decide on a need."""
    return declaration.state in BEFORE_RELEASE and need.state != "waived"


def _write(doing: Act, need: Need, decision: str, remark: str) -> None:
    need.state, need.remark = _STATES[decision], remark
    need.reason = "agency" if decision == "refuse" else ""
    need.decided_by, need.decided_at = doing.actor.name, doing.at
    need.save(update_fields=["state", "remark", "reason", "decided_by", "decided_at"])
