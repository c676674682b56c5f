"""Every write of conveyances: reported, corrected until arrival, arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.cargo import events, life_cycle, queries
from clearway.cargo.checks import check_conveyance
from clearway.cargo.law import law_at, note_refusal, refuse_errors
from clearway.cargo.models import Conveyance, ConveyanceVersion, TransportDocument
from clearway.cargo.queries import Drawing
from clearway.cargo.reports import ConveyanceReport
from clearway.events.service import Act, act, subject_of
from clearway.vocabulary.errors import DataRefused, StateForbids

_REFUSED = "The conveyance report is refused."
_EARLIEST = timedelta(days=30)
_MOST_CONCERNED = 10


def report(actor: Actor, told: ConveyanceReport) -> Conveyance:
    """Report a conveyance. The same report under the same reference again changes nothing.

    Raises:
        DataRefused: carries every error.
        StateForbids: the reference was used for another report.
    """
    before = queries.conveyance_by_reference(actor.organisation, told.reference)
    if before is not None:
        if content_of(before) == told:
            return before
        raise StateForbids(
            f"The reference {told.reference} is another report's.",
            remedy="Correct that report, or give this one a reference of its own.",
        )
    _refuse(actor, told)
    with act(actor) as doing:
        conveyance = Conveyance(
            organisation=actor.organisation, reported_at=doing.at, **_columns(told)
        )
        conveyance.save()
        _keep(conveyance, told, doing, "")
    return conveyance


def correct(
    actor: Actor,
    conveyance: Conveyance,
    told: ConveyanceReport,
    reason: str,
    seen: int | None = None,
) -> Conveyance:
    """Correct a conveyance report that has not arrived. Every version is kept.

    Args:
        actor: who reports.
        conveyance: the one to correct.
        told: the whole report as it is to stand.
        reason: why, in the reporter's words.
        seen: the version that he looked at, where he looked at one.

    Raises:
        DataRefused: carries every error.
        StateForbids: it has arrived, it was corrected since he looked, or the reference is not
            the report's.
    """
    if told.reference != conveyance.reference:
        raise StateForbids(
            "A correction keeps the reference of its report.",
            remedy=f"Send it under {conveyance.reference}.",
        )
    _refuse(actor, told)
    with act(actor) as doing:
        conveyance = Conveyance.objects.select_for_update().get(pk=conveyance.pk)
        if conveyance.state != "expected":
            raise StateForbids(
                f"The conveyance has {conveyance.state}; its report stands.",
                remedy="Ask an officer where something in it is wrong.",
            )
        if seen is not None and seen != conveyance.version:
            raise StateForbids(
                "The conveyance was corrected in the meantime.",
                remedy="Open the form anew; it shows what stands now.",
            )
        for column, value in _columns(told).items():
            setattr(conveyance, column, value)
        conveyance.version += 1
        conveyance.save()
        _keep(conveyance, told, doing, reason)
    return conveyance


def content_of(conveyance: Conveyance) -> ConveyanceReport:
    """Return the newest version of a report as it was reported."""
    newest = ConveyanceVersion.objects.get(conveyance=conveyance, number=conveyance.version)
    return msgspec.json.decode(newest.content, type=ConveyanceReport)


def _refuse(actor: Actor, told: ConveyanceReport) -> None:
    try:
        refuse_errors(check_conveyance(told, clock.now()), _REFUSED, actor)
    except DataRefused as refused:
        note_refusal(actor, subject_of("conveyance", told.reference), refused)
        raise


def _columns(told: ConveyanceReport) -> dict[str, object]:
    return msgspec.structs.asdict(told)


def _keep(conveyance: Conveyance, told: ConveyanceReport, doing: Act, reason: str) -> None:
    ConveyanceVersion.objects.create(
        conveyance=conveyance,
        number=conveyance.version,
        content=msgspec.json.encode(told),
        actor=doing.actor.name,
        reason=reason,
        at=doing.at,
    )
    doing.announce(
        events.CONVEYANCE_REPORTED,
        f"conveyance:{conveyance.pk}",
        {
            "reference": conveyance.reference,
            "mode": conveyance.mode,
            "means": conveyance.means,
            "journey": conveyance.journey,
            "place": conveyance.place,
            "expected_at": conveyance.expected_at.isoformat(),
            "version": conveyance.version,
        },
        concerns=(conveyance.organisation,),
    )


def arrive(actor: Actor, conveyance: Conveyance, at: datetime, place: str = "") -> Conveyance:
    """Notify that a conveyance has arrived: everything reported on it is here.

    Telling the same arrival again changes nothing.

    Raises:
        DataRefused: the arrival lies in the future, or long ago.
        StateForbids: another arrival was told before.
    """
    if conveyance.state == "arrived" and conveyance.arrived_at == at:
        return conveyance
    now = clock.now()
    if at > now or at < now - _EARLIEST:
        raise DataRefused(
            "The instant of arrival cannot be right.",
            faults=(("/body/arrived_at", "in the future, or more than 30 days ago"),),
            remedy="Give the instant with its zone, once it has come.",
        )
    law = law_at(now)
    with act(actor) as doing:
        conveyance = Conveyance.objects.select_for_update().get(pk=conveyance.pk)
        if conveyance.state != "expected":
            raise StateForbids(
                f"The conveyance has {conveyance.state} already.",
                remedy="Read it first; an officer corrects an arrival that is wrong.",
            )
        conveyance.state, conveyance.arrived_at = "arrived", at
        conveyance.place = place or conveyance.place
        conveyance.save()
        doing.announce(
            events.CONVEYANCE_ARRIVED,
            f"conveyance:{conveyance.pk}",
            {"reference": conveyance.reference, "place": conveyance.place},
            concerns=(conveyance.organisation,),
            legal_time=at,
        )
        land(doing, conveyance, at, at + timedelta(days=law.storage_days))
    return conveyance


def land(doing: Act, conveyance: Conveyance, at: datetime, due: datetime) -> None:
    """Let every document of a conveyance arrive, and tell each with who draws on it.

    Args:
        doing: the act.
        conveyance: whose documents, as far as they have not arrived.
        at: when they arrived.
        due: when they are overdue.
    """
    rows = conveyance.documents.filter(queries.LIVE, arrived_at=None)
    # Locked in the order of the stock's own locks (``ledger``), so that neither waits in a circle.
    waiting = list(rows.select_for_update().order_by("id"))
    for state, after in life_cycle.states_for("arrive").items():
        mine = [document.pk for document in waiting if document.state == state]
        for some in range(0, len(mine), 500):
            chosen = TransportDocument.objects.filter(pk__in=mine[some : some + 500])
            chosen.update(state=after, arrived_at=at, due_at=due)
    drawings = drawings_of(waiting)
    for document in waiting:
        tell_arrival(doing, document, at, drawings.get(document.pk, ()))


def drawings_of(documents: Sequence[TransportDocument]) -> dict[int, list[Drawing]]:
    """Return who draws on each of many documents."""
    found: dict[int, list[Drawing]] = {}
    ids = [document.pk for document in documents if document.drawn_packages or document.drawn_mass]
    for some in range(0, len(ids), 500):
        found.update(queries.drawings(ids[some : some + 500]))
    return found


def tell_arrival(
    doing: Act, document: TransportDocument, at: datetime, drawings: Iterable[Drawing]
) -> None:
    """Announce that the goods of a document are here."""
    doing.announce(
        events.ARRIVED,
        events.subject(document.number),
        {"number": document.number, "conveyance": document.conveyance_id},
        concerns=concerned(document, drawings),
        legal_time=at,
    )


def concerned(document: TransportDocument, drawings: Iterable[Drawing] = ()) -> tuple[int, ...]:
    """Return the organisations that may learn of a document: its reporter and who draws on it."""
    found = dict.fromkeys([document.organisation, *(each.organisation for each in drawings)])
    return tuple(organisation for organisation in found if organisation)[:_MOST_CONCERNED]
