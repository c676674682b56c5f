"""Every write of what electronic seals tell (ISO 18185; classes of ISO 17712). Card C14.

A seal is armed on a container, tells that it was opened, and is disarmed. Opened or disarmed away
from an approved place it raises an alarm in the very act that receives it. What cannot be right is
kept and marked, and alarms nobody; the same event told twice is one event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import IntegrityError, transaction

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.clearance.queries import moved_to
from clearway.clearance.units import Unit, declarations_of
from clearway.events.service import Act, act
from clearway.gate import events, queries
from clearway.gate.models import SealSignal
from clearway.inspection.queries import looked_at_there
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.vocabulary.identifiers import check_container

ARMED, OPENED, DISARMED = "armed", "opened", "disarmed"
KINDS: Final = (ARMED, OPENED, DISARMED)
MARKS: Final = ("not_armed", "before_arming", "not_bound", "alarmed_already")
"""Why an event alarms nobody: its device was not armed then, or first only later; it is on another
unit or another operator's; its alarm was raised since it was armed."""
ALARM_WITHIN: Final = timedelta(seconds=60)
"""From receipt to alarm, by the record's own clock."""
_AHEAD: Final = timedelta(minutes=5)
"""By how much a device's clock may be fast."""
_KIND_OF: Final = {ARMED: events.SEAL_ARMED, OPENED: events.SEAL_OPENED,
                   DISARMED: events.SEAL_DISARMED}  # fmt: skip


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What a device tells: its number, what happened to it, on which container, where and when.

    ``event_id`` is the operator's own; ``place`` the code of a customs office or of a station.
    """

    event_id: str
    device: str
    kind: str
    unit: str
    seal_class: str
    at: datetime
    place: str = ""


def tell(actor: Actor, told: Signal) -> SealSignal:
    """Keep what a device tells; raise an alarm where it was opened away from an approved place.

    Told again word by word, it is what was kept at first.

    Raises:
        DataRefused: the container's number is wrong, it is from the future, or the operator told
            something else under this event id.
    """
    _check(told)
    try:
        with act(actor) as doing, transaction.atomic():
            return _keep(doing, told)
    except IntegrityError:
        kept = queries.seal_signal(actor.organisation, told.event_id)
        if kept is None:
            raise
    if any(getattr(kept, name) != value for name, value in msgspec.structs.asdict(told).items()):
        raise DataRefused(
            "Another event was told under this id.",
            faults=(("/body/event_id", "told before, with other data"),),
            remedy="Give each event of a device an id of its own.",
        )
    return kept


def see(actor: Actor, alarm: SealSignal) -> SealSignal:
    """Say that somebody looked at an alarm.

    Raises:
        StateForbids: somebody did before.
    """
    with act(actor) as doing:
        rows = SealSignal.objects.filter(pk=alarm.pk, seen_at=None)
        if not rows.update(seen_at=doing.at, seen_by=actor.name):
            raise StateForbids("Somebody looked at this alarm already.")
        alarm.refresh_from_db()
        _announce(doing, events.SEAL_ALARM_SEEN, alarm)
    return alarm


def approved(unit: str, place: str, at: datetime) -> bool:
    """Tell whether a container's seal may be opened at a place at an instant.

    It may where a look at the container is under way at that customs office, by its order; and at
    the station to which the container was moved under control, once it has arrived there.
    """
    return bool(place) and (looked_at_there(unit, place, at) or moved_to(unit, place, at))


def _keep(doing: Act, told: Signal) -> SealSignal:
    mark = "" if told.kind == ARMED else _mark(doing.actor, told)
    alarm = told.kind != ARMED and not mark and not approved(told.unit, told.place, told.at)
    declared = declarations_of(Unit("container", told.unit))
    row = SealSignal.objects.create(
        organisation=doing.actor.organisation, actor=doing.actor.name, received_at=doing.at,
        mark=mark, alarm=alarm, alarmed_at=doing.at if alarm else None,
        office=declared[0].office if declared else "", **msgspec.structs.asdict(told),
    )  # fmt: skip
    _announce(doing, _KIND_OF[told.kind], row)
    if alarm:
        _announce(doing, events.SEAL_ALARM, row)
    return row


def _mark(actor: Actor, told: Signal) -> str:
    arming = queries.arming(told.device, told.at)
    if arming is None:
        first = queries.first_armed(told.device)
        return "before_arming" if first is not None and told.at < first else "not_armed"
    if (arming.unit, arming.organisation) != (told.unit, actor.organisation):
        return "not_bound"
    return "alarmed_already" if queries.alarmed_since(arming) else ""


def _announce(doing: Act, kind: str, row: SealSignal) -> None:
    body: dict[str, Any] = {
        "unit": row.unit,
        "device": row.device,
        "seal_class": row.seal_class,
        "place": row.place,
        "office": row.office,
        "mark": row.mark,
    }
    # An alarm is for whoever keeps the container and for customs; nobody warns whom it is about.
    concerns = queries.keepers_of(row.unit) | {row.organisation}
    subject = Unit("container", row.unit).subject
    doing.announce(kind, subject, body, concerns=tuple(sorted(concerns)), legal_time=row.at)


def _check(told: Signal) -> None:
    faults = []
    wrong = check_container(told.unit)
    if wrong is not None:
        faults.append(("/body/unit", f"no number of ISO 6346: {wrong.reason} {wrong.expected}"))
    if told.at > clock.now() + _AHEAD:
        faults.append(("/body/at", "in the future"))
    if faults:
        raise DataRefused(
            "This cannot have been told by a seal.",
            faults=tuple(faults),
            remedy="Mend what is marked and send it again.",
        )
