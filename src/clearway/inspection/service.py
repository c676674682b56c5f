"""The look at the goods, step by step: start, checklist, findings, pictures, seals, samples.

Every step is an inspector's act within one transaction that has locked the declaration and then
the opening. How it ends stands in ``concluding``, who looks in ``drawing``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import msgspec

from clearway.audit.actor import Actor
from clearway.declarations import queries as declarations
from clearway.declarations.models import Declaration
from clearway.events.service import Act, act
from clearway.inspection import access, events, queries
from clearway.inspection.life_cycle import OPENING, after
from clearway.inspection.models import ChecklistItem, Opening, SealEvent
from clearway.inspection.rules import ANSWERS, CUSTOMS, questions
from clearway.inspection.telling import announce, equipment_events
from clearway.vocabulary.errors import DataRefused, StateForbids

_NOT_HERE: Final = frozenset({"unmatched", "reported"})
_ENDED: Final = frozenset({"invalidated", "rejected"})


class Work(msgspec.Struct, frozen=True):
    """An inspector's act in progress: for whom he looks, and at what."""

    doing: Act
    opening: Opening
    declaration: Declaration
    asked_by: str


@contextmanager
def at_work(actor: Actor, number: int, act_name: str) -> Iterator[Work]:
    """Do something with an opening as one of its team; the state follows the table.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn, or the state does not allow it.
    """
    found = access.opening_for(actor, number, to="inspect")
    with act(actor) as doing:
        declaration = declarations.locked(found.declaration_id)
        opening = queries.locked(found.pk)
        stands_for = queries.stands_for(opening.pk, actor)
        opening.state = after(OPENING, opening.state, act_name)
        yield Work(doing, opening, declaration, stands_for or CUSTOMS)


def start(actor: Actor, number: int, at: datetime | None = None) -> Opening:
    """Begin a look.

    Args:
        actor: one of the team.
        number: the opening's.
        at: when it began, where a tablet tells it later; now otherwise.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn, it has begun already, or the goods are not here.
        DataRefused: it would begin in the future, or before it was ordered.
    """
    with at_work(actor, number, "start") as work:
        doing, opening = work.doing, work.opening
        only_papers = set(parts_of(opening)) <= {"documents"}
        if work.declaration.goods_state in _NOT_HERE and not only_papers:
            raise StateForbids(
                "The goods are not here yet.", remedy="Begin when their arrival is reported."
            )
        opening.started_at = told_time(at, doing.at, opening.ordered_at, "/body/at")
        opening.started_by = actor.name
        opening.save(update_fields=["state", "started_at", "started_by"])
        announce(doing, work.declaration, opening, events.STARTED, legal_time=opening.started_at)
    return opening


def check(actor: Actor, number: int, answers: Mapping[str, tuple[str, str]]) -> Opening:
    """Answer questions of the checklist, each with yes, no or not_applicable and a note.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn, or it is not under way.
        DataRefused: a question is none of this look's, or an answer none.
    """
    with at_work(actor, number, "check") as work:
        write_answers(work, answers)
        announce(work.doing, work.declaration, work.opening, events.CHECKED,
                 answers={code: answer for code, (answer, _) in sorted(answers.items())},
                 private=True)  # fmt: skip
    return work.opening


def write_answers(work: Work, answers: Mapping[str, tuple[str, str]]) -> None:
    """Write answers of the checklist within an act.

    Raises:
        DataRefused: a question is none of this look's, or an answer none.
    """
    wanted = set(questions(parts_of(work.opening)))
    wrong = [
        (f"/body/answers/{code}", "no such question or answer")
        for code, (answer, _) in answers.items()
        if code not in wanted or answer not in ANSWERS
    ]
    if wrong or not answers:
        raise DataRefused(
            "These are no answers to this checklist.",
            faults=tuple(wrong),
            remedy="Answer the questions of this inspection with yes, no or not_applicable.",
        )
    for code, (answer, note) in answers.items():
        ChecklistItem.objects.update_or_create(
            opening=work.opening,
            code=code,
            defaults={"answer": answer, "note": note[:512], "by": work.doing.actor.name,
                      "at": work.doing.at},
        )  # fmt: skip


def record_seal(
    actor: Actor,
    number: int,
    *,
    what: str,
    seal: str,
    unit: str = "",
    party: str = "customs",
    seal_class: str = "",
) -> SealEvent:
    """Record that a seal was broken or set.

    A broken one that was neither declared nor set by us before is kept and marked: what is
    unknown is the inspector's to judge, and his finding to write.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn, it is not under way, or this is recorded already.
        DataRefused: the container is none of this look's.
    """
    with at_work(actor, number, "seal") as work:
        opening, doing = work.opening, work.doing
        units = opening.containers.split()
        if unit and unit not in {*units, opening.unit}:
            raise DataRefused(
                "The declaration names no such container.",
                faults=(("/body/unit", "not among its containers"),),
                remedy="Take one of the containers that the declaration names, or none.",
            )
        same = queries.seals(opening.pk).filter(what=what, unit=unit, number=seal)
        if same.exists():
            raise StateForbids("This seal is recorded already.", remedy="Check its number.")
        row = SealEvent.objects.create(
            opening=opening, what=what, number=seal, unit=unit, party=party,
            seal_class=seal_class, known=what == "set" or seal in _known_seals(work),
            by=actor.name, at=doing.at,
        )  # fmt: skip
        resealed = equipment_events(opening, "RSEA", doing.at) if what == "set" else []
        announce(doing, work.declaration, opening, events.SEAL_RECORDED, what=what, seal=seal,
                 party=party, known=row.known, equipment_events=resealed)  # fmt: skip
    return row


def unsealed(opening: Opening) -> list[str]:
    """Return the units whose seal was broken at an opening and not followed by a new one."""
    left: dict[str, bool] = {}
    for row in queries.seals(opening.pk):
        left[row.unit] = row.what == "broken"
    return [unit for unit, broken in left.items() if broken]


def parts_of(opening: Opening, asked_by: str | None = None) -> list[str]:
    """Return what is to be looked at in an opening, for one asker where he is named."""
    rows = queries.orders(opening.pk).exclude(state="cancelled")
    if asked_by is not None:
        rows = rows.filter(asked_by=asked_by)
    return [word for text in rows.values_list("look_at", flat=True) for word in text.split()]


def _known_seals(work: Work) -> set[str]:
    lodgement = declarations.lodgement_of(declarations.current_version(work.declaration))
    return {*lodgement.seals, *queries.seals_set_before(work.declaration.pk)}


def told_time(at: datetime | None, now: datetime, earliest: datetime, where: str) -> datetime:
    """Return when something happened: now, or as told between another instant and now.

    Raises:
        DataRefused: it lies before or after.
    """
    if at is None:
        return now
    if at > now:
        raise DataRefused(
            "This lies in the future.", faults=((where, "later than now"),),
            remedy="Look at the clock of the device.",
        )  # fmt: skip
    if at < earliest:
        raise DataRefused(
            "This lies before what it follows.",
            faults=((where, f"before {earliest.isoformat()}"),),
            remedy="Look at the clock of the device.",
        )
    return at
