"""Who may do what at the line: roles per operation, and one access function for each thing."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.intake.models import Alarm, BulkJob, Quarantined
from clearway.vocabulary.errors import NotThere

_LODGERS = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_OPERATORS = frozenset({Role.OPERATOR})

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "lodgeDeclaration": _LODGERS,
    "estimateCharges": _LODGERS,
    "tryLodging": _LODGERS,
    "uploadBulk": _LODGERS,
    "listBulk": _LODGERS,
    "getBulk": _LODGERS,
    "listBulkErrors": _LODGERS,
    "downloadBulkErrors": _LODGERS,
    "downloadBulkToMend": _LODGERS,
    "downloadBulkAccepted": _LODGERS,
    "lineStatus": _OPERATORS,
    "listQuarantine": _OPERATORS,
    "getQuarantined": _OPERATORS,
    "resolveQuarantined": _OPERATORS,
    "listAlarms": _OPERATORS,
    "acknowledgeAlarm": _OPERATORS,
}
"""The roles that have each operation. An operator sees queues and alarms, and no trade data."""


def jobs_of(actor: Actor) -> QuerySet[BulkJob]:
    """Return the bulk jobs of the actor's organisation."""
    return BulkJob.objects.filter(organisation=actor.organisation)


def job_for(actor: Actor, number: int) -> BulkJob:
    """Return a bulk job of the actor's organisation.

    Raises:
        NotThere: there is none of that number, or it is another's.
    """
    found = jobs_of(actor).filter(pk=number).first()
    if found is None:
        audit.note("refusal", actor, f"bulk:{number}")
        raise NotThere(f"There is no bulk job {number} of yours.")
    return found


def quarantined_for(number: int) -> Quarantined:
    """Return a message in quarantine, for an operator.

    Raises:
        NotThere: there is none of that number.
    """
    found = Quarantined.objects.filter(pk=number).first()
    if found is None:
        raise NotThere(f"There is no message {number} in quarantine.")
    return found


def alarm_for(number: int) -> Alarm:
    """Return an alarm, for an operator.

    Raises:
        NotThere: there is none of that number.
    """
    found = Alarm.objects.filter(pk=number).first()
    if found is None:
        raise NotThere(f"There is no alarm {number}.")
    return found
