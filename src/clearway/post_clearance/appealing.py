"""Appeals against decisions after release, with the administration's clocks (card C19, TFA 4).

Whoever decided first neither hears nor decides the appeal. Collection waits only where that was
granted. What an appeal takes back goes through the accounts; nothing is undone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from clearway.accounts.four_eyes import is_same_person, two_persons
from clearway.audit.actor import Actor
from clearway.declarations import access as declarations
from clearway.declarations.events import subject as declaration_subject
from clearway.declarations.models import Declaration
from clearway.declarations.queries import bearer_of, locked
from clearway.declarations.rules import local_day
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.payments import staying
from clearway.payments.notices import Line
from clearway.post_clearance import access, claiming, events, ledger, queries, versions
from clearway.post_clearance.life_cycle import APPEAL, NOTHING, OPEN_APPEALS, taken
from clearway.post_clearance.models import Appeal
from clearway.post_clearance.rules import law_of, working_days_after
from clearway.post_clearance.versions import Asked
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids

OUTCOMES = ("upheld", "changed", "annulled")
KINDS = ("audit", "correction", "claim", "request")
"""What may be appealed against."""


class Decision(NamedTuple):
    """A decision that may be appealed against: when, by whom, on which declarations."""

    declaration: Declaration
    at: datetime
    by: str
    also_by: tuple[str, ...] = ()


def lodge(
    actor: Actor, kind: str, number: int, grounds: str, *, wants_suspension: bool = False
) -> Appeal:
    """Appeal against a decision within its time.

    Args:
        actor: of the party.
        kind: audit, correction, claim or request.
        number: of what was decided.
        grounds: why it is wrong.
        wants_suspension: whether collection is asked to wait.

    Raises:
        NotThere: no such decision in a matter of this actor's.
        StateForbids: it is not decided, out of time, or an appeal against it is open.
        DataRefused: it gives no grounds.
    """
    decided = _decision(actor, kind, number)
    grounds = needed_reason(grounds)
    with act(actor) as doing:
        declaration = locked(decided.declaration.pk)
        reference = reference_at(doing.at)
        law, today = law_of(reference), local_day(doing.at, reference)
        if today > local_day(decided.at, reference) + law.appeal_days:
            raise StateForbids(
                "The time for an appeal is over.", remedy="A court may still be open to you."
            )
        rows = Appeal.objects.filter(kind=kind, number=number, state__in=OPEN_APPEALS)
        if rows.exists():
            raise StateForbids(
                "An appeal against this decision is open.", remedy="Wait for its decision."
            )
        row = Appeal.objects.create(
            declaration=declaration,
            kind=kind,
            number=number,
            organisation=actor.organisation,
            office=declaration.office,
            state=taken(APPEAL, NOTHING, "lodge"),
            grounds=grounds,
            wants_suspension=wants_suspension,
            decided_first=decided.by,
            lodged_by=actor.name,
            lodged_at=doing.at,
            admit_due=working_days_after(reference.calendar, today, law.appeal_admit_days),
        )
        tell(doing, row, events.APPEAL_LODGED, admit_due=row.admit_due)
    return row


def admit(
    actor: Actor, number: int, *, admitted: bool, suspended: bool = False, reason: str = ""
) -> Appeal:
    """Admit an appeal, with or without letting collection wait, or refuse to.

    Raises:
        NotThere: no such appeal for this officer.
        StateForbids: he decided first (that is logged), it is not lodged any more, or suspension is
            granted that nobody asked for.
        DataRefused: it is refused without a reason.
    """
    found = _impartial(actor, number, "admit")
    with act(actor) as doing:
        row = _locked(found)
        row.state = taken(APPEAL, row.state, "admit" if admitted else "refuse")
        if suspended and not (admitted and row.wants_suspension):
            raise StateForbids(
                "Nobody asked that collection waits.", remedy="Admit it without suspension."
            )
        row.admitted_by, row.admitted_at, row.suspended = actor.name, doing.at, suspended
        if not admitted:
            row.reasons = needed_reason(reason)
        reference = reference_at(doing.at)
        days = law_of(reference).appeal_decide_days
        today = local_day(doing.at, reference)
        row.decide_due = working_days_after(reference.calendar, today, days) if admitted else None
        row.save()
        if suspended:
            _suspend(doing, row)
        kind = events.APPEAL_ADMITTED if admitted else events.APPEAL_REFUSED
        tell(doing, row, kind, suspended=suspended, decide_due=row.decide_due, reason=reason)
    return row


def hear(actor: Actor, number: int, record: str) -> Appeal:
    """Write down what was said at the hearing.

    Raises:
        NotThere: no such appeal for this officer.
        StateForbids: he decided first (that is logged), or it is not admitted.
        DataRefused: there is no record.
    """
    found = _impartial(actor, number, "hear")
    record = needed_reason(record)
    with act(actor) as doing:
        row = _locked(found)
        row.state = taken(APPEAL, row.state, "hear")
        row.heard_at, row.hearing = doing.at, record
        row.save(update_fields=["state", "heard_at", "hearing"])
        tell(doing, row, events.APPEAL_HEARD)
    return row


def decide(
    actor: Actor,
    number: int,
    outcome: str,
    reasons: str,
    *,
    taken_back: tuple[tuple[str, int], ...] = (),
) -> Appeal:
    """Decide an appeal: the decision stands, is changed or is annulled.

    Args:
        actor: who did not decide first.
        number: the appeal.
        outcome: upheld, changed or annulled.
        reasons: as the party reads them.
        taken_back: where it is changed, what each tax is lowered by, in minor units; of an audit
            that is annulled everything that it asked for is taken back by itself.

    Raises:
        NotThere: no such appeal for this officer.
        StateForbids: he decided first (that is logged), it was not heard, or more is taken back
            than was asked for.
        DataRefused: no reasons are given, or a change takes nothing back.
    """
    found = _impartial(actor, number, "decide")
    reasons = needed_reason(reasons)
    asked: list[Asked] = []
    if outcome not in OUTCOMES or (outcome == "changed") != bool(taken_back):
        raise DataRefused(
            "A changed decision takes something back, and no other one names it.",
            faults=(("/body/taken_back", "goes with the outcome changed"),),
            remedy="Say what each tax is lowered by, or choose another outcome.",
        )
    with act(actor) as doing:
        row = _locked(found)
        row.state = taken(APPEAL, row.state, "decide")
        row.outcome, row.reasons, row.suspended = outcome, reasons, False
        row.decided_by, row.decided_at = actor.name, doing.at
        if outcome != "upheld" and row.kind == "claim":
            row.amount = _grant_claim(doing, row, dict(taken_back))
        elif outcome == "changed":
            row.amount = sum(amount for _, amount in taken_back)
            lines = [Line(tax, -amount) for tax, amount in taken_back]
            declaration = locked(row.declaration_id)
            ledger.post(doing, declaration, lines, reasons, departs=f"appeal:{row.pk}")
        elif outcome == "annulled" and row.kind == "audit":
            row.amount, asked = _take_back_audit(doing, row)
        elif outcome == "annulled" and row.kind == "correction":
            row.amount, asked = _take_back_correction(doing, row)
        row.save()
        _resume(doing, row)
        tell(doing, row, events.APPEAL_DECIDED, outcome=outcome, reasons=reasons, amount=row.amount)
        _tell_result(doing, row)
    for one in asked:
        versions.write(actor, one)
    return row


def withdraw(actor: Actor, number: int) -> Appeal:
    """Take an appeal back before it is decided.

    Raises:
        NotThere: no such appeal of this actor's.
        StateForbids: it is decided, refused or withdrawn.
    """
    found = access.appeal_for(actor, number, to="own")
    with act(actor) as doing:
        row = _locked(found)
        row.state = taken(APPEAL, row.state, "withdraw")
        row.suspended = False
        row.save(update_fields=["state", "suspended"])
        _resume(doing, row)
        tell(doing, row, events.APPEAL_WITHDRAWN)
    return row


def _decision(actor: Actor, kind: str, number: int) -> Decision:
    """Return what is appealed against, for somebody whose matter it is."""
    if kind == "audit":
        audit = access.audit_for(actor, number, to="answer")
        subject = queries.subjects(audit)[0]
        return _final(subject.declaration, audit.decided_at, audit.decided_by)
    if kind == "correction":
        correction = access.correction_for(actor, number, to="own")
        done = correction.decided_at if correction.state == "done" else None
        by = correction.decided_by
        made = _final(correction.declaration, done, by)
        return made._replace(also_by=(correction.proposed_by,))
    if kind == "claim":
        claim = access.claim_for(actor, number, to="own")
        return _final(claim.declaration, claim.decided_at, claim.decided_by)
    request = declarations.request_for(actor, number, to="withdraw")
    return _final(request.declaration, request.decided_at, request.decided_by)


def _final(declaration: Declaration, at: datetime | None, by: str) -> Decision:
    if at is None:
        raise StateForbids("This is not decided yet.", remedy="Wait for the decision.")
    return Decision(declaration, at, by)


def is_impartial(actor: Actor, row: Appeal) -> bool:
    """Tell whether somebody had no part in the decision that is appealed against."""
    return not is_same_person(actor, _first(row))


def _impartial(actor: Actor, number: int, to: str) -> Appeal:
    """Return an appeal for an officer who had no part in the decision."""
    row = access.appeal_for(actor, number, to="act")
    two_persons(actor, _first(row), f"appeal:{row.pk}", to)
    return row


def _first(row: Appeal) -> list[str]:
    """Return everybody who had a part in what was decided first."""
    if row.kind == "audit":
        audit = queries.audits().get(pk=row.number)
        return [row.decided_first, audit.drafted_by, *queries.team(audit)]
    if row.kind == "correction":
        return [row.decided_first, queries.corrections().get(pk=row.number).proposed_by]
    return [row.decided_first]


def _locked(found: Appeal) -> Appeal:
    locked(found.declaration_id)
    return queries.appeals().get(pk=found.pk)


def _take_back_audit(doing: Act, row: Appeal) -> tuple[int, list[Asked]]:
    """Take back all that an audit decided; return how much, and the versions to be written.

    The ledger's lines are reversed by lines of their own; each declaration that the audit rewrote
    says again what it said, unless it was changed since.
    """
    audit = queries.audits().get(pk=row.number)
    left, total = audit.penalty or 0, 0
    asked: list[Asked] = []
    for one in queries.subjects(audit):
        declaration = locked(one.declaration_id)
        back = one.written is not None and declaration.version == one.written
        if back and one.version is not None:
            body = versions.former(declaration, one.version)
            asked.append(versions.ask(doing, declaration, body, row.reasons))
        extra, interest = one.extra or 0, one.interest or 0
        penalty, left = (left, 0) if extra > 0 else (0, left)
        lines = [(line.tax, line.before - line.after) for line in queries.lines(one)]
        ledger.post(
            doing, declaration, ledger.by_tax(lines), row.reasons,
            interest=-interest, penalty=-penalty,
            departs="" if back else f"appeal:{row.pk}",
        )  # fmt: skip
        total += extra + interest + penalty
    return total, asked


def _grant_claim(doing: Act, row: Appeal, given: dict[str, int]) -> int:
    """Grant what had been refused of a claim, or the part that the decision names."""
    locked(row.declaration_id)
    claim = queries.claims().get(pk=row.number)
    left = {
        line.tax: line.claimed - line.granted
        for line in queries.lines_claimed([claim]).get(claim.pk, ())
        if line.claimed > line.granted
    }
    granted = given or left
    claiming.grant(doing, claim, granted, row.reasons, f"appeal:{row.pk}")
    claim.save(update_fields=["granted"])
    return sum(granted.values())


def _take_back_correction(doing: Act, row: Appeal) -> tuple[int, list[Asked]]:
    """Let a declaration say again what it said before customs corrected it; the accounts follow."""
    correction = queries.corrections().get(pk=row.number)
    declaration = locked(row.declaration_id)
    body = versions.former(declaration, correction.version)
    asked = versions.ask(doing, declaration, body, row.reasons)
    return correction.difference, [asked]


def _suspend(doing: Act, row: Appeal) -> None:
    """Let the collection of what the decision asked for wait for the appeal's."""
    for declaration, since in _decided_on(row):
        bears = bearer_of(locked(declaration))
        staying.stay(doing, locked(bears.pk), f"appeal:{row.pk}", since)


