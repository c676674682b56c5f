"""Corrections that customs makes of its own motion after release (notification code 07).

An officer says what a declaration should have said; the kernel says what that comes to. Where money
changes, a second person confirms. It is carried out as another version of the declaration, decided
on under the law of its own day; the accounts follow the new assessment as they follow every one.
"""

from __future__ import annotations

from collections.abc import Sequence

from clearway.accounts.four_eyes import two_persons
from clearway.audit.actor import Actor
from clearway.declarations import access as declarations
from clearway.declarations import service
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.service import Act, act
from clearway.post_clearance import access, changing, events, ledger, versions
from clearway.post_clearance.auditing import refuse_late
from clearway.post_clearance.changing import Change
from clearway.post_clearance.differing import Found, found
from clearway.post_clearance.life_cycle import CORRECTION, NOTHING, taken
from clearway.post_clearance.models import Correction
from clearway.post_clearance.rules import REFUND, law_of
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import StateForbids


def propose(actor: Actor, key: str, changes: Sequence[Change], reason: str) -> Correction:
    """Correct a released declaration, or propose it where that changes what is owed.

    Args:
        actor: an officer of its office, impartial in it.
        key: its MRN.
        changes: what it should have said.
        reason: why and by what law, as the trader reads it.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: it is not released, another correction or a request waits, it is out of time,
            or more would be refunded than was paid.
        DataRefused: a change cannot be made, or it would have errors.
    """
    wanted = declarations.declaration_for(actor, key, to="decide")
    reason = service.needed_reason(reason)
    with act(actor) as doing:
        declaration = locked(wanted.pk)
        _refuse_unless_correctable(declaration)
        judged = found(doing, declaration, changes)
        _refuse_untimely(doing, declaration, judged)
        made = Correction.objects.create(
            declaration=declaration,
            version=declaration.version,
            changes=changing.written(changes),
            message=judged.message,
            reason=reason,
            currency=judged.currency,
            difference=judged.difference,
            state=taken(CORRECTION, NOTHING, "propose"),
            proposed_by=actor.name,
            proposed_at=doing.at,
        )
        tell(doing, made, events.CORRECTION_PROPOSED, quiet=True)
    return made if judged.lines else _carry_out(actor, made, reason)


def confirm(actor: Actor, number: int, *, confirmed: bool, reason: str = "") -> Correction:
    """Confirm what another proposed, which is then done at once, or send it back.

    Raises:
        NotThere: no such correction for this officer.
        StateForbids: he proposed it himself, by a key of his too (that is logged); it was decided,
            or the declaration was changed since.
        DataRefused: it is sent back without a reason.
    """
    row = access.correction_for(actor, number, to="act")
    two_persons(actor, [row.proposed_by], f"correction:{row.pk}", "confirm")
    if confirmed:
        return _carry_out(actor, row, reason)
    reason = service.needed_reason(reason)
    with act(actor) as doing:
        locked(row.declaration_id)
        row.refresh_from_db()
        row.state = taken(CORRECTION, row.state, "send_back")
        _decide(doing, row, reason)
        tell(doing, row, events.CORRECTION_SENT_BACK, quiet=True)
    return row


def _carry_out(actor: Actor, row: Correction, reason: str) -> Correction:
    """Confirm it, then let the line write the version; where it cannot, the correction waits on."""
    with act(actor) as doing:
        declaration = locked(row.declaration_id)
        row.refresh_from_db()
        row.state = taken(CORRECTION, row.state, "confirm")
        if row.version != declaration.version:
            raise StateForbids(
                "It was amended since.", remedy="Send it back, to be looked at anew."
            )
        asked = versions.ask(doing, declaration, bytes(row.message), row.reason)
        _decide(doing, row, reason)
        tell(doing, row, events.CORRECTION_CONFIRMED)
    if versions.write(actor, asked) is not None:
        return row
    with act(actor) as doing:
        _undo(doing, row)
    raise StateForbids(
        "The declaration cannot be judged again as it stands.",
        remedy="Read it again, then decide.",
    )


def _undo(doing: Act, row: Correction) -> None:
    """Let a confirmed correction that could not be carried out wait again."""
    locked(row.declaration_id)
    row.state, row.decided_by, row.decided_at = "proposed", "", None
    row.save(update_fields=["state", "decided_by", "decided_at"])
    tell(doing, row, events.CORRECTION_FAILED, quiet=True)


def _decide(doing: Act, row: Correction, reason: str) -> None:
    row.decided_by, row.decided_at, row.decision = doing.actor.name, doing.at, reason[:512]
    row.save(update_fields=["state", "decided_by", "decided_at", "decision"])


def _refuse_unless_correctable(declaration: Declaration) -> None:
    if declaration.state not in AFTER_RELEASE:
        raise StateForbids(
            f"The declaration is {declaration.state}; that does not allow this now.",
            remedy="Read it again, then decide.",
        )
    service.refuse_while_asked(declaration)
    if Correction.objects.filter(declaration=declaration, state="proposed").exists():
        raise StateForbids(
            "A correction of it waits for a second person.",
            remedy="He confirms it or sends it back.",
        )


def _refuse_untimely(doing: Act, declaration: Declaration, judged: Found) -> None:
    reference = reference_at(doing.at)
    kind = REFUND if judged.difference < 0 else "ordinary"
    refuse_late(declaration, reference, law_of(reference), kind, doing.at)
    if judged.difference < 0:
        ledger.refuse_beyond_paid(declaration, -judged.difference)


def tell(doing: Act, row: Correction, kind: str, *, quiet: bool = False) -> None:
    """Announce a fact about a correction, to customs alone (``quiet``) or to the parties too."""
    declaration = row.declaration
    told = {"mrn": declaration.mrn, "difference": row.difference, "reason": row.reason}
    concerns = () if quiet else (declaration.organisation,)
    doing.announce(kind, f"correction:{row.pk}", told, concerns=concerns)
