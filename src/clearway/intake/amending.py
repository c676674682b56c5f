"""The purposes ``amend`` and ``grant``: another version of a declaration.

``amend`` is free: no lane was communicated yet. ``grant`` carries out a request that an officer
granted, before release or after it. Either way the kernel decides on the whole new version under
the law of the declaration's own day, the lane never becomes lighter, the draw stays the
consignment's, and what was written off of the transport document is adjusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from clearway.assessment.service import AMENDMENT
from clearway.audit.bulk import claim
from clearway.cargo import stock
from clearway.declarations import events, findings, queries, service
from clearway.declarations.findings import told
from clearway.declarations.kinds import is_supplementary, kind_of
from clearway.declarations.life_cycle import (
    AFTER_RELEASE,
    BEFORE_RELEASE,
    DEBT,
    GOODS,
    after_lane,
    next_state,
)
from clearway.declarations.models import Declaration
from clearway.declarations.naming import (
    declarant_of,
    fingerprint,
    supplemented,
    transport_document_of,
)
from clearway.declarations.refusals import refusal_of
from clearway.declarations.rules import local_day
from clearway.declarations.storing import stored_name
from clearway.events.service import Done
from clearway.intake import answering, entitlement, later_versions, quota_draws, yearly
from clearway.intake.matching import refusal, reservation
from clearway.intake.submission import Piece
from clearway.kernel.decisions import Lane, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.vocabulary.errors import StateForbids

GRANT = "grant"


def gather(
    cursor: Any, pieces: Sequence[Piece], reference: Reference
) -> tuple[list[Piece], list[Piece]]:
    """Complete amended lodgements with what the record knows of their declarations."""
    free = [piece for piece in pieces if piece.submission.purpose != GRANT]
    granted = [piece for piece in pieces if piece.submission.purpose == GRANT]
    ready, later = later_versions.look_up(free, _is_free)
    more, wait = later_versions.look_up(granted, _is_live)
    ready += [piece for piece in more if _still_asked(piece)]
    for piece in ready:
        _complete(piece, reference)
    _judge(cursor, [one for one in ready if one.submission.purpose != GRANT], reference)
    later_versions.look_up_history(cursor, ready, reference)
    by_channel = later_versions.channels(ready)
    for piece in ready:
        later_versions.keep_lane(piece, by_channel.get(piece.seen.declaration.pk, ""))
    return ready, [*later, *wait]


def look_ahead(piece: Piece, reference: Reference) -> None:
    """Complete an amendment that an officer has yet to grant, so that its errors can be told."""
    ready, _ = later_versions.look_up([piece], _is_live)
    if ready:
        _complete(piece, reference)
        quota_draws.ask(ready, reference)
        if piece.submission.purpose != GRANT:
            with connection.cursor() as cursor:
                _judge(cursor, ready, reference)


def _judge(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """Ask whether who amends may declare for whom he names now; a request was asked when made."""
    # A supplementary declaration keeps what it completes: that it is completed is no finding.
    own = [piece for piece in pieces if not is_supplementary(piece.seen.former)]
    if own:
        entitlement.judge(cursor, own, reference)


def _is_free(declaration: Declaration) -> bool:
    return declaration.state in BEFORE_RELEASE and declaration.lane is None


def _is_live(declaration: Declaration) -> bool:
    return declaration.state in BEFORE_RELEASE | AFTER_RELEASE


def _still_asked(piece: Piece) -> bool:
    """Tell whether what was granted is asked still; two officers may decide at one moment."""
    if _asks(piece, piece.seen.declaration):
        return True
    piece.answer = answering.refused(
        StateForbids("The request is decided already.", remedy="Read the request again.")
    )
    return False


def _asks(piece: Piece, declaration: Declaration) -> bool:
    """Tell whether the open request about a declaration is for this very version."""
    request = queries.open_request(declaration)
    return request is not None and bytes(request.message or b"") == piece.submission.body


def _complete(piece: Piece, reference: Reference) -> None:
    lodgement, seen = piece.lodgement, piece.seen
    assert lodgement is not None
    declaration: Declaration = seen.declaration
    if not piece.fingerprint:
        piece.fingerprint = fingerprint(lodgement, reference)
        piece.form_findings += refusal_of(lodgement, reference, original=False)
        piece.form_findings += _changed(lodgement, seen, reference)
    later_versions.prepare(piece, declaration.legal_date)
    lodgement.observed_on = local_day(piece.submission.received_at, reference)
    twin = queries.live_with_fingerprint(piece.fingerprint, declaration.pk)
    if twin is not None:
        lodgement.form_findings += (told(findings.LODGED_ALREADY, mrn=twin.mrn or ""),)


def _changed(
    lodgement: Lodgement, seen: later_versions.Seen, reference: Reference
) -> tuple[Any, ...]:
    """Return a finding for each thing that an amendment must leave as it is."""
    former = seen.former
    pairs = (
        ("declarant.id", declarant_of(former), declarant_of(lodgement)),
        ("lrn", former.lrn, lodgement.lrn),
        ("direction", former.direction, lodgement.direction),
        ("additional_type", former.additional_type, lodgement.additional_type),
        ("type_code", seen.declaration.kind, kind_of(lodgement, reference)),
        ("previous_documents.reference", _completes(former), _completes(lodgement)),
    )
    wrong = [pair for pair in pairs if pair[1] != pair[2]]
    if any(field == "additional_type" for field, _, _ in wrong):
        wrong = [pair for pair in wrong if pair[0] != "type_code"]
    return tuple(
        told(findings.IDENTITY_CHANGED, field=field, before=before, now=now)
        for field, before, now in wrong
    )


def _completes(lodgement: Lodgement) -> str:
    """Return the simplified declaration that a supplementary one names."""
    named = supplemented(lodgement) if is_supplementary(lodgement) else None
    return "" if named is None else named.mrn


def store(
    cursor: Any, pieces: Sequence[Piece], reference: Reference, at: datetime
) -> tuple[list[Done], list[Piece]]:
    """Write the versions that the kernel accepts; the others are answered with their errors."""
    acts, lost, written = [], [], []
    for piece in pieces:
        decision = piece.decision
        assert decision is not None
        if not decision.accepted:
            later_versions.refuse(piece, "amend")
            continue
        done = _store(cursor, piece, reference, at)
        if done is None:
            lost.append(piece)
        else:
            acts.append(done)
            written.append(piece)
    later_versions.count(cursor, written, reference)
    return acts, lost


def _store(cursor: Any, piece: Piece, reference: Reference, at: datetime) -> Done | None:
    lodgement, seen = piece.lodgement, piece.seen
    assert lodgement is not None
    declaration = later_versions.locked_unmoved(piece)
    if declaration is None:
        return None
    if piece.submission.purpose == GRANT and not _asks(piece, declaration):
        return None
    if queries.live_with_fingerprint(piece.fingerprint, declaration.pk) is not None:
        return None
    before = declaration.lane, declaration.state
    _take_over(declaration, piece, lodgement, reference)
    telling = later_versions.Telling(piece, at)
    used = yearly.use_of_decided(piece, reference)
    if not yearly.move(cursor, seen.used, used):
        return None
    drew = quota_draws.former_of(piece)
    if not quota_draws.replace(cursor, piece, reference, at):
        yearly.move_back(cursor, seen.used, used)
        return None
    if _stock_moves(seen, declaration, lodgement) and not _adjust(
        cursor, piece, declaration, reference, telling
    ):
        yearly.move_back(cursor, seen.used, used)
        quota_draws.restore(cursor, piece, drew, at)
        return None
    for kind, body in quota_draws.facts(piece, reference, drew):
        telling.fact(declaration, kind, quota=body)
    version = later_versions.write_version(
        cursor, piece, declaration, at, door=piece.submission.door
    )
    later_versions.write_assessment(cursor, piece, version, AMENDMENT, reference, at)
    _take_lane(declaration, piece)
    declaration.debt_state = _debt(declaration, piece)
    declaration.save()
    _keep_draw(cursor, declaration)
    _tell(telling, piece, declaration, reference, before)
    piece.state, piece.goods_state = declaration.state, declaration.goods_state
    piece.answer = answering.accepted(
        piece, reference, lane=declaration.lane, version=declaration.version
    )
    return telling.done(declaration)


def _take_over(
    declaration: Declaration, piece: Piece, lodgement: Lodgement, reference: Reference
) -> None:
    declaration.office = stored_name(lodgement.office)
    declaration.importer = stored_name(lodgement.importer.id if lodgement.importer else "")
    declaration.exporter = stored_name(lodgement.exporter.id if lodgement.exporter else "")
    declaration.transport_document = stored_name(transport_document_of(lodgement, reference))
    declaration.fingerprint = piece.fingerprint


def _stock_moves(seen: later_versions.Seen, declaration: Declaration, lodgement: Lodgement) -> bool:
    """Tell whether the new version draws anything else than the one before."""
    if declaration.state == "received" or not later_versions.draws_on_stock(lodgement):
        return False
    now = reservation(declaration, lodgement, 0)
    then = reservation(seen.declaration, seen.former, 0)
    return now != then or declaration.goods_state == "unmatched"


def _adjust(
    cursor: Any,
    piece: Piece,
    declaration: Declaration,
    reference: Reference,
    telling: later_versions.Telling,
) -> bool:
    """Draw anew on the transport document; False where that cannot be, and the piece says why."""
    at = telling.doing.at
    outcome = later_versions.reserve(cursor, piece, declaration, reference, at)
    if outcome is None:
        return False
    if declaration.state in AFTER_RELEASE:
        if outcome.kind == "unmatched":
            # What has left cannot be written off a document that nobody reported.
            assert piece.lodgement is not None
            wanted = reservation(declaration, piece.lodgement, declaration.version + 1)
            found = refusal(outcome, wanted, piece.lodgement, reference, Severity.ERROR)
            piece.form_findings += (found,)
            return False
        telling.doing.announcements.extend(stock.finalise(cursor, [declaration.pk], at))
        return True
    if outcome.kind == "unmatched":
        telling.doing.announcements.extend(stock.give_back(cursor, [declaration.pk], at))
        if declaration.goods_state != "unmatched":
            declaration.goods_state = next_state(GOODS, declaration.goods_state, "unmatch")
            telling.fact(declaration, events.UNMATCHED, document=declaration.transport_document)
        return True
    held = declaration.goods_state == "held"
    goods = "arrived" if outcome.arrived else "reported"
    if not held and goods != declaration.goods_state:
        declaration.goods_state = goods
        telling.fact(declaration, events.MATCHED, document=declaration.transport_document)
    return True


def _take_lane(declaration: Declaration, piece: Piece) -> None:
    """Take the severer lane, where one was communicated; before that there is none to tell."""
    selection = piece.decision.selection if piece.decision is not None else None
    if declaration.lane is None or selection is None:
        return
    declaration.lane = max(declaration.lane, int(selection.lane))
    if declaration.state in BEFORE_RELEASE:
        declaration.state = after_lane(declaration.state, declaration.lane)


def _debt(declaration: Declaration, piece: Piece) -> str:
    """Return the debt's state for what is payable now; final debts are adjusted, never undone."""
    assert piece.decision is not None
    state, payable = declaration.debt_state, answering.payable_of(piece.decision)
    if state in {"final", "refunded"}:
        return next_state(DEBT, state, "adjust")
    act = "owe_nothing" if payable == 0 and (state, "owe_nothing") in DEBT else "assess"
    return next_state(DEBT, state, act) if (state, act) in DEBT else state


