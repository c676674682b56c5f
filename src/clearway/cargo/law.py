"""The cargo law in force at an instant, from the settings of the country pack that rules then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.cargo.rules import CargoLaw, law_of
from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.texts import render
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids


class ReportRefused(DataRefused):
    """A report with errors; carries them as findings too."""

    findings: Sequence[Finding] = ()


def law_at(instant: datetime) -> CargoLaw:
    """Return the cargo law in force.

    Raises:
        StateForbids: no pack is in force, or its settings for cargo cannot be read.
    """
    reference = reference_at(instant)
    try:
        return law_of(reference.settings)
    except (ValueError, ZeroDivisionError) as problem:
        raise StateForbids(
            f"The settings cargo.* of the pack {reference.name} cannot be read: {problem}.",
            remedy="Publish the pack with sound settings.",
        ) from problem


def local_zone(instant: datetime) -> ZoneInfo:
    """Return the time zone of the country, in which messages without zone are written."""
    return ZoneInfo(reference_at(instant).time_zone)


def refuse_errors(
    findings: Sequence[Finding], what: str, actor: Actor, *, root: str = "/body/"
) -> None:
    """Raise where a finding is an error.

    Raises:
        ReportRefused: carries every error, in the actor's language.
    """
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if not errors:
        return
    faults = []
    for each in errors:
        text = render(each.rule, dict(each.parameters), actor.language)
        faults.append((root + each.pointer, f"{each.rule}: {text.message} {text.remedy}".strip()))
    refused = ReportRefused(
        what, faults=faults, remedy="Mend what the errors name and send it again."
    )
    refused.findings = errors
    raise refused


def note_refusal(actor: Actor, subject: str, refused: DataRefused) -> None:
    """Log that a report was refused; nothing of it was kept."""
    audit.note("refusal", actor, subject, [list(fault) for fault in refused.faults])
