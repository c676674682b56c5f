"""The purpose ``present``: goods declared in advance are here, and the declaration takes effect.

Received (02) becomes accepted (01). Law, rate of exchange and risk are assessed again on the
ruling day; the lane told is that of this assessment, or the severer where one was told before.
What has errors by the law of that day stays received: amend it and present again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from clearway.assessment.service import ARRIVAL
from clearway.declarations import events
from clearway.declarations.kinds import EXPORT
from clearway.declarations.life_cycle import (
    DEBT,
    DECLARATION,
    DECLARATION_STATES,
    GOODS,
    lane_act,
    next_state,
)
from clearway.declarations.models import Declaration
from clearway.declarations.rules import local_day, ruling_day, supplementary_due
from clearway.events.service import Done
from clearway.intake import answering, later_versions, quota_draws, yearly
from clearway.intake.submission import Piece
from clearway.kernel.decisions import Lane
from clearway.kernel.reference import Reference

_FORM = "CLW1"


def gather(
    cursor: Any, pieces: Sequence[Piece], reference: Reference
) -> tuple[list[Piece], list[Piece]]:
    """Take each declaration's own lodgement up again, under the law of the day of presentation."""
    ready, later = later_versions.look_up(pieces, lambda one: one.state == "received")
    for piece in ready:
        declaration: Declaration = piece.seen.declaration
        lodgement = msgspec.structs.replace(piece.seen.former)
        presented = piece.submission.received_at
        piece.lodgement = lodgement
        day = ruling_day(
            lodgement, reference, received_at=declaration.received_at, presented_at=presented
        )
        # What reading the message told stays true; what the record told then is looked up now.
        form = [one for one in lodgement.form_findings if one.rule.startswith(_FORM)]
        since = [one for one in piece.form_findings if one not in form]
        piece.form_findings = (*form, *since)
        later_versions.prepare(piece, day)
        lodgement.observed_on = local_day(presented, reference)
    later_versions.look_up_history(cursor, ready, reference)
    for piece in ready:
        later_versions.keep_lane(piece, "")
    return ready, later


def store(
    cursor: Any, pieces: Sequence[Piece], reference: Reference, at: datetime
) -> tuple[list[Done], list[Piece]]:
    """Write that declarations were accepted at presentation, or why they could not be."""
    acts, lost, written = [], [], []
    for piece in pieces:
        done = _store(cursor, piece, reference, at)
        if done is None:
            lost.append(piece)
            continue
        acts.append(done)
        if piece.answer is not None and piece.answer.status == 200:
            written.append(piece)
    later_versions.count(cursor, written, reference)
    return acts, lost


def _store(cursor: Any, piece: Piece, reference: Reference, at: datetime) -> Done | None:
    lodgement, decision = piece.lodgement, piece.decision
    assert lodgement is not None
    assert decision is not None
    declaration = later_versions.locked_unmoved(piece)
    if declaration is None:
        return None
    telling = later_versions.Telling(piece, at)
    presented = piece.submission.received_at
    selection = decision.selection
    if not decision.accepted or selection is None:
        rules = sorted({one.rule for one in decision.findings if one.severity == "error"})
        telling.fact(declaration, events.PRESENTATION_FAILED, legal_time=presented, rules=rules)
        piece.answer = answering.rejected(piece)
        return telling.done(declaration)
    telling.fact(declaration, events.PRESENTED, legal_time=presented)
    used = yearly.use_of_decided(piece, reference)
    if not yearly.move(cursor, piece.seen.used, used):
        return None
    if not quota_draws.replace(cursor, piece, reference, at):
        yearly.move_back(cursor, piece.seen.used, used)
        return None
    if not _goods(cursor, piece, declaration, reference, telling):
        yearly.move_back(cursor, piece.seen.used, used)
        quota_draws.restore(cursor, piece, (), at)
        return None
    version = later_versions.write_version(cursor, piece, declaration, at, door="presented")
    later_versions.write_assessment(cursor, piece, version, ARRIVAL, reference, at)
    _accept(declaration, piece, reference, presented)
    _tell(telling, declaration, reference, presented)
    for kind, body in quota_draws.facts(piece, reference):
        telling.fact(declaration, kind, legal_time=presented, quota=body)
    piece.state, piece.goods_state = declaration.state, declaration.goods_state
    piece.answer = answering.accepted(
        piece, reference, lane=declaration.lane, version=declaration.version
    )
    return telling.done(declaration)


def _goods(
    cursor: Any,
    piece: Piece,
    declaration: Declaration,
    reference: Reference,
    telling: later_versions.Telling,
) -> bool:
    """Note where the goods are, and reserve the stock; False where it is too small."""
    lodgement = piece.lodgement
    assert lodgement is not None
    if lodgement.direction == EXPORT:
        if declaration.goods_state != "presented":
            declaration.goods_state = next_state(GOODS, declaration.goods_state, "present")
        return True
    if not declaration.transport_document:
        return True
    outcome = later_versions.reserve(cursor, piece, declaration, reference, telling.doing.at)
    if outcome is None:
        return False
    if outcome.kind == "reserved":
        declaration.goods_state = "arrived" if outcome.arrived else "reported"
        telling.fact(declaration, events.MATCHED, document=declaration.transport_document)
    return True


def _accept(
    declaration: Declaration, piece: Piece, reference: Reference, presented: datetime
) -> None:
    lodgement, decision = piece.lodgement, piece.decision
    assert lodgement is not None
    assert decision is not None
    assert decision.selection is not None
    lane = int(decision.selection.lane)
    if declaration.lane is not None:
        lane = max(lane, declaration.lane)
    declaration.lane = lane
    declaration.state = next_state(DECLARATION, declaration.state, "present", lane_act(lane))
    declaration.legal_date = lodgement.legal_date
    declaration.accepted_at = presented
    declaration.supplementary_due = supplementary_due(
        lodgement, reference, local_day(presented, reference)
    )
    payable = answering.payable_of(decision)
    act = "owe_nothing" if payable == 0 else "assess"
    declaration.debt_state = next_state(DEBT, declaration.debt_state, act)
    declaration.save()


def _tell(
    telling: later_versions.Telling,
    declaration: Declaration,
    reference: Reference,
    presented: datetime,
) -> None:
    telling.fact(
        declaration,
        events.ACCEPTED,
        legal_time=presented,
        code=DECLARATION_STATES["accepted"],
        legal_date=declaration.legal_date,
    )
    assert declaration.lane is not None
    lane = Lane(declaration.lane).name.lower()
    telling.fact(declaration, events.LANED, legal_time=presented, lane=lane)
    telling.state(declaration, reference, presented)
