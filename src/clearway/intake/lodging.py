"""The purpose ``lodge``: from what is known of a declaration to its rows, events and answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clearway.assessment import service as assessment
from clearway.cargo.stock import Outcome, reserve_many
from clearway.declarations import storing
from clearway.declarations.kinds import EXPORT, in_advance, is_supplementary
from clearway.declarations.naming import transport_document_of
from clearway.declarations.rules import first_states, supplementary_due
from clearway.declarations.storing import NewDeclaration
from clearway.events.service import Done
from clearway.intake import answering, facts, gathering, quota_draws, yearly
from clearway.intake.matching import refusal, reservation
from clearway.intake.submission import Answer, Piece
from clearway.kernel.reference import Reference
from clearway.risk.scoring.service import store_many as store_scores
from clearway.traders.history import Accepted, record_many

gather = gathering.gather
_ARRIVED = "arrived"
FIRST = 1
"""The number of a declaration's first version."""


def store(
    cursor: Any, pieces: Sequence[Piece], reference: Reference, at: datetime
) -> tuple[list[Done], list[Piece]]:
    """Write declarations that the kernel has decided on, and word their answers.

    Args:
        cursor: of the open transaction.
        pieces: with their decisions.
        reference: the pack by which was decided.
        at: the system time.

    Returns:
        The acts to be announced, and the pieces that lost against a neighbour: nothing of them
        is written, and the next batch assesses them again.
    """
    keeping = [piece for piece in pieces if not piece.lrn_taken]
    new = _new_rows(cursor, keeping, reference)
    won, lost = _claim(cursor, keeping, new, reference, at)
    rows = [new[id(piece)] for piece in won]
    storing.store_many(cursor, rows)
    assessed = [
        assessment.Assessed(
            row.id, row.version_id, assessment.LODGEMENT, row.received_at, piece.decision,
            answering.payable_of(piece.decision),
        )
        for piece, row in zip(won, rows, strict=True)
        if piece.decision is not None
    ]  # fmt: skip
    numbers = assessment.store_many(cursor, assessed, reference)
    decided = [piece for piece in won if piece.decision is not None]
    store_scores(cursor, zip(numbers, [piece.scores for piece in decided], strict=True))
    quota_draws.write_first(rows, won, reference, at)
    acts = [facts.of_lodgement(piece, row, reference) for piece, row in zip(won, rows, strict=True)]
    for piece, row in zip(won, rows, strict=True):
        piece.answer = _answer(piece, row.lane, reference)
    for piece in pieces:
        if piece.lrn_taken:
            piece.answer = _answer(piece, None, reference)
            acts.append(facts.of_used_reference(piece))
    _count(cursor, won, reference)
    return acts, lost


def _answer(piece: Piece, lane: int | None, reference: Reference) -> Answer:
    if piece.submission.door == "bulk":
        return answering.brief(piece)
    if piece.decision is not None and piece.decision.accepted:
        return answering.accepted(piece, reference, lane=lane)
    return answering.rejected(piece)


