"""Step 4b: what the trader is answered, worded in his language, ready before the commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from clearway.assessment.words import sentence, words_of
from clearway.declarations.life_cycle import DECLARATION_STATES
from clearway.intake.submission import PROBLEM, Answer, Piece
from clearway.kernel.decisions import Decision, Finding, Selection, Step, TaxLine
from clearway.kernel.reference import Reference
from clearway.kernel.selection import trader_reasons
from clearway.messages import SyntaxProblem
from clearway.vocabulary.errors import ActRefused, StorageFails
from clearway.vocabulary.problem_details import Problem, problem, problem_of

encoded = msgspec.json.Encoder().encode


class ToldFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A finding as the trader reads it: number, severity, WCO pointer, sentence and remedy."""

    code: str
    severity: str
    pointer: str
    message: str
    remedy: str = ""
    item: int = 0


class ToldCharge(msgspec.Struct, frozen=True, omit_defaults=True):
    """A charge as the trader reads it, in minor units; quantities in millionths of the unit."""

    item: int
    tax: str
    rate: str
    base: int | None = None
    base_quantity: int | None = None
    base_unit: str = ""
    amount: int | None = None
    payable: int | None = None
    legal_basis: str = ""


class Notification(msgspec.Struct, frozen=True):
    """One message of the WCO response: its code, the state that it tells of, and when."""

    code: str
    state: str
    at: str


