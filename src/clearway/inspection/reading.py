"""Reads of inspections are of others' goods: they are logged before the answer leaves."""

from __future__ import annotations

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.inspection.models import Opening, ValueDoubt


def note_read(actor: Actor, opening: Opening, what: str = "") -> None:
    """Log that somebody reads an inspection."""
    audit.note("read", actor, f"inspection:{opening.pk}", what or None)


def note_doubt(actor: Actor, doubt: ValueDoubt) -> None:
    """Log that somebody reads of a doubt about a value of another's declaration."""
    if doubt.declaration.organisation != actor.organisation:
        audit.note("read", actor, f"value_doubt:{doubt.pk}")
