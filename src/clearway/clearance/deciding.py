"""What an officer decides on a declaration, alone or with a second person."""

from __future__ import annotations

from typing import Final

import msgspec

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.clearance import access, events, queries, releasing, service
from clearway.clearance.models import Proposal
from clearway.clearance.releasing import Order
from clearway.declarations.access import declaration_for
from clearway.declarations.events import subject
from clearway.declarations.models import Declaration
from clearway.declarations.queries import greatest_value, locked
from clearway.declarations.service import announce, needed_reason
from clearway.events.service import Act, act
from clearway.payments.covering import telling_shortfall
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids

_SECOND_PERSON: Final = "clearance.second_person_above"
LONGEST: Final = 512
"""Characters of a reason, and of what is asked of a trader."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Order).decode


class Outcome(msgspec.Struct, frozen=True):
    """What became of a decision.

    ``what`` is released, assessed (goods or payment are awaited), proposed (a second person
    confirms), sent_back, asked or controlled.
    """

    declaration: Declaration
    what: str


def accept(actor: Actor, key: str, order: Order, seen: int | None = None) -> Outcome:
    """Find what the lane asked for in order; release what is ready for it.

    Args:
        actor: the officer.
        key: MRN of the declaration.
        order: what he found in order.
        seen: the version that he looked at; what was amended since is not accepted.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: another has it, a request or a proposal waits, the lane asks for more, the
            goods are being looked at, or it was amended since he looked.
    """
    found = declaration_for(actor, key, to="decide")
    with telling_shortfall(actor), act(actor) as doing:
        declaration = before_me(actor, found.pk)
        if seen is not None and seen != declaration.version:
            raise StateForbids(
                "It was amended since you looked at it.",
                remedy="Look at it as it stands now, then decide.",
            )
        if declaration.state not in {*queries.WAITING, "assessed"}:
            raise StateForbids("There is nothing to accept.", remedy="Look where it stands now.")
        if needs_second(declaration, order):
            _propose(doing, declaration, order)
            return Outcome(declaration, "proposed")
        return _carry_out(doing, declaration, order)


def release(actor: Actor, key: str, order: Order) -> Declaration:
    """Release the goods of a declaration, or nothing.

    Raises:
        NotThere: no such declaration for this officer, or one of his own organisation's.
        StateForbids: another has it, a second person is needed, or a guard does not hold; the
            answer names every one that does not.
    """
    found = declaration_for(actor, key, to="release")
    with telling_shortfall(actor), act(actor) as doing:
        declaration = before_me(actor, found.pk)
        refuse_single(declaration, order)
        releasing.release(doing, declaration, order)
        service.end(doing, declaration.pk, "decided")
    return declaration


def confirm(actor: Actor, number: int, *, confirmed: bool, reason: str) -> Outcome:
    """Confirm another's decision, or send it back with a reason.

    Raises:
        NotThere: no such decision waits for this person.
        StateForbids: the declaration was amended since, or it was decided in the meantime.
        DataRefused: it is sent back without a reason.
    """
    found = access.proposal_for(actor, number)
    with telling_shortfall(actor), act(actor) as doing:
        declaration = locked(found.declaration_id)
        proposal = queries.proposal(declaration.pk)
        if proposal is None or proposal.pk != found.pk:
            raise StateForbids("It was decided in the meantime.", remedy="Look at the list anew.")
        if confirmed and proposal.version != declaration.version:
            raise StateForbids(
                "It was amended since.", remedy="Send it back, to be looked at anew."
            )
        proposal.reason = _short(reason.strip()) if confirmed else _reason(reason)
        proposal.state = "confirmed" if confirmed else "sent_back"
        proposal.decided_by, proposal.decided_at = actor.name, doing.at
        proposal.save(update_fields=["reason", "state", "decided_by", "decided_at"])
        if confirmed:
            return _carry_out(doing, declaration, order_of(proposal))
        # Told to nobody outside customs: it speaks of how officers work.
        told = {"mrn": declaration.mrn, "reason": proposal.reason}
        doing.announce(events.SENT_BACK, subject(declaration.mrn, declaration.pk), told)
        return Outcome(declaration, "sent_back")


def ask_for_documents(actor: Actor, key: str, wanted: str) -> Outcome:
    """Ask the trader for documents. It stays with the officer, or comes into his hands.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: another has it, or nothing can be asked now.
        DataRefused: it does not say which.
    """
    found = declaration_for(actor, key, to="decide")
    with act(actor) as doing:
        declaration = before_me(actor, found.pk)
        releasing.ask_for_documents(doing, declaration, _reason(wanted))
        if queries.assignment(declaration.pk) is None:
            service.assign(doing, declaration, actor.name)
    return Outcome(declaration, "asked")


def control(actor: Actor, key: str, reason: str) -> Outcome:
    """Send the goods to control.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: another has it, or they are there already.
        DataRefused: there is no reason.
    """
    found = declaration_for(actor, key, to="decide")
    with act(actor) as doing:
        declaration = before_me(actor, found.pk)
        releasing.control(doing, declaration, _reason(reason))
        service.end(doing, declaration.pk, "decided")
    return Outcome(declaration, "controlled")


def order_of(proposal: Proposal) -> Order:
    """Return what was proposed."""
    return _decode(bytes(proposal.order))


def needs_second(declaration: Declaration, order: Order) -> bool:
    """Tell whether a second person has to confirm that goods under control are in order.

    The greatest value that was ever declared for them counts: an amendment does not take goods of
    great value out of his sight.
    """
    if declaration.state != "under_control" or not order.goods_controlled:
        return False
    above = reference_at(clock.now()).settings.get(_SECOND_PERSON, "")
    return bool(above) and greatest_value(declaration) > int(above)


def refuse_single(declaration: Declaration, order: Order) -> None:
    """Refuse what two persons decide.

    Raises:
        StateForbids: the goods were under control and are of great value.
    """
    if needs_second(declaration, order):
        raise StateForbids(
            "Goods of this value are found in order by two persons.",
            remedy="Accept it instead: a second person then confirms that.",
        )


def before_me(actor: Actor, number: int) -> Declaration:
    """Return a declaration, locked, that no other has before him and nobody else's word awaits."""
    declaration = locked(number)
    service.refuse_another(actor, declaration)
    service.refuse_proposed(declaration)
    return declaration


def _carry_out(doing: Act, declaration: Declaration, order: Order) -> Outcome:
    released = releasing.accept(doing, declaration, order)
    service.end(doing, declaration.pk, "decided")
    return Outcome(declaration, "released" if released else "assessed")


def _propose(doing: Act, declaration: Declaration, order: Order) -> None:
    releasing.refuse_while_asked(declaration)
    releasing.satisfied(declaration, order)
    Proposal.objects.create(
        declaration=declaration,
        version=declaration.version,
        order=_encode(order),
        proposed_by=doing.actor.name,
        proposed_at=doing.at,
    )
    service.end(doing, declaration.pk, "decided")
    announce(doing, declaration, events.PROPOSED)


def _reason(given: str) -> str:
    return _short(needed_reason(given))


def _short(given: str) -> str:
    if len(given) > LONGEST:
        raise DataRefused(
            "This is too long.",
            faults=(("/body/reason", f"more than {LONGEST} characters"),),
            remedy="Say it in fewer words.",
        )
    return given
