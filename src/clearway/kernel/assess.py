"""THE kernel: a batch in, decisions out. No clock, no randomness, no I/O, no settings.

The stages, in this order, each a pure function of the declaration and the reference::

    validation → permits → valuation → tariff → low value → features → profiles → selection

One declaration never changes another's decision: a batch, a part of it, one declaration alone
and the same declarations in another order all give the same decisions. Small batches take
generated Python item by item, large ones whole columns; the two are held equal by test.

A declaration on which a stage fails becomes a documentary check (YELLOW, or whatever severer
lane its hits already ask for) with finding CLW9001. It is never green, and its neighbours go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec

from clearway.kernel.columns import encode_rows
from clearway.kernel.decisions import (
    Channel,
    Decision,
    Finding,
    Hit,
    ItemValue,
    Lane,
    Question,
    Selection,
    Severity,
    Step,
    TaxLine,
)
from clearway.kernel.feature_rows import feature_rows
from clearway.kernel.features import SCHEMA
from clearway.kernel.hits import hits_of, profile_set, shadow_set, with_model
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.low_value import apply as apply_low_value
from clearway.kernel.permits import requirements
from clearway.kernel.reference import Reference
from clearway.kernel.selection import NO_DRAW, select
from clearway.kernel.tables import KERNEL_VERSION, Batch, Decisions
from clearway.kernel.tariff import Pricing, bulk, bulk_lines, price
from clearway.kernel.validation import validate
from clearway.kernel.valuation import value

__all__ = ["BULK_FROM", "KERNEL_VERSION", "assess", "assess_one", "estimate", "select_again"]

BULK_FROM = 400
"""Goods items from which whole columns are quicker than one item after another.