def _keep_draw(cursor: Any, declaration: Declaration) -> None:
    """Let whoever lodges the amended consignment again inherit the draw of the first one."""
    row = bytes(declaration.fingerprint), declaration.consignment_key, declaration.draw_day
    claim(cursor, "declarations_consignment", "fingerprint, first_mrn, first_day", [row], key=(0,))


def _tell(
    telling: later_versions.Telling,
    piece: Piece,
    declaration: Declaration,
    reference: Reference,
    before: tuple[int | None, str],
) -> None:
    submission, at = piece.submission, telling.doing.at
    corrected = before[1] in AFTER_RELEASE
    if submission.purpose == GRANT:
        request = queries.open_request(declaration)
        if request is not None:
            service.close(telling.doing, request, "granted", submission.reason)
            telling.fact(
                declaration, events.REQUEST_DECIDED, request=request.pk, granted=True,
                request_kind=request.kind,
            )  # fmt: skip
    telling.fact(
        declaration,
        events.AMENDED,
        legal_time=submission.received_at,
        code="07" if corrected else "11",
        reason=submission.reason,
    )
    lane, state = before
    if declaration.lane != lane and declaration.lane is not None:
        name = Lane(declaration.lane).name.lower()
        telling.fact(declaration, events.LANED, lane=name)
    if declaration.state != state:
        telling.state(declaration, reference, at)
