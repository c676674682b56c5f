"""The acts of an audit after release (card C18): from its opening to the hearing.

Whoever changes an audit has locked it; whoever opens one has locked its declarations, in the order
of their numbers, so that of two who open one for the same declaration the second finds the first.
The decision stands in ``audit_decisions``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.queries import offices_of, organisation_of
from clearway.audit import service as audit_log
from clearway.audit.actor import Actor, Role
from clearway.declarations import access as declarations
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.declarations.rules import local_day
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.kernel.reference import Reference
from clearway.post_clearance import access, events, life_cycle, queries
from clearway.post_clearance.life_cycle import AUDIT, taken
from clearway.post_clearance.models import Audit, AuditedDeclaration, AuditMember, Draw
from clearway.post_clearance.rules import Law, is_late, law_of
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, NotPermitted, StateForbids

MOST_DECLARATIONS = 200


def open_audit(
    actor: Actor, keys: Sequence[str], reason: str, *, ground: str = "ordinary"
) -> Audit:
    """Select released declarations of one party for an audit; nobody outside customs is told.

    Args:
        actor: an officer of their office.
        keys: their MRNs.
        reason: why these.
        ground: ordinary, negligence or fraud; how far back one may go depends on it.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: one is not released, is being audited, or is out of time.
        DataRefused: they are of several parties or offices, or no reason is given.
    """
    wanted = [declarations.declaration_for(actor, key, to="decide") for key in dict.fromkeys(keys)]
    reason = needed_reason(reason)
    if not wanted or len({(party_of(one), one.office) for one in wanted}) != 1:
        raise DataRefused(
            "An audit is of one party's declarations at one office.",
            faults=(("/body/declarations", "of several parties or offices, or none"),),
            remedy="Open an audit for each.",
        )
    with act(actor) as doing:
        rows = [locked(one.pk) for one in sorted(wanted, key=lambda one: one.pk)]
        law, reference = _law(doing.at)
        for row in rows:
            refuse_unless_auditable(row, reference, law, ground, doing.at)
        draws = _taken_up(doing, rows)
        channel = draws[0].channel if draws else "risk"
        propensity = draws[0].propensity if draws else None
        audit = _made(doing, rows, channel, ground, reason, propensity=propensity)
        announce(doing, audit, events.SELECTED, quiet=True, channel=channel, reason=reason)
    return audit


def disclose(actor: Actor, key: str, what: str) -> Audit:
    """Come forward with an error in a released declaration before customs told of an audit.

    Args:
        actor: of who lodged it.
        key: its MRN.
        what: what is wrong, in his own words.

    Raises:
        NotThere: no such declaration of this actor's.
        StateForbids: an audit of it was notified already, it is not released, or out of time.
        DataRefused: it says nothing.
    """
    found = declarations.declaration_for(actor, key, to="amend")
    what = needed_reason(what)
    with act(actor) as doing:
        row = locked(found.pk)
        law, reference = _law(doing.at)
        running = queries.open_audit(row.pk)
        if running is not None:
            audit = queries.locked_audit(running.pk)
            if audit.state != "selected" or audit.disclosed_at is not None:
                raise StateForbids(
                    "An audit of this declaration was notified already.",
                    remedy="Tell it to the team of the audit.",
                )
        else:
            refuse_unless_auditable(row, reference, law, "ordinary", doing.at)
            _taken_up(doing, [row])
            audit = _made(doing, [row], "voluntary", "ordinary", what[:512])
        audit.state = taken(AUDIT, audit.state, "disclose")
        audit.disclosed_at, audit.disclosure = doing.at, what
        audit.save(update_fields=["state", "disclosed_at", "disclosure"])
        announce(doing, audit, events.DISCLOSED, disclosure=what)
    return audit


def notify(actor: Actor, number: int, team: Sequence[str], reason: str) -> Audit:
    """Tell the party that it is audited, and by whom it is; the period of limitation stops.

    Raises:
        NotThere: no such audit for this supervisor.
        StateForbids: it was notified already, or its time is over.
        DataRefused: the team is empty or not of this administration's officers there.
    """
    found = access.audit_for(actor, number, to="act")
    reason = needed_reason(reason)
    with act(actor) as doing:
        audit = queries.locked_audit(found.pk)
        audit.state = taken(AUDIT, audit.state, "notify")
        law, reference = _law(doing.at)
        for subject in queries.subjects(audit):
            refuse_late(subject.declaration, reference, law, audit.ground, doing.at)
        members = list(dict.fromkeys(team))
        _refuse_strangers(actor, audit, members, doing.at)
        audit.notified_at, audit.notified_by = doing.at, actor.name
        audit.save(update_fields=["state", "notified_at", "notified_by"])
        for member in members:
            AuditMember.objects.create(audit=audit, officer=member, since=doing.at)
        announce(doing, audit, events.NOTIFIED, reason=reason)
    return audit


def drop(actor: Actor, number: int, reason: str) -> Audit:
    """Give up an audit of which the party has not been told.

    Raises:
        NotThere: no such audit for this supervisor.
        StateForbids: the party was told: it is decided now; or the draw chose it.
        DataRefused: no reason is given.
    """
    found = access.audit_for(actor, number, to="act")
    reason = needed_reason(reason)
    with act(actor) as doing:
        audit = queries.locked_audit(found.pk)
        audit.state = taken(AUDIT, audit.state, "drop")
        if audit.channel == "random" or audit.disclosed_at is not None:
            raise StateForbids(
                "What the draw chose, or the party disclosed, is audited to its end.",
                remedy="Notify it; it may be closed with nothing found.",
            )
        end(doing, audit)
        announce(doing, audit, events.DROPPED, quiet=True, reason=reason)
    return audit


def begin(actor: Actor, number: int) -> Audit:
    """Begin to look at books, records and goods.

    Raises:
        NotThere: no such audit for this officer.
        NotPermitted: he is not of its team; the refusal is logged.
        StateForbids: it was not notified, or begun already.
    """
    found = access.audit_for(actor, number, to="act")
    refuse_outside_team(actor, found, "beginFieldwork")
    with act(actor) as doing:
        audit = queries.locked_audit(found.pk)
        audit.state = taken(AUDIT, audit.state, "begin")
        audit.field_at = doing.at
        audit.save(update_fields=["state", "field_at"])
        announce(doing, audit, events.BEGUN)
    return audit


def party_of(declaration: Declaration) -> str:
    """Return whom an audit of a declaration is of: its importer, or its exporter."""
    named = declaration.exporter if declaration.direction == "EX" else declaration.importer
    return (named or declaration.declarant)[:17]


def refuse_unless_auditable(
    declaration: Declaration, reference: Reference, law: Law, ground: str, at: datetime
) -> None:
    """Refuse what cannot be audited.

    Raises:
        StateForbids: it is not released, is in an audit that is not decided, or is out of time.
    """
    if declaration.state not in AFTER_RELEASE:
        raise StateForbids(
            f"The declaration is {declaration.state}; that does not allow this now.",
            remedy="Read it again, then decide.",
        )
    if queries.open_audit(declaration.pk) is not None:
        raise StateForbids(
            "This declaration is in an audit that is not decided.",
            remedy="Add to that one what was found.",
        )
    refuse_late(declaration, reference, law, ground, at)


def refuse_late(
    declaration: Declaration, reference: Reference, law: Law, kind: str, at: datetime
) -> None:
    """Refuse what is out of time; the period runs from the day whose law ruled.

    Raises:
        StateForbids: its period is over.
    """
    begin_day = declaration.legal_date
    if begin_day is None:
        begin_day = local_day(declaration.received_at, reference)
    if is_late(begin_day, local_day(at, reference), law, kind):
        raise StateForbids(
            "The period of limitation for this declaration is over.",
            remedy="Only negligence or fraud, where the law names a longer period, opens it again.",
        )


def refuse_outside_team(actor: Actor, audit: Audit, operation: str) -> None:
    """Refuse and log what only the audit's team may do.

    Raises:
        NotPermitted: he is not of it.
    """
    if not is_same_person(actor, queries.team(audit)):
        audit_log.note("refusal", actor, f"post_audit:{audit.pk}", f"team: {operation}")
        raise NotPermitted(
            "You are not of this audit's team.",
            where=operation,
            remedy="Its supervisor names the team when it is notified.",
        )


def announce(doing: Act, audit: Audit, kind: str, *, quiet: bool = False, **body: Any) -> None:
    """Announce a fact about an audit, to customs alone (``quiet``) or to its party as well."""
    mrns = [one.declaration.mrn for one in queries.subjects(audit)]
    concerned = () if quiet or not audit.organisation else (audit.organisation,)
    told = {"party": audit.party, "state": audit.state, "mrns": mrns, **body}
    doing.announce(kind, f"post_audit:{audit.pk}", told, concerns=concerned)


def end(doing: Act, audit: Audit) -> None:
    """Write an audit whose state is its last but for collecting: its declarations are free."""
    audit.ended_at = doing.at
    audit.save()
    AuditedDeclaration.objects.filter(audit=audit).update(open=False)


def _law(at: datetime) -> tuple[Law, Reference]:
    reference = reference_at(at)
    return law_of(reference), reference


def _made(
    doing: Act,
    rows: Sequence[Declaration],
    channel: str,
    ground: str,
    reason: str,
    propensity: int | None = None,
) -> Audit:
    party = party_of(rows[0])
    known = organisation_of(party)
    audit = Audit.objects.create(
        party=party,
        organisation=rows[0].organisation if known is None else known.pk,
        office=rows[0].office,
        channel=channel,
        ground=ground,
        reason=reason,
        propensity=propensity,
        state=taken(AUDIT, life_cycle.NOTHING, "select"),
        opened_by=doing.actor.name,
        opened_at=doing.at,
    )
    for row in rows:
        AuditedDeclaration.objects.create(audit=audit, declaration=row)
    return audit


def _taken_up(doing: Act, rows: Sequence[Declaration]) -> list[Draw]:
    """Take declarations off the list of what was selected, and return what stood there."""
    waiting = queries.waiting_draws().filter(declaration__in=rows).order_by("declaration_id")
    found = list(waiting)
    for draw in found:
        draw.settled_at = doing.at
        draw.save(update_fields=["settled_at"])
    return found


def _refuse_strangers(actor: Actor, audit: Audit, members: Sequence[str], at: datetime) -> None:
    officers = offices_of(actor.organisation, Role.OFFICER, at)
    known = [one for one in members if officers.get(one, set()) & {"", audit.office}]
    if not members or len(known) != len(members):
        raise DataRefused(
            "A team is of officers whose desk is at the audit's office.",
            faults=(("/body/team", "nobody, or not an officer there"),),
            remedy="Choose one of those whose desk is at its office.",
        )
