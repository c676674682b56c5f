"""What an audit found, the party's answer to it, and the decision with its reasons.

Findings are changes to what was declared; what they come to is the kernel's to say, by the law of
the declaration's own day. Interest runs from release to the day of the decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from clearway.accounts.four_eyes import two_persons
from clearway.audit.actor import Actor, system
from clearway.declarations.events import subject as declaration_subject
from clearway.declarations.queries import bearer_of, by_key, locked
from clearway.declarations.rules import local_day
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.kernel.reference import Reference
from clearway.payments import departing
from clearway.payments.queries import debt_of, standing_notice, stayed_days
from clearway.post_clearance import access, changing, events, ledger, queries, versions
from clearway.post_clearance.auditing import announce, end, refuse_late, refuse_outside_team
from clearway.post_clearance.changing import Change
from clearway.post_clearance.differing import found as judged_again
from clearway.post_clearance.life_cycle import AUDIT, taken
from clearway.post_clearance.models import Audit, AuditedDeclaration, AuditLine
from clearway.post_clearance.rules import (
    REFUND,
    Law,
    interest,
    law_of,
    penalty,
    working_days_after,
)
from clearway.post_clearance.versions import Asked
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids


def draft(
    actor: Actor, number: int, findings: str, changes: Mapping[str, Sequence[Change]]
) -> Audit:
    """Put findings before the party; a hearing begins. Drafting again begins it anew.

    Args:
        actor: of the team.
        number: the audit.
        findings: what was found and by what law, as the party reads it.
        changes: by MRN, what each declaration should have said; one that is not named stands.

    Raises:
        NotThere: no such audit for this officer.
        NotPermitted: he is not of its team.
        StateForbids: nothing can be drafted now; a refund is out of time or beyond what was paid.
        DataRefused: a change cannot be made, or names a declaration of another audit.
    """
    found = access.audit_for(actor, number, to="act")
    refuse_outside_team(actor, found, "draftFindings")
    findings = needed_reason(findings)
    with act(actor) as doing:
        audit = queries.locked_audit(found.pk)
        audit.state = taken(AUDIT, audit.state, "draft")
        reference = reference_at(doing.at)
        law, subjects = law_of(reference), queries.subjects(audit)
        _refuse_others(changes, subjects)
        for one in subjects:
            _work_out(doing, one, changes.get(one.declaration.mrn or "", ()))
        audit.findings, audit.drafted_at, audit.drafted_by = findings, doing.at, actor.name
        audit.answer, audit.heard_at, audit.currency = "", None, reference.currency
        today = local_day(doing.at, reference)
        audit.hearing_until = working_days_after(reference.calendar, today, law.hearing_days)
        _total(audit, subjects, reference, law, doing.at)
        audit.save()
        announce(
            doing, audit, events.DRAFTED, findings=findings, hearing_until=audit.hearing_until,
            **_amounts(audit),
        )  # fmt: skip
    return audit


def answer(actor: Actor, number: int, text: str) -> Audit:
    """Answer findings, for the party, within its time.

    Raises:
        NotThere: no such audit of this actor's.
        StateForbids: nothing is to be answered, or the time for it is over.
        DataRefused: it says nothing.
    """
    found = access.audit_for(actor, number, to="answer")
    text = needed_reason(text)
    with act(actor) as doing:
        audit = queries.locked_audit(found.pk)
        audit.state = taken(AUDIT, audit.state, "hear")
        if _hearing_is_over(audit, doing.at):
            raise StateForbids(
                "The time for an answer is over.", remedy="An appeal is open after the decision."
            )
        audit.answer, audit.heard_at = text, doing.at
        audit.save(update_fields=["state", "answer", "heard_at"])
        announce(doing, audit, events.HEARD, answer=text)
    return audit


def close_hearing(actor: Actor, number: int) -> Audit:
    """Go on without an answer once the time for it is over.

    Raises:
        NotThere: no such audit for this officer.
        StateForbids: the party may still answer, or nothing is to be answered.
    """
    found = access.audit_for(actor, number, to="act")
    with act(actor) as doing:
        audit = queries.locked_audit(found.pk)
        audit.state = taken(AUDIT, audit.state, "hear")
        if not _hearing_is_over(audit, doing.at):
            raise StateForbids(
                "The party may still answer.", remedy="Wait until the last day for its answer."
            )
        audit.heard_at = doing.at
        audit.save(update_fields=["state", "heard_at"])
        announce(doing, audit, events.HEARD, answer="")
    return audit


def decide(actor: Actor, number: int, *, upheld: bool, reasons: str) -> Audit:
    """Decide on findings that were heard: as drafted, or that the declarations stand.

    Whoever wants other findings lets the team draft them again, so that the party is heard on them.

    Raises:
        NotThere: no such audit for this supervisor.
        StateForbids: the party was not heard, a declaration was corrected since the draft, or he
            drafted the findings or is of the team, by a key of his too: that is logged.
        DataRefused: no reasons are given.
    """
    found = access.audit_for(actor, number, to="act")
    subject = f"post_audit:{found.pk}"
    two_persons(actor, [found.drafted_by, *queries.team(found)], subject, "decide")
    reasons = needed_reason(reasons)
    with act(actor) as doing:
        audit = queries.locked_audit(found.pk)
        audit.state = taken(AUDIT, audit.state, "decide")
        subjects = queries.subjects(audit)
        reference = reference_at(doing.at)
        if not upheld:
            for one in subjects:
                one.extra = 0
        for one in subjects:
            _refuse_moved(one)
        _total(audit, subjects, reference, law_of(reference), doing.at)
        audit.upheld, audit.decision = upheld, reasons
        audit.decided_at, audit.decided_by = doing.at, actor.name
        end(doing, audit)
        announce(doing, audit, events.DECIDED, upheld=upheld, reasons=reasons, **_amounts(audit))
        _tell_results(doing, audit, subjects)
        asked = _post(doing, audit, subjects)
        if not (audit.extra or audit.penalty or audit.interest):
            audit.state = taken(AUDIT, audit.state, "close")
            audit.save(update_fields=["state"])
            announce(doing, audit, events.CLOSED)
    for one, wanted in asked:
        one.written = versions.write(actor, wanted)
        one.save(update_fields=["written"])
    return audit


def _post(
    doing: Act, audit: Audit, subjects: Sequence[AuditedDeclaration]
) -> list[tuple[AuditedDeclaration, Asked]]:
    """Write what was decided into the accounts; return the versions that are to be written.

    The penalty stands with the first that owes. Where a version cannot be written afterwards, the
    accounts are right all the same.
    """
    if not audit.upheld:
        return []
    left, asked = audit.penalty or 0, []
    for one in subjects:
        declaration = locked(one.declaration_id)
        lines = [(line.tax, line.after - line.before) for line in queries.lines(one)]
        penalty_here, left = (left, 0) if (one.extra or 0) > 0 else (0, left)
        changes = changing.read(one.changes)
        taxes = ledger.by_tax(lines)
        if changes:
            body = versions.changed(declaration, changes)
            asked.append((one, versions.ask(doing, declaration, body, audit.decision)))
        if not standing_notice(bearer_of(declaration).pk):
            taxes = []  # its first notice follows from the version
        ledger.post(
            doing, declaration, taxes, audit.decision,
            interest=one.interest or 0, penalty=penalty_here,
        )  # fmt: skip
    return asked


def on_debt_settled(mrn: str) -> None:
    """End the audits of a declaration whose debt was paid or refunded; told twice, once."""
    declaration = by_key(mrn)
    if declaration is None:
        return
    for found in queries.audits_of(declaration).filter(state="decided"):
        if any(debt_of(one.declaration_id).outstanding for one in queries.subjects(found)):
            continue  # whoever pays the rest comes here again
        with act(system("post_clearance")) as doing:
            audit = queries.locked_audit(found.pk)
            total = (audit.extra or 0) + (audit.penalty or 0) + (audit.interest or 0)
            audit.state = taken(AUDIT, audit.state, "collect" if total > 0 else "refund")
            audit.save(update_fields=["state"])
            announce(doing, audit, events.SETTLED)


def _refuse_others(
    changes: Mapping[str, Sequence[Change]], subjects: Sequence[AuditedDeclaration]
) -> None:
    unknown = changes.keys() - {one.declaration.mrn for one in subjects}
    if unknown:
        raise DataRefused(
            "A declaration is not in this audit.",
            faults=[("/body/changes", mrn) for mrn in sorted(unknown)],
            remedy="Name those that the audit was opened for.",
        )


def _work_out(doing: Act, one: AuditedDeclaration, changes: Sequence[Change]) -> None:
    """Let the kernel say what changes to one declaration come to, and keep the lines."""
    declaration = locked(one.declaration_id)
    AuditLine.objects.filter(subject=one).delete()
    one.version, one.extra = declaration.version, 0
    one.departed = departing.latest(bearer_of(declaration).pk)
    one.changes = changing.written(changes) if changes else None
    if changes:
        again = judged_again(doing, declaration, changes)
        one.extra = again.difference
        AuditLine.objects.bulk_create(
            AuditLine(
                subject=one, item=line.item, tax=line.tax, before=line.before, after=line.after
            )
            for line in again.lines
        )
    one.save()


def _total(
    audit: Audit,
    subjects: Sequence[AuditedDeclaration],
    reference: Reference,
    law: Law,
    at: datetime,
) -> None:
    """Work out interest and penalty, and what is owed in all; refuse an undue refund."""
    today = local_day(at, reference)
    for one in subjects:
        extra, declaration = one.extra or 0, one.declaration
        released = declaration.released_at or at
        one.interest_days = _days(
            bearer_of(one.declaration).pk, local_day(released, reference), today, reference
        )
        one.interest = interest(extra, law.daily_interest, one.interest_days)
        one.save()
        if extra < 0:
            ledger.refuse_beyond_paid(declaration, -extra)
            # An audit that was notified in time stays in time.
            refuse_late(declaration, reference, law, REFUND, audit.notified_at or at)
    audit.extra = sum(one.extra or 0 for one in subjects)
    audit.interest = sum(one.interest or 0 for one in subjects)
    more = sum(max(one.extra or 0, 0) for one in subjects)
    disclosed = audit.disclosed_at is not None
    audit.penalty = penalty(more, law, audit.ground, disclosed=disclosed)


def _days(declaration: int, since: int, today: int, reference: Reference) -> int:
    """Return the days for which interest runs: none of those on which collection waited."""
    waited = stayed_days(declaration, lambda at: local_day(at, reference), today)
    return max(0, today - since - sum(since < day <= today for day in waited))


def _refuse_moved(one: AuditedDeclaration) -> None:
    declaration = locked(one.declaration_id)
    departed = departing.latest(bearer_of(declaration).pk)
    if departed != one.departed or one.version != declaration.version:
        raise StateForbids(
            "A declaration was corrected since the findings were drafted.",
            remedy="Let the team draft them again.",
        )


def _hearing_is_over(audit: Audit, at: datetime) -> bool:
    return local_day(at, reference_at(at)) > (audit.hearing_until or 0)


def _amounts(audit: Audit) -> dict[str, Any]:
    names = ("extra", "penalty", "interest", "currency")
    return {name: getattr(audit, name) for name in names}


def _tell_results(doing: Act, audit: Audit, subjects: Sequence[AuditedDeclaration]) -> None:
    """Tell risk what looking found, with the chance that it was looked at."""
    for one in subjects:
        amount = one.extra or 0
        outcome = "extra" if amount > 0 else "refund" if amount < 0 else "confirmed"
        told = {
            "mrn": one.declaration.mrn,
            "source": "audit",
            "outcome": outcome,
            "amount": amount,
            "channel": audit.channel,
            "propensity": audit.propensity,
            "ground": audit.ground,
        }
        mrn = declaration_subject(one.declaration.mrn, one.declaration_id)
        doing.announce(events.RESULT, mrn, told)
