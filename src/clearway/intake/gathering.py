"""Step 2: what the record knows of a batch, in a few statements whatever its size.

Afterwards every lodgement has its names (MRN, key and day of the draw), its dates, the history of
its parties and the findings that only the record can make. What a neighbour of the same batch
would decide too waits for the next one: one LRN, one consignment, one buyer's yearly limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from clearway.audit.bulk import ask, given
from clearway.declarations import findings
from clearway.declarations.findings import told
from clearway.declarations.kinds import kind_of
from clearway.declarations.naming import declarant_of, fingerprint, mrn_of
from clearway.declarations.refusals import refusal_of
from clearway.declarations.rules import local_day, ruling_day
from clearway.declarations.storing import stored_name
from clearway.intake import answering, bulk_replay, entitlement, known_goods, quota_draws
from clearway.intake.submission import Answer, Piece
from clearway.intelligence.watched import flags_for
from clearway.kernel.decisions import Finding
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.risk.memory.queries import features_for as what_was_shown
from clearway.traders.history import features_for


def replay(cursor: Any, pieces: Sequence[Piece]) -> None:
    """Answer those whose key was answered before: the very same, or that the key is used.

    That goes for what cannot be read as well: its first answer is kept like any other.
    """
    keys = {piece.key: piece for piece in pieces if piece.key is not None}
    if not keys:
        return
    table, parameters = given(cursor, [("organisation", "bigint"), ("key", "text")], list(keys))
    known = ask(
        cursor,
        "SELECT a.organisation, a.key, a.digest, a.status, a.media_type, a.answer "  # noqa: S608
        f"FROM {table} JOIN intake_answered a "
        "ON a.organisation = given.organisation AND a.key = given.key",
        parameters,
    )
    for organisation, key, digest, status, media_type, answer in known:
        piece = keys[organisation, key]
        piece.unreadable = False  # as far as this batch has to tell of it
        if bytes(digest) == piece.digest:
            headers = (("Idempotency-Replayed", "true"),)
            piece.answer = Answer(status, bytes(answer), media_type, headers)
        else:
            piece.answer = answering.key_reused()


def gather(
    cursor: Any, pieces: Sequence[Piece], reference: Reference
) -> tuple[list[Piece], list[Piece]]:
    """Complete the lodgements of a batch.

    Returns:
        Those that are ready for the kernel, and those that wait for the next batch.
    """
    for piece in pieces:
        _name(piece, reference)
    ready, later = _apart(pieces)
    if ready:
        entitlement.judge(cursor, ready, reference)
        _look_up_references(cursor, ready)
        ready = [piece for piece in ready if piece.answer is None]
        look_up_history(cursor, [one.lodgement for one in ready if one.lodgement], reference)
        quota_draws.ask(ready, reference)
        _look_up_consignments(cursor, ready)
    return ready, later


def _name(piece: Piece, reference: Reference) -> None:
    """Give a lodgement what follows from itself alone."""
    lodgement, received_at = piece.lodgement, piece.submission.received_at
    assert lodgement is not None
    if not piece.mrn:
        piece.form_findings += refusal_of(lodgement, reference)
        piece.declarant = stored_name(declarant_of(lodgement))
        piece.lrn = stored_name(lodgement.lrn)
        piece.kind = kind_of(lodgement, reference)
        piece.fingerprint = fingerprint(lodgement, reference)
        piece.mrn = mrn_of(piece.declarant, piece.lrn, received_at, reference.country)
    lodgement.id = piece.mrn
    lodgement.form_findings = piece.form_findings
    lodgement.observed_on = local_day(received_at, reference)
    lodgement.legal_date = ruling_day(lodgement, reference, received_at=received_at)


def look_up_history(cursor: Any, lodgements: Sequence[Lodgement], reference: Reference) -> None:
    """Give lodgements what is known of their parties and goods.

    History and prices are as of the beginning of the day; lists and cargo reports as of now.
    """
    by_day: dict[int, list[Lodgement]] = {}
    for lodgement in lodgements:
        by_day.setdefault(lodgement.observed_on or 0, []).append(lodgement)
    for day, group in by_day.items():
        found = features_for(cursor, group, day)
        flags = flags_for(cursor, group, day)
        shown = what_was_shown(cursor, group, day)
        goods = known_goods.features_for(cursor, group, day, reference)
        for lodgement, *known in zip(group, found, shown, flags, goods, strict=True):
            lodgement.features = {name: value for one in known for name, value in one.items()}


def _apart(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    seen: set[Any] = set()
    ready, later = [], []
    for piece in pieces:
        names = {(piece.declarant, piece.lrn), piece.fingerprint}
        if seen.isdisjoint(names):
            ready.append(piece)
            seen |= names
        else:
            later.append(piece)
    return ready, later


def _look_up_references(cursor: Any, pieces: Iterable[Piece]) -> None:
    """Tell those whose LRN the declarant has used before."""
    by_name = {(piece.declarant, piece.lrn): piece for piece in pieces if piece.lrn}
    if not by_name:
        return
    table, parameters = given(cursor, [("declarant", "text"), ("lrn", "text")], list(by_name))
    used = ask(
        cursor,
        f"SELECT d.declarant, d.lrn FROM {table} JOIN declarations_declaration d "  # noqa: S608
        "ON d.declarant = given.declarant AND d.lrn = given.lrn",
        parameters,
    )
    for declarant, lrn in used:
        piece = by_name[declarant, lrn]
        if piece.submission.door == "bulk" and bulk_replay.recognise(piece):
            continue
        piece.lrn_taken = True
        tell(piece, told(findings.LRN_USED, reference=piece.lrn))


def _look_up_consignments(cursor: Any, pieces: Sequence[Piece]) -> None:
    """Give the draw its key, and tell those whose consignment a live declaration has already."""
    if not pieces:
        return
    by_print = {piece.fingerprint: piece for piece in pieces}
    table, parameters = given(cursor, [("fingerprint", "bytea")], [(one,) for one in by_print])
    found = ask(
        cursor,
        "SELECT c.fingerprint, c.first_mrn, c.first_day, d.mrn "  # noqa: S608 - constants only
        f"FROM {table} JOIN declarations_consignment c ON c.fingerprint = given.fingerprint "
        "LEFT JOIN declarations_declaration d ON d.fingerprint = given.fingerprint "
        "AND d.state NOT IN ('rejected', 'invalidated')",
        parameters,
    )
    known = {bytes(row[0]): row[1:] for row in found}
    for piece in pieces:
        lodgement = piece.lodgement
        assert lodgement is not None
        first_mrn, first_day, live = known.get(
            piece.fingerprint, (piece.mrn, lodgement.observed_on, None)
        )
        piece.first_mrn = lodgement.consignment_key = first_mrn
        lodgement.features["draw_day"] = first_day
        if live is not None and not piece.lrn_taken:
            tell(piece, told(findings.LODGED_ALREADY, mrn=live))


def tell(piece: Piece, *found: Finding) -> None:
    """Add findings that the record made; the kernel's answer holds them with its own."""
    assert piece.lodgement is not None
    piece.lodgement.form_findings += found
