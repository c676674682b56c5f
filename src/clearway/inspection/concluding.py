"""How a look at goods ends: its result, the second person, the report, what risk learns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from clearway.assessment import queries as assessment
from clearway.audit.actor import Actor
from clearway.declarations import queries as declarations
from clearway.declarations.models import Declaration
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.inspection import access, events, queries, stake
from clearway.inspection.life_cycle import OPENING, after
from clearway.inspection.models import Finding, Labelled, Opening, Order, Report
from clearway.inspection.rules import CUSTOMS, DISCREPANCY, SATISFACTORY, questions
from clearway.inspection.service import Work, at_work, parts_of, told_time, unsealed, write_answers
from clearway.inspection.telling import announce, equipment_events
from clearway.risk.memory import service as memory
from clearway.risk.outcomes import service as outcomes
from clearway.risk.outcomes.service import Shown
from clearway.vocabulary.errors import DataRefused, StateForbids

_encode = msgspec.json.Encoder(order="sorted").encode
_LONGEST: Final = 512


def in_order(actor: Actor, number: int, *, note: str = "", at: datetime | None = None) -> Opening:
    """Answer every question that is still open with yes, and find all in order: one act.

    Raises:
        NotThere, StateForbids, DataRefused: as ``conclude``.
    """
    return conclude(actor, number, outcome=SATISFACTORY, note=note, at=at, all_yes=True)


def conclude(
    actor: Actor,
    number: int,
    *,
    outcome: str,
    note: str = "",
    at: datetime | None = None,
    all_yes: bool = False,
) -> Opening:
    """Give the result for those who asked, as one of their inspectors.

    An opening that several asked for has its result when all of them have theirs. What is in
    order is closed at once; a discrepancy waits for a second person.

    Args:
        actor: one of the team; he answers for customs or for his agency.
        number: the opening's.
        outcome: satisfactory or discrepancy.
        note: in his words.
        at: when the look ended, where a tablet tells it later; now otherwise.
        all_yes: what is not answered yet on the checklist is answered with yes.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn; it was not begun; the checklist, a sample or a seal is
            open; what he noted says otherwise; his side has its result.
        DataRefused: it would end in the future, or before it began.
    """
    if outcome not in {SATISFACTORY, DISCREPANCY}:
        raise DataRefused(
            "The result is satisfactory or discrepancy.",
            faults=(("/body/outcome", "neither"),),
            remedy="Choose one of both.",
        )
    act_name = "find_in_order" if outcome == SATISFACTORY else "find_discrepancy"
    with at_work(actor, number, "check") as work:
        opening, doing = work.opening, work.doing
        after(OPENING, opening.state, act_name)
        orders = list(queries.orders(opening.pk).filter(asked_by=work.asked_by, state="open"))
        if not orders:
            raise StateForbids("Your side has its result.", remedy="Look where it stands now.")
        assert opening.started_at is not None
        ended = told_time(at, doing.at, opening.started_at, "/body/at")
        if all_yes:
            _answer_the_rest(work)
        _refuse_unless_done(work, outcome)
        for order in orders:
            _answer(work, order, outcome, note[:_LONGEST])
        opening.ended_at, opening.result_by = ended, actor.name
        _settle(work)
    return opening


def approve(actor: Actor, number: int, *, confirmed: bool, reason: str = "") -> Opening:
    """Approve a discrepancy as a second person, or send it back to be looked at anew.

    Raises:
        NotThere: no such opening for this supervisor.
        StateForbids: he took part in it, under whatever name; nothing waits for approval; it was
            amended since; another look is open already.
        DataRefused: it is sent back without a reason.
    """
    found = access.opening_for(actor, number, to="approve")
    reason = reason.strip()[:_LONGEST] if confirmed else needed_reason(reason)[:_LONGEST]
    with act(actor) as doing:
        declaration = declarations.locked(found.declaration_id)
        opening = queries.locked(found.pk)
        opening.state = after(OPENING, opening.state, "approve" if confirmed else "send_back")
        opening.reason = reason
        if confirmed:
            if opening.version != declaration.version:
                raise StateForbids(
                    "It was amended since.", remedy="Send it back, to be looked at anew."
                )
            opening.approved_at, opening.approved_by = doing.at, actor.name
            _close(doing, opening, declaration)
        else:
            _send_back(doing, opening, declaration)
    return opening


def _send_back(doing: Act, opening: Opening, declaration: Declaration) -> None:
    if queries.joinable(declaration.pk, opening.unit) is not None:
        raise StateForbids(
            "Another look at these goods is open.", remedy="Approve this one as it is."
        )
    if queries.samples(opening.pk).exists():
        opening.state = after(OPENING, opening.state, "sample")
    opening.ended_at, opening.outcome = None, ""
    opening.save(update_fields=["state", "reason", "ended_at", "outcome"])
    queries.orders(opening.pk).filter(state="answered").update(state="open", outcome="")
    announce(doing, declaration, opening, events.SENT_BACK, reason=opening.reason, private=True)


def _answer_the_rest(work: Work) -> None:
    known = queries.checklist(work.opening.pk)
    rest = [code for code in _questions(work) if code not in known]
    if rest:
        write_answers(work, dict.fromkeys(rest, ("yes", "")))


def _questions(work: Work) -> tuple[str, ...]:
    return questions(parts_of(work.opening, work.asked_by))


def _refuse_unless_done(work: Work, outcome: str) -> None:
    """Refuse a result that what was noted does not bear.

    Raises:
        StateForbids: a question, a sample or a seal is open, or the notes say otherwise.
    """
    opening = work.opening
    answers = queries.checklist(opening.pk)
    mine = [answers[code].answer for code in _questions(work) if code in answers]
    found = [row for row in queries.findings(opening.pk) if row.asked_by == work.asked_by]
    results = [getattr(one, "result", None) for one in queries.samples(opening.pk)]
    differs = any(one is not None and one.conclusion == "differs" for one in results)
    if len(mine) < len(_questions(work)):
        raise StateForbids(
            "The checklist has open questions.", remedy="Answer every question of the checklist."
        )
    if any(one is None for one in results):
        raise StateForbids(
            "A sample has no result yet.", remedy="Record what the laboratory found first."
        )
    if unsealed(opening):
        raise StateForbids(
            "A seal was broken and none was set.", remedy="Set a new seal and record it."
        )
    if outcome == SATISFACTORY and (found or "no" in mine or differs):
        raise StateForbids(
            "What was noted speaks of a discrepancy.",
            remedy="Withdraw what was noted by mistake, or give the result discrepancy.",
        )
    if outcome == DISCREPANCY and not found:
        raise StateForbids(
            "A discrepancy needs a coded finding.", remedy="Record what was found first."
        )


def _answer(work: Work, order: Order, outcome: str, note: str) -> None:
    order.state, order.outcome, order.note = "answered", outcome, note
    order.answered_by, order.answered_at = work.doing.actor.name, work.doing.at
    order.save()
    if order.asked_by != CUSTOMS:
        announce(work.doing, work.declaration, work.opening, events.AGENCY_RESULT,
                 agency=order.asked_by, outcome=outcome, note=note, private=True)  # fmt: skip


def _settle(work: Work) -> None:
    """Give the opening its result when everybody who asked has his."""
    doing, opening = work.doing, work.opening
    orders = list(queries.orders(opening.pk).exclude(state="cancelled"))
    open_still = [order for order in orders if order.state == "open"]
    if open_still:
        opening.save(update_fields=["state", "ended_at", "result_by"])
        waits_for = [one.asked_by for one in open_still]
        announce(doing, work.declaration, opening, events.RESULT_GIVEN, private=True,
                 asked_by=work.asked_by, waits_for=waits_for)  # fmt: skip
        return
    worst = any(order.outcome == DISCREPANCY for order in orders)
    opening.outcome = DISCREPANCY if worst else SATISFACTORY
    act_name = "find_discrepancy" if worst else "find_in_order"
    opening.state = after(OPENING, opening.state, act_name)
    stake.write(opening, work.declaration, queries.findings(opening.pk))
    announce(doing, work.declaration, opening, events.RESULT_GIVEN, private=True,
             legal_time=opening.ended_at, outcome=opening.outcome, at_stake=opening.at_stake,
             currency=opening.currency)  # fmt: skip
    if worst:
        opening.save()
    else:
        _close(doing, opening, work.declaration)


def _close(doing: Act, opening: Opening, declaration: Declaration) -> None:
    """Close an opening: its report, what risk learns of it, and the news to everybody."""
    opening.state, opening.closed_at = after(OPENING, opening.state, "close"), doing.at
    opening.save()
    codes = sorted({row.code for row in queries.findings(opening.pk)})
    content = _encode(report_of(opening, declaration))
    digest = hashlib.sha256(content).hexdigest()
    Report.objects.create(
        opening=opening, number=f"{declaration.mrn}-I{opening.pk}", content=content,
        sha256=digest, at=doing.at, by=doing.actor.name,
    )  # fmt: skip
    _label(doing, opening, declaration)
    announce(
        doing, declaration, opening, events.CLOSED, legal_time=opening.ended_at,
        outcome=opening.outcome, codes=codes, amount_at_stake=opening.at_stake,
        currency=opening.currency, report=digest,
        equipment_events=equipment_events(opening, "INSP", opening.ended_at or doing.at),
    )  # fmt: skip


def report_of(opening: Opening, declaration: Declaration) -> dict[str, Any]:
    """Return the report of an opening as data: what documents print and anybody can hash."""
    numbers = ("code", "item", "declared", "found", "note", "asked_by", "by")
    return {
        "mrn": declaration.mrn,
        "version": declaration.version,
        "opening": opening.pk,
        "unit": opening.unit,
        "office": opening.office,
        "ordered_at": _written(opening.ordered_at),
        "due_at": _written(opening.due_at),
        "started_at": _written(opening.started_at),
        "ended_at": _written(opening.ended_at),
        "outcome": opening.outcome,
        "orders": _rows(queries.orders(opening.pk), ("asked_by", "look_at", "outcome", "note",
                                                     "answered_by")),
        "team": _rows(queries.members(opening.pk), ("asked_by", "person")),
        "checklist": [
            {"code": code, "answer": row.answer, "note": row.note, "by": row.by}
            for code, row in sorted(queries.checklist(opening.pk).items())
        ],
        "findings": _rows(queries.findings(opening.pk), numbers),
        "photos": _rows(queries.photos(opening.pk), ("name", "sha256", "size", "item", "by")),
        "samples": [
            {"number": row.number, "item": row.item, "laboratory": row.laboratory,
             "conclusion": row.result.conclusion, "report": row.result.report}
            for row in queries.samples(opening.pk)
        ],
        "seals": _rows(queries.seals(opening.pk), ("what", "number", "unit", "party", "known")),
        "taxes": _rows(queries.stakes(opening.pk), ("item", "tax", "declared", "found")),
        "at_stake": opening.at_stake,
        "currency": opening.currency,
        "approved_by": opening.approved_by,
    }  # fmt: skip


def _label(doing: Act, opening: Opening, declaration: Declaration) -> None:
    """Write what risk learns: one row for each declared item, and one for goods besides."""
    newest = assessment.newest(declaration.pk)
    lodgement = declarations.lodgement_of(declarations.current_version(declaration))
    hits = [] if newest is None else assessment.hits(newest.pk)
    by_item: dict[int, list[Finding]] = {}
    for row in queries.findings(opening.pk):
        by_item.setdefault(row.item, []).append(row)
    lost: dict[int, int] = {}
    for line in queries.stakes(opening.pk):
        lost[line.item] = lost.get(line.item, 0) + (line.found or 0) - (line.declared or 0)
    rows = []
    for place, item in enumerate(lodgement.items, 1):
        found = by_item.get(place, []) + by_item.get(0, [])
        features = {
            **lodgement.features,
            "profiles": sorted({hit.profile for hit in hits if hit.item in {0, place}}),
            "customs_office": declaration.office,
            "procedure": item.procedure,
            "net_mass": item.net_mass,
            "item_amount": item.item_amount,
            "item_currency": item.item_currency,
        }
        rows.append(
            Labelled(
                opening=opening, declaration=declaration, item=place,
                commodity=item.commodity[:256], origin=item.origin[:256],
                importer=declaration.importer, office=declaration.office,
                lane=declaration.lane, channel="" if newest is None else newest.channel,
                score=None if newest is None else newest.score, features=_encode(features),
                outcome=DISCREPANCY if found else SATISFACTORY,
                codes=" ".join(sorted({one.code for one in found})),
                at_stake=lost.get(place, 0), at=doing.at,
            )
        )  # fmt: skip
    Labelled.objects.bulk_create(rows)
    shown = [Shown(row.item, row.outcome == DISCREPANCY, row.at_stake or 0) for row in rows]
    outcomes.record(declaration.pk, shown, doing.at)
    memory.learn(lodgement, {one.item: one.differs for one in shown}, doing.at)


def _rows(rows: Iterable[Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in names} for row in rows]


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