Measured on the demo country's simulated day, CPU per item one by one and in columns: 139 and
148 µs at 200 items, 148 and 143 at 400, 134 and 130 at 800, 130 and 95 at 1,600.
"""

ENGINE_FAILED = "CLW9001"

Row = tuple[Any, ...]


class _Work(msgspec.Struct):
    """One declaration on its way through the stages."""

    lodgement: Lodgement
    findings: list[Finding] = []
    values: tuple[ItemValue, ...] = ()
    charges: tuple[TaxLine, ...] = ()
    questions: tuple[Question, ...] = ()
    rows: Sequence[Row] = ()
    hits: tuple[Hit, ...] = ()
    shadow_hits: tuple[Hit, ...] = ()
    selection: Selection | None = None
    stage: str = ""


def assess(batch: Batch, reference: Reference, *, explain: bool = False) -> Decisions:
    """Decide on every declaration of a batch: rows in = rows out, in the same order.

    Args:
        batch: the declarations, their items and documents, and the parties' history.
        reference: the compiled country pack; every look-up is as of each row's legal date.
        explain: whether values and charges carry their working (``steps``). Nothing else
            depends on it, so that any decision can be explained later.
    """
    if batch.item_count < BULK_FROM:
        decided = [_decided(lodgement, reference, explain=explain) for lodgement in batch]
    else:
        decided = _in_bulk(batch.lodgements(), reference, explain=explain)
    return Decisions([_decision(work, reference) for work in decided], reference.hash)


def assess_one(lodgement: Lodgement, reference: Reference, *, explain: bool = False) -> Decision:
    """Decide on one declaration. See ``assess``."""
    return _decision(_decided(lodgement, reference, explain=explain), reference)


def select_again(
    decision: Decision, lodgement: Lodgement, reference: Reference, *, doubts: int = 0
) -> Decision:
    """Select anew where, since it was decided, only features of selection or doubts came in.

    The same as ``assess_one`` of the lodgement as it now is, without working out its charges once
    more: what no condition may name changes no charge and no hit of a profile.

    Args:
        decision: what ``assess`` decided before.
        lodgement: with ``SELECTION_FEATURES`` given since.
        reference: the law by which was decided.
        doubts: how many form findings were added since, at their end.
    """
    told = lodgement.form_findings
    findings = (*told, *decision.findings[len(told) - doubts :])
    hits = with_model(decision.hits, lodgement)
    selection = select(lodgement, hits, lodgement.features, reference, findings)
    return msgspec.structs.replace(decision, hits=hits, findings=findings, selection=selection)


def estimate(lodgement: Lodgement, reference: Reference) -> Decision:
    """Work out what a declaration would cost and what is wrong with it, for the trader himself.

    The risk stage does not run: nobody learns by trying which lane a declaration would take.
    ``hits`` are empty and ``selection`` is None.
    """
    work = _Work(lodgement)
    try:
        _charge(work, reference, explain=True)
    except Exception as failure:  # noqa: BLE001 - whatever a stage does, the trader gets an answer
        _note_failure(work, failure)
    return _decision(work, reference)


def _decided(lodgement: Lodgement, reference: Reference, *, explain: bool) -> _Work:
    work = _Work(lodgement)
    try:
        _charge(work, reference, explain=explain)
        work.stage = "features"
        work.rows = _rows(work, reference)
        work.stage = "profiles"
        profiles = profile_set(reference)
        work.hits = hits_of(profiles, map(profiles.hits, work.rows), lodgement)
        _select(work, reference)
    except Exception as failure:  # noqa: BLE001 - an engine failure is a documentary check
        _fail(work, failure, reference)
    _shadow(work, reference)
    return work


def _in_bulk(
    lodgements: Sequence[Lodgement], reference: Reference, *, explain: bool
) -> list[_Work]:
    """Decide on many declarations: charges and profiles over whole columns."""
    works = [_Work(lodgement) for lodgement in lodgements]
    _charge_all(works, reference, explain=explain)
    rows: list[Row] = []
    for work in works:
        if work.selection is None:
            try:
                work.stage = "features"
                work.rows = _rows(work, reference)
                rows += work.rows
            except Exception as failure:  # noqa: BLE001 - an engine failure: documents
                _fail(work, failure, reference)
    try:
        profiles = profile_set(reference)
        columns = encode_rows(rows, SCHEMA, only=profiles.columns)
        starts, hit = (part.tolist() for part in profiles.hits_bulk(columns).by_item())
    except Exception:  # noqa: BLE001 - no set, or one row cannot be encoded: one by one
        return [_decided(lodgement, reference, explain=explain) for lodgement in lodgements]
    first = 0
    for work in works:
        if work.selection is not None:
            continue
        try:
            work.stage = "profiles"
            last = first + len(work.rows)
            if starts[first] != starts[last]:
                ends = starts[first : last + 1]
                own = (hit[start:end] for start, end in pairwise(ends))
                work.hits = hits_of(profiles, own, work.lodgement)
            first = last
            _select(work, reference)
        except Exception as failure:  # noqa: BLE001 - an engine failure: documents
            _fail(work, failure, reference)
        _shadow(work, reference)
    return works


def _charge_all(works: Sequence[_Work], reference: Reference, *, explain: bool) -> None:
    """Run the stages up to the charges on many declarations; taxes over whole columns.

    Columns hold no working, so that a batch that is to be explained is priced item by item.
    """
    for work in works:
        try:
            if explain:
                _charge(work, reference, explain=True)
            else:
                _worth(work, reference, explain=False)
        except Exception as failure:  # noqa: BLE001 - an engine failure: documents
            _fail(work, failure, reference)
    if explain:
        return
    sound = [work for work in works if work.selection is None]
    try:
        encoded = bulk.encode(
            [work.lodgement for work in sound], [work.values for work in sound], reference
        )
        priced = bulk.price_bulk(encoded, reference)
        counts = [len(work.lodgement.items) for work in sound]
        pricings = bulk_lines.pricings(priced, counts, reference)
    except Exception:  # noqa: BLE001 - one declaration cannot be encoded: find it one by one
        pricings = []
    for place, work in enumerate(sound):
        try:
            work.stage = "tariff"
            if pricings:
                pricing = pricings[place]
            else:
                pricing = price(work.lodgement, work.values, reference, explain=False)
            _take_charges(work, pricing, reference, explain=False)
        except Exception as failure:  # noqa: BLE001 - an engine failure: documents
            _fail(work, failure, reference)


def _charge(work: _Work, reference: Reference, *, explain: bool) -> None:
    """Run the stages that a trader's estimate runs too."""
    _worth(work, reference, explain=explain)
    work.stage = "tariff"
    pricing = price(work.lodgement, work.values, reference, explain=explain)
    _take_charges(work, pricing, reference, explain=explain)


def _worth(work: _Work, reference: Reference, *, explain: bool) -> None:
    """Run the stages up to the customs value."""
    lodgement = work.lodgement
    work.stage = "validation"
    work.findings = [*lodgement.form_findings, *validate(lodgement, reference)]
    work.stage = "permits"
    findings, questions = requirements(lodgement, reference)
    work.findings += findings
    work.questions = tuple(questions)
    work.stage = "valuation"
    valuation = value(lodgement, reference, explain=explain)
    work.findings += _unsaid(work.findings, valuation.findings)
    work.values = valuation.values