def _resume(doing: Act, row: Appeal) -> None:
    for declaration, _ in _decided_on(row):
        bears = bearer_of(locked(declaration))
        staying.resume(doing, locked(bears.pk), f"appeal:{row.pk}")


def _decided_on(row: Appeal) -> list[tuple[int, datetime]]:
    """Return the declarations that the decision was on, in their order, and when it was made."""
    if row.kind == "audit":
        audit = queries.audits().get(pk=row.number)
        assert audit.decided_at is not None
        return [(one.declaration_id, audit.decided_at) for one in queries.subjects(audit)]
    if row.kind == "correction":
        done = queries.corrections().get(pk=row.number).decided_at
        assert done is not None
        return [(row.declaration_id, done)]
    return [(row.declaration_id, row.lodged_at)]


def _tell_result(doing: Act, row: Appeal) -> None:
    """Tell risk what an appeal made of what was found."""
    mrn = declaration_subject(row.declaration.mrn, row.declaration_id)
    told = {
        "mrn": row.declaration.mrn,
        "source": "appeal",
        "outcome": row.outcome,
        "amount": -row.amount,
    }
    doing.announce(events.RESULT, mrn, told)


def tell(doing: Act, row: Appeal, kind: str, **body: Any) -> None:
    """Announce a fact about an appeal to its party."""
    told = {
        "mrn": row.declaration.mrn, "against": row.kind, "number": row.number, "state": row.state,
        **body,
    }  # fmt: skip
    doing.announce(kind, f"appeal:{row.pk}", told, concerns=(row.organisation,))
