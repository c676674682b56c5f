"""Claims of a payer to have money back: lodged by him, decided by customs (RKC Chapter 4, Part C).

What is granted lowers the notices by lines of the ledger; what was paid of it goes back by two
persons at the cash desk, neither of whom granted it. A refusal may be appealed against.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clearway.audit.actor import Actor
from clearway.declarations import access as declarations
from clearway.declarations.events import subject as declaration_subject
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.queries import locked
from clearway.declarations.rules import local_day
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.payments.notices import Line
from clearway.post_clearance import access, events, ledger, queries
from clearway.post_clearance.auditing import refuse_late
from clearway.post_clearance.life_cycle import CLAIM, NOTHING, taken
from clearway.post_clearance.models import Claim, ClaimLine
from clearway.post_clearance.rules import REFUND, law_of, working_days_after
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids


def lodge(actor: Actor, key: str, wanted: Sequence[tuple[str, int]], grounds: str) -> Claim:
    """Claim that money paid for a released declaration goes back.

    Args:
        actor: of who lodged it.
        key: its MRN.
        wanted: by how much each tax is too high, in minor units, each above nothing.
        grounds: why, in the payer's words.

    Raises:
        NotThere: no such declaration of this actor's.
        StateForbids: it is not released, out of time, more than was paid, or another claim waits.
        DataRefused: it names nothing, or gives no grounds.
    """
    found = declarations.declaration_for(actor, key, to="amend")
    grounds = needed_reason(grounds)
    total = _total(wanted)
    with act(actor) as doing:
        declaration = locked(found.pk)
        if declaration.state not in AFTER_RELEASE:
            raise StateForbids(
                f"The declaration is {declaration.state}; that does not allow this now.",
                remedy="Read it again, then decide.",
            )
        if Claim.objects.filter(declaration=declaration, state="lodged").exists():
            raise StateForbids(
                "A claim about this declaration is open.", remedy="Wait for its decision."
            )
        reference = reference_at(doing.at)
        law, today = law_of(reference), local_day(doing.at, reference)
        refuse_late(declaration, reference, law, REFUND, doing.at)
        ledger.refuse_beyond_paid(declaration, sum(total.values()))
        row = Claim.objects.create(
            declaration=declaration,
            organisation=actor.organisation,
            office=declaration.office,
            state=taken(CLAIM, NOTHING, "lodge"),
            grounds=grounds,
            currency=reference.currency,
            amount=sum(total.values()),
            lodged_by=actor.name,
            lodged_at=doing.at,
            decide_due=working_days_after(reference.calendar, today, law.claim_decide_days),
        )
        for tax, amount in sorted(total.items()):
            ClaimLine.objects.create(claim=row, tax=tax, claimed=amount)
        tell(doing, row, events.CLAIM_LODGED, amount=row.amount, decide_due=row.decide_due)
    return row


def decide(actor: Actor, number: int, granted: Sequence[tuple[str, int]], reasons: str) -> Claim:
    """Grant a claim, wholly or in part, or refuse it.

    Args:
        actor: an officer of the declaration's office, impartial in it.
        number: the claim.
        granted: what goes back by each tax, in minor units; nothing refuses it.
        reasons: as the payer reads them.

    Raises:
        NotThere: no such claim for this officer.
        StateForbids: it is decided or withdrawn, or more is granted than was claimed or paid.
        DataRefused: no reasons are given.
    """
    found = access.claim_for(actor, number, to="act")
    reasons = needed_reason(reasons)
    given = _total(granted) if granted else {}
    with act(actor) as doing:
        declaration = locked(found.declaration_id)
        row = queries.claims().get(pk=found.pk)
        row.state = taken(CLAIM, row.state, "grant" if given else "refuse")
        grant(doing, row, given, reasons, f"claim:{row.pk}")
        row.reasons, row.decided_by, row.decided_at = reasons, actor.name, doing.at
        row.save()
        kind = events.CLAIM_GRANTED if given else events.CLAIM_REFUSED
        tell(doing, row, kind, amount=row.granted, reasons=reasons)
        told = {
            "mrn": declaration.mrn,
            "source": "claim",
            "outcome": "refund" if given else "confirmed",
            "amount": -row.granted,
        }
        mrn = declaration_subject(declaration.mrn, declaration.pk)
        doing.announce(events.RESULT, mrn, told)
    return row


def grant(doing: Act, row: Claim, given: dict[str, int], reasons: str, subject: str) -> None:
    """Let what is granted go back, within an act on a locked declaration; the row is not saved.

    Args:
        doing: the act.
        row: the claim.
        given: by tax, in minor units.
        reasons: as the payer reads them.
        subject: the decision that grants, from which later versions are charged.

    Raises:
        StateForbids: more is granted than was claimed and not granted yet, or than was paid.
    """
    for line in ClaimLine.objects.filter(claim=row, tax__in=given):
        line.granted += given[line.tax]
        line.save(update_fields=["granted"])
    lines = ClaimLine.objects.filter(claim=row)
    known = {line.tax for line in lines}
    if set(given) - known or any(line.granted > line.claimed for line in lines):
        raise StateForbids(
            "More is granted than was claimed.",
            remedy="Grant at most what was claimed, by each tax.",
        )
    total = sum(given.values())
    if total:
        ledger.refuse_beyond_paid(row.declaration, total)
        taxes = [Line(tax, -amount) for tax, amount in sorted(given.items())]
        ledger.post(doing, locked(row.declaration_id), taxes, reasons, departs=subject)
    row.granted += total


def withdraw(actor: Actor, number: int) -> Claim:
    """Take a claim back before it is decided.

    Raises:
        NotThere: no such claim of this actor's.
        StateForbids: it is decided or withdrawn.
    """
    found = access.claim_for(actor, number, to="own")
    with act(actor) as doing:
        locked(found.declaration_id)
        row = queries.claims().get(pk=found.pk)
        row.state = taken(CLAIM, row.state, "withdraw")
        row.save(update_fields=["state"])
        tell(doing, row, events.CLAIM_WITHDRAWN)
    return row


def _total(wanted: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Return amounts by tax, each tax once.

    Raises:
        DataRefused: there is none, or one is nothing.
    """
    total: dict[str, int] = {}
    for tax, amount in wanted:
        total[tax] = total.get(tax, 0) + amount
    if not total or any(amount <= 0 for _, amount in wanted):
        raise DataRefused(
            "A claim names what is to go back.",
            faults=(("/body/lines", "must not be empty or nothing"),),
            remedy="Say by how much each tax is too high.",
        )
    return total


def tell(doing: Act, row: Claim, kind: str, **body: Any) -> None:
    """Announce a fact about a claim to its party."""
    told = {"mrn": row.declaration.mrn, "state": row.state, **body}
    doing.announce(kind, f"claim:{row.pk}", told, concerns=(row.organisation,))