class Lodged(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an accepted (or pre-lodged) declaration."""

    lrn: str
    mrn: str
    version: int
    kind: str
    state: str
    notifications: tuple[Notification, ...]
    lane: str | None
    reasons: tuple[str, ...]
    currency: str
    payable: int | None
    charges: tuple[ToldCharge, ...]
    findings: tuple[ToldFinding, ...]


def unreadable(problems: Sequence[SyntaxProblem], language: str, number: str) -> Answer:
    """Return the answer to a message that cannot be read at all."""
    told = [tell_finding(problem.finding(), language) for problem in problems]
    return _problem(problem("unreadable", told[0].message), number, findings=told)


def key_reused() -> Answer:
    """Return the answer to another body under a key that was used."""
    what = "This Idempotency-Key was used for another request. Give every request its own."
    return _problem(problem("wrong-data", what, errors=[("/header/Idempotency-Key", what)]), "")


def quarantined(number: int) -> Answer:
    """Return the answer to what we could not process: it is kept and will be looked at."""
    what = (
        f"We could not process this message; it is kept under the number {number} and an operator "
        "was told. Nothing was lodged, and the local reference number was not used."
    )
    return _problem(problem("quarantined", what), str(number))


def storage_fails(*, full: bool) -> Answer:
    """Return the answer where the record cannot be written now."""
    what = "There is no space left" if full else "The record cannot be written now"
    failure = StorageFails(f"{what}; nothing was kept.", full=full, remedy="Repeat it later.")
    return _problem(problem_of(failure), "")


def refused(error: ActRefused) -> Answer:
    """Return the answer to what was refused before anybody looked at it."""
    return _problem(problem_of(error), "")


def _problem(told: Problem, number: str, **more: Any) -> Answer:
    document = {**told.document(number), **more}
    return Answer(told.kind.status, encoded(document), PROBLEM, tuple(told.headers.items()))


def accepted(piece: Piece, reference: Reference, *, lane: int | None, version: int = 1) -> Answer:
    """Return the answer to a declaration that was taken: 201, or 200 for a later version.

    Args:
        piece: with its decision, MRN, kind and state.
        reference: the pack it was decided by.
        lane: the lane to be told; None where none is communicated yet.
        version: the number of the version.
    """
    decision, submission = piece.decision, piece.submission
    assert decision is not None
    language = submission.language or submission.actor.language
    selection = decision.selection
    reasons: tuple[str, ...] = ()
    if lane is not None and selection is not None:
        reasons = _reasons(trader_reasons(selection, decision.hits, reference), language)
    lodged = Lodged(
        lrn=piece.lrn,
        mrn=piece.mrn,
        version=version,
        kind=piece.kind,
        state=piece.state,
        notifications=notifications(piece.state, submission.received_at),
        lane=None if lane is None else _lane(selection),
        reasons=reasons,
        currency=reference.currency,
        payable=payable_of(decision),
        charges=tuple(tell_charge(line) for line in decision.charges),
        findings=tuple(tell_finding(one, language) for one in decision.findings),
    )
    headers = (("Location", f"/api/v1/declarations/{piece.mrn}"),)
    return Answer(201 if version == 1 else 200, encoded(lodged), headers=headers)


def rejected(piece: Piece) -> Answer:
    """Return the answer to a declaration with errors: 422 with every finding."""
    assert piece.decision is not None
    submission = piece.submission
    language = submission.language or submission.actor.language
    told = [tell_finding(one, language) for one in piece.decision.findings]
    errors = sum(one.severity == "error" for one in told)
    what = (
        f"{errors} error{'s' if errors != 1 else ''} must be mended; lodge it again "
        "under another local reference number."
    )
    faults = [(one.pointer, one.message) for one in told if one.severity == "error"]
    return _problem(
        problem("rejected", what, errors=faults),
        piece.digest.hex()[:16],
        lrn=piece.lrn,
        state="rejected",
        notifications=notifications("rejected", submission.received_at),
        findings=told,
    )


class BriefFinding(msgspec.Struct, frozen=True):
    """A finding of a bulk row, not yet in words."""

    code: str
    severity: str
    pointer: str
    parameters: dict[str, str]


class Brief(msgspec.Struct, frozen=True):
    """The answer to one row of a bulk file: worded only when somebody reads it."""

    lrn: str
    mrn: str
    state: str
    findings: tuple[BriefFinding, ...] = ()


def brief(piece: Piece) -> Answer:
    """Return the answer to a row of a bulk file, of which only what is wrong is told."""
    decision = piece.decision
    assert decision is not None
    if decision.accepted:
        return Answer(201, encoded(Brief(piece.lrn, piece.mrn, piece.state)))
    return brief_rejected(piece.lrn, decision.findings)


def brief_rejected(lrn: str, findings: Sequence[Finding]) -> Answer:
    """Return the answer to a rejected row of a bulk file."""
    told = tuple(
        BriefFinding(one.rule, one.severity.value, one.pointer, dict(one.parameters))
        for one in findings
    )
    return Answer(422, encoded(Brief(lrn, "", "rejected", told)))


def payable_of(decision: Decision) -> int | None:
    """Return the sum of the charges in minor units; None where one cannot be computed."""
    total = 0
    for line in decision.charges:
        if line.payable is None:
            return None
        total += line.payable
    return total


def notifications(state: str, at: datetime) -> tuple[Notification, ...]:
    """Return the notifications that lead to a state, each at the same instant."""
    instant = at.isoformat().replace("+00:00", "Z")
    path = {
        "rejected": ("received", "rejected"),
        "received": ("received",),
        "accepted": ("received", "accepted"),
    }.get(state, ("received", "accepted", state))
    return tuple(Notification(DECLARATION_STATES[name], name, instant) for name in path)


def tell_finding(finding: Finding, language: str) -> ToldFinding:
    """Return a finding in words."""
    message, remedy = words_of(finding.rule, finding.parameters, language)
    return ToldFinding(
        finding.rule, finding.severity.value, finding.pointer, message, remedy, finding.item
    )


def tell_charge(line: TaxLine) -> ToldCharge:
    """Return a charge as it is told."""
    return ToldCharge(
        line.item,
        line.tax,
        line.rate_text,
        line.base,
        line.base_quantity,
        line.base_unit,
        line.amount,
        line.payable,
        line.legal_basis,
    )


def _lane(selection: Selection | None) -> str | None:
    return None if selection is None else selection.lane.name.lower()


def _reasons(steps: tuple[Step, ...], language: str) -> tuple[str, ...]:
    return tuple(sentence(step.key, step.parameters, language) for step in steps)
