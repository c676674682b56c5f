"""Who may read what electronic seals told, and who looks at their alarms."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from clearway.accounts.permission import CUSTOMS
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.gate import queries
from clearway.gate.models import SealSignal
from clearway.vocabulary.errors import NotThere


def signals_of(actor: Actor) -> Q:
    """Return the condition for what an actor may read.

    A terminal keeps everybody's containers and sees all; a carrier what his own devices told; an
    officer what is of his office or of none; auditors and whoever has no desk, all.
    """
    if actor.has(Role.TERMINAL, Role.AUDITOR):
        return Q()
    if actor.has(*CUSTOMS):
        return Q(office__in=("", actor.office)) if actor.office else Q()
    return Q(organisation=actor.organisation) if actor.organisation else Q(pk__in=[])


def alarm_for(actor: Actor, number: int) -> SealSignal:
    """Return an alarm for somebody who may say that he looked at it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    rows = queries.seal_signals(signals_of(actor) & Q(alarm=True))
    found = rows.filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        audit.note("refusal", actor, f"seal_alarm:{number}")
        raise NotThere("There is no such alarm.", remedy="Look at the list anew.")
    return found


def note_signals(actor: Actor, rows: Iterable[SealSignal]) -> None:
    """Log that somebody reads what others' devices told."""
    others = [row.pk for row in rows if row.organisation != actor.organisation]
    if others:
        audit.note("read", actor, "seal:list", others)
