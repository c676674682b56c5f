"""Cargo's news of a report that came, or was corrected, after lodging: selected anew by it.

What its transport document tells is known when a declaration is decided on. A report that comes
later was not, and a correction tells another story. So whatever is not released yet is selected
anew on the version that stands: by the law, the profiles and all the record knew when it was
decided on last, but for the report. Nothing else can change the answer, and nothing is charged.

The lane never becomes lighter, whoever set it, and the draw stays the consignment's. What a profile
asks for that did not ask before is asked for, though an officer was satisfied: he saw another
story. A document of another's tells his lane nothing, here as at lodging, and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from msgspec import structs

from clearway.assessment import queries as assessed
from clearway.assessment.models import CARGO, Assessment
from clearway.assessment.service import Assessed, select_anew
from clearway.audit.actor import system
from clearway.cargo import comparing
from clearway.cargo.comparing import Difference
from clearway.cargo.rules import document_key
from clearway.declarations import events, queries
from clearway.declarations.life_cycle import BEFORE_RELEASE, DECLARATION_STATES, after_lane
from clearway.declarations.models import Declaration
from clearway.declarations.service import announce
from clearway.events.service import Act, act
from clearway.intake import answering, known_goods, service
from clearway.intake.matching import ABOUT_CARGO
from clearway.kernel.assess import ENGINE_FAILED, assess_one
from clearway.kernel.decisions import Channel, Decision, Hit, Lane
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.selection import queue_priority
from clearway.risk.scoring.service import carry_over

_OPEN: Final = BEFORE_RELEASE - {"received"}
"""What is received only is decided on anew when it is presented."""
_ME: Final = system("matching")
_READS: Final = "cargo_mismatch"


class _Former(NamedTuple):
    """What a decision said before: differences told, profiles that were hit, lanes by channel."""

    told: list[Difference]
    hits: set[tuple[str, int, int]]
    lanes: dict[Channel, int]


class _Anew(NamedTuple):
    """A decision made anew, on what, and the lane that it asks for and none asked for before."""

    decision: Decision
    lodgement: Lodgement
    asked: Lane | None


def on_document_reported(number: str) -> int:
    """Select the declarations of a transport document anew by what it tells now.

    Coming twice, or with nothing new, it changes nothing.

    Returns:
        Of how many the answer is another.
    """
    rows = queries.selected_on(document_key(number)).values_list("pk", flat=True)
    return sum(_select(pk) for pk in list(rows))


def _select(number: int) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        declaration = queries.locked(number)
        before = assessed.newest(declaration.pk)
        if declaration.state not in _OPEN or before is None or before.lane is None:
            return False
        reference = assessed.reference_of(before)
        known = queries.lodgement_of(queries.current_version(declaration))
        known = assessed.as_decided(known, before)
        lodgement = _as_told_now(cursor, declaration, before, known, reference)
        if lodgement is None:
            return False
        decision = assess_one(lodgement, reference)
        if not decision.accepted or decision.selection is None:
            return False
        kept = assessed.found(before.pk, ABOUT_CARGO)
        others = [one for one in decision.findings if one.rule not in ABOUT_CARGO]
        decision = structs.replace(decision, findings=(*others, *kept))
        former = _former(known, before)
        told = comparing.told(lodgement.features)
        if told == former.told and _named(decision.hits) == former.hits:
            return False
        asked = _asked_anew(decision, former, set(told) - set(former.told), reference)
        anew = _Anew(decision, lodgement, asked)
        with act(_ME) as doing:
            _write(cursor, doing, declaration, before, anew, reference)
    return True


def _as_told_now(
    cursor: Any,
    declaration: Declaration,
    before: Assessment,
    known: Lodgement,
    reference: Reference,
) -> Lodgement | None:
    """Return what was decided on, with what the report tells now; None where that is nothing new.

    Nothing is what a report tells that is no more, or is another's: no lane ever hears of it.
    """
    (reported,) = known_goods.reported_for(cursor, [known], reference)
    names = known_goods.REPORTED
    same = all(known.features.get(name) == reported.get(name) for name in names)
    if same or _READS not in reported:
        return None
    features = {name: value for name, value in known.features.items() if name not in names}
    features |= reported
    features["draw_day"] = declaration.draw_day
    if declaration.lane is not None:
        features["previous_lane"] = Lane(declaration.lane).name.lower()
        features["previous_channel"] = before.channel
    return structs.replace(
        known,
        id=declaration.mrn or "",
        consignment_key=declaration.consignment_key,
        features=features,
    )


def _former(known: Lodgement, before: Assessment) -> _Former:
    selection = assessed.selection(before)
    channels = () if selection is None else selection.channels
    return _Former(
        comparing.told(known.features),
        _named(assessed.hits(before.pk)),
        {one.channel: int(one.lane) for one in channels if one.lane is not None},
    )


def _named(hits: Iterable[Hit]) -> set[tuple[str, int, int]]:
    return {(one.profile, one.version, one.item) for one in hits}


def _asked_anew(
    decision: Decision, former: _Former, new: Collection[Difference], reference: Reference
) -> Lane | None:
    """Return the severest lane that is asked for now and was not before, None where none is.

    A profile that reads the report asks once more where the report tells a new difference.
    """
    again = {one.code for one in reference.profiles if new and _READS in one.condition}
    asked = [
        hit.lane
        for hit in decision.hits
        if hit.lane is not None
        and (hit.profile in again or (hit.profile, hit.version, hit.item) not in former.hits)
    ]
    assert decision.selection is not None
    asked += [
        one.lane
        for one in decision.selection.channels
        if one.lane is not None and one.lane > former.lanes.get(one.channel, -1)
    ]
    return max(asked, default=None)


def _write(
    cursor: Any,
    doing: Act,
    declaration: Declaration,
    before: Assessment,
    anew: _Anew,
    reference: Reference,
) -> None:
    """Write the decision and what it does to the declaration, and announce both."""
    decision, features = anew.decision, anew.lodgement.features
    payable = answering.payable_of(decision)
    one = Assessed(declaration.pk, before.version, CARGO, doing.at, decision, payable)
    carry_over(cursor, before.pk, select_anew(cursor, one, reference, features))
    lane, state = declaration.lane, declaration.state
    if anew.asked is not None and decision.selection is not None:
        declaration.lane = max(lane or 0, int(decision.selection.lane))
        declaration.state = after_lane(state, anew.asked)
    declaration.priority = min(declaration.priority, queue_priority(features))
    declaration.save(update_fields=["lane", "state", "priority"])
    doing.announce(
        events.SELECTED_ANEW,
        events.subject(declaration.mrn, declaration.pk),
        {
            "mrn": declaration.mrn,
            "document": declaration.transport_document,
            "differs": [each.part for each in comparing.told(features)],
        },
    )
    if declaration.lane is not None and declaration.lane != lane:
        announce(doing, declaration, events.LANED, lane=Lane(declaration.lane).name.lower())
    if declaration.state != state:
        code = DECLARATION_STATES[declaration.state]
        kind = events.OF_STATE[declaration.state]
        announce(doing, declaration, kind, code=code, reference=reference.hash)
    failed = Counter(
        ("kernel_failed", ": ".join(value for _, value in each.parameters))
        for each in decision.findings
        if each.rule == ENGINE_FAILED and each not in anew.lodgement.form_findings
    )
    for done in service.raise_alarms(cursor, failed, doing.at):
        doing.announcements.extend(done.announcements)