def _count(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """Add what was accepted to the parties' history; last, because it locks busy rows."""
    by_day: dict[int, list[Accepted]] = {}
    for piece in pieces:
        lodgement, decision = piece.lodgement, piece.decision
        if lodgement is not None and decision is not None and decision.accepted:
            values = [one.value for one in decision.values]
            told = Accepted(lodgement, values, reference.exponent)
            by_day.setdefault(lodgement.observed_on or 0, []).append(told)
    for day, accepted in by_day.items():
        record_many(cursor, accepted, day)


def _new_rows(
    cursor: Any, pieces: Sequence[Piece], reference: Reference
) -> dict[int, NewDeclaration]:
    numbers = storing.numbers_for(cursor, len(pieces))
    return {
        id(piece): _new(piece, number, reference)
        for piece, number in zip(pieces, numbers, strict=True)
    }


def _new(piece: Piece, numbers: tuple[int, int], reference: Reference) -> NewDeclaration:
    lodgement, decision, submission = piece.lodgement, piece.decision, piece.submission
    assert lodgement is not None
    assert decision is not None
    selection = decision.selection
    told_now = decision.accepted and not in_advance(lodgement) and selection is not None
    lane = int(selection.lane) if told_now and selection is not None else None
    states = first_states(
        lodgement,
        accepted=decision.accepted,
        lane=lane,
        payable=answering.payable_of(decision),
        reported=False,
    )
    piece.state, piece.goods_state = states.state, states.goods
    return NewDeclaration(
        id=numbers[0],
        version_id=numbers[1],
        lodgement=lodgement,
        declarant=piece.declarant,
        # A declaration without a reference is rejected, yet two such are two.
        lrn=piece.lrn or f"(none) {numbers[0]}",
        mrn=piece.mrn if decision.accepted else "",
        organisation=submission.actor.organisation,
        kind=piece.kind,
        states=states,
        lane=lane,
        transport_document=transport_document_of(lodgement, reference),
        fingerprint=piece.fingerprint,
        first_mrn=piece.first_mrn,
        draw_day=int(lodgement.features["draw_day"] or 0),
        received_at=submission.received_at,
        accepted=decision.accepted,
        message=submission.body,
        media_type=submission.media_type,
        door=submission.door,
        actor=submission.actor.name,
        values=decision.values,
        supplements=piece.supplements if decision.accepted else "",
        supplementary_due=supplementary_due(lodgement, reference, lodgement.observed_on or 0)
        if decision.accepted
        else None,
    )


def _claim(
    cursor: Any,
    pieces: Sequence[Piece],
    new: dict[int, NewDeclaration],
    reference: Reference,
    at: datetime,
) -> tuple[list[Piece], list[Piece]]:
    """Win names, yearly limits, quotas, stock, in this order; who loses gives back the others."""
    rows = [new[id(piece)] for piece in pieces]
    won: list[Piece] = []
    lost: list[Piece] = []
    for piece, ours in zip(pieces, storing.claim_names(cursor, rows), strict=True):
        (won if ours else lost).append(piece)
    spent = yearly.spend(cursor, won, reference)
    won, over = _parted(won, spent)
    won, late = _parted(won, quota_draws.spend(cursor, won, reference))
    outcomes = _reserve(cursor, won, new, at)
    stocked = [
        _has_stock(piece, new[id(piece)], outcomes.get(id(piece)), reference) for piece in won
    ]
    kept, short = _parted(won, stocked)
    yearly.give_back(cursor, [*late, *short], reference)
    quota_draws.give_back(cursor, short, reference)
    storing.withdraw(cursor, [new[id(piece)] for piece in (*over, *late, *short)])
    states = []
    for piece in kept:
        outcome = outcomes.get(id(piece))
        if outcome is not None and outcome.kind == "reserved":
            piece.goods_state = _ARRIVED if outcome.arrived else "reported"
            states.append((new[id(piece)].id, piece.goods_state))
    storing.set_goods_states(cursor, states)
    return kept, [*lost, *over, *late, *short]


def _parted(pieces: Sequence[Piece], kept: Sequence[bool]) -> tuple[list[Piece], list[Piece]]:
    yes = [piece for piece, stays in zip(pieces, kept, strict=True) if stays]
    return yes, [piece for piece, stays in zip(pieces, kept, strict=True) if not stays]


def _reserve(
    cursor: Any,
    pieces: Sequence[Piece],
    new: dict[int, NewDeclaration],
    at: datetime,
) -> dict[int, Outcome]:
    """Reserve stock of the transport documents of accepted imports; outcomes by piece."""
    wanting, reservations = [], []
    for piece in pieces:
        lodgement, row = piece.lodgement, new[id(piece)]
        assert lodgement is not None
        draws = lodgement.direction != EXPORT and not is_supplementary(lodgement)
        if row.accepted and row.transport_document and draws and not in_advance(lodgement):
            wanting.append(piece)
            reservations.append(reservation(row, lodgement, FIRST))
    return dict(
        zip(map(id, wanting), reserve_many(cursor, reservations, at), strict=True)
        if reservations
        else ()
    )


def _has_stock(
    piece: Piece, row: NewDeclaration, outcome: Outcome | None, reference: Reference
) -> bool:
    """Tell whether the goods could be reserved or may be later; else leave word for next time."""
    if outcome is None or outcome.kind == "reserved":
        return True
    assert piece.decision is not None
    found = refusal(outcome, reservation(row, row.lodgement, FIRST), row.lodgement, reference)
    if outcome.kind == "unmatched":
        piece.decision.findings += (found,)
        return True
    piece.form_findings += (found,)
    return False