def _take_charges(work: _Work, pricing: Pricing, reference: Reference, *, explain: bool) -> None:
    """Take the charges over, under the low-value regime where one is claimed."""
    if work.lodgement.low_value_regime:
        work.stage = "low_value"
        pricing = apply_low_value(work.lodgement, work.values, pricing, reference, explain=explain)
    work.findings += _unsaid(work.findings, pricing.findings)
    work.charges = pricing.lines
    work.questions += pricing.questions


def _unsaid(told: Sequence[Finding], found: Sequence[Finding]) -> Sequence[Finding]:
    """Leave out what follows from a datum that is in error already: one wrong datum, one finding.

    A currency that expired has no rate of exchange, and a code badly formed no measures.
    """
    if not found:
        return found
    wrong = {finding.pointer for finding in told if finding.severity is Severity.ERROR}
    return [finding for finding in found if finding.pointer not in wrong]


class _Lines(msgspec.Struct, frozen=True):
    """The charges as ``features`` wants them."""

    lines: tuple[TaxLine, ...]


def _rows(work: _Work, reference: Reference) -> Sequence[Row]:
    return feature_rows(work.lodgement, work.values, _Lines(work.charges), reference)


def _select(work: _Work, reference: Reference) -> None:
    work.stage = "selection"
    features = work.lodgement.features
    work.hits = with_model(work.hits, work.lodgement)
    work.selection = select(work.lodgement, work.hits, features, reference, work.findings)


def _shadow(work: _Work, reference: Reference) -> None:
    """Count the profiles on trial. Whatever becomes of it, what was decided stands."""
    if not reference.shadow or not work.rows:
        return
    try:
        profiles = shadow_set(reference)
        work.shadow_hits = hits_of(profiles, map(profiles.hits, work.rows), work.lodgement)
    except Exception:  # noqa: BLE001 - a trial never touches a decision
        work.shadow_hits = ()


def _note_failure(work: _Work, failure: Exception) -> None:
    # The kind of failure only: what the exception says may hold another party's data.
    parameters = (("stage", work.stage), ("failure", type(failure).__name__))
    work.findings.append(Finding(ENGINE_FAILED, Severity.DOUBT, "42A", 0, parameters))


def _fail(work: _Work, failure: Exception, reference: Reference) -> None:
    """Route a declaration on which a stage failed: documents at least, never green.

    Every channel that can still speak is heard: CLW9001 is a doubt, which asks for documents.
    """
    _note_failure(work, failure)
    stage = work.stage
    try:
        _select(work, reference)
    except Exception:  # noqa: BLE001 - selection itself is what failed
        work.selection = None
    if work.selection is None or work.selection.lane < Lane.YELLOW:
        lanes = [hit.lane for hit in work.hits if hit.lane is not None]
        work.selection = Selection(
            lane=max([Lane.YELLOW, *lanes]),
            channel=Channel.NONE,
            score=0,
            raw_score=0,
            draw=NO_DRAW,
            drawn=False,
            reasons=(Step("selection.engine_failed", (("stage", stage),)),),
        )


def _decision(work: _Work, reference: Reference) -> Decision:
    return Decision(
        lrn=work.lodgement.lrn,
        id=work.lodgement.id,
        accepted=not any(finding.severity is Severity.ERROR for finding in work.findings),
        findings=tuple(work.findings),
        values=work.values,
        charges=work.charges,
        questions=work.questions,
        hits=work.hits,
        selection=work.selection,
        kernel_version=KERNEL_VERSION,
        reference_hash=reference.hash,
        shadow_hits=work.shadow_hits,
    )


def assessed_rows_of(lodgements: Sequence[Lodgement], reference: Reference) -> list[Sequence[Row]]:
    """Return what profiles see of many declarations' items, taxes over whole columns.

    One row in the schema's order for each item; nothing for a declaration on which a stage fails.
    """
    works = [_Work(lodgement) for lodgement in lodgements]
    _charge_all(works, reference, explain=False)
    for work in works:
        if work.selection is None:
            try:
                work.rows = _rows(work, reference)
            except Exception:  # noqa: BLE001 - a trial on past declarations passes over those
                work.rows = ()
    return [work.rows for work in works]


def assessed_rows(lodgement: Lodgement, reference: Reference) -> Sequence[Row]:
    """Return what profiles see of a declaration's items; nothing where a stage fails on it."""
    work = _Work(lodgement)
    try:
        _charge(work, reference, explain=False)
        return _rows(work, reference)
    except Exception:  # noqa: BLE001 - a trial on past declarations passes over those
        return ()
