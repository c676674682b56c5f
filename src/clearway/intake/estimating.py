"""What a declaration would cost and what is wrong with it, told to the trader before he lodges.

The risk stage does not run: nobody learns by trying which lane a declaration would take. Nothing
is stored, and no reference number is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from clearway.assessment.words import sentence
from clearway.batch.claims import claimed_regime
from clearway.declarations.refusals import refusal_of
from clearway.declarations.rules import local_day, ruling_day
from clearway.intake import answering, quota_draws
from clearway.intake.answering import ToldCharge, ToldFinding
from clearway.intake.submission import XML, Answer
from clearway.kernel.assess import estimate
from clearway.kernel.decisions import Decision, Step
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.messages import (
    MalformedMessage,
    Reading,
    SyntaxProblem,
    read_json,
    read_xml,
    to_lodgement,
)

_encode = msgspec.json.Encoder().encode


class Working(msgspec.Struct, frozen=True):
    """How a value or a charge was worked out, in sentences."""

    item: int
    what: str
    steps: tuple[str, ...]


class Estimated(msgspec.Struct, frozen=True):
    """The answer to an estimate. Amounts in minor units."""

    acceptable: bool
    currency: str
    payable: int | None
    charges: tuple[ToldCharge, ...]
    findings: tuple[ToldFinding, ...]
    working: tuple[Working, ...]


def lodgement_of(
    body: bytes, media_type: str, at: datetime, reference: Reference, language: str
) -> Lodgement | Answer:
    """Return the lodgement of a message as the kernel takes it, or why it cannot be read."""
    try:
        reading = (read_xml if media_type == XML else read_json)(body)
    except MalformedMessage as error:
        return answering.unreadable(error.problems, language, "")
    if reading.declaration is None or reading.record is None:
        problems = reading.problems or (
            SyntaxProblem("CLW1010", "", 0, (("root", reading.root or "?"),)),
        )
        return answering.unreadable(problems, language, "")
    return _completed(reading, at, reference)


def estimated(
    body: bytes, media_type: str, at: datetime, reference: Reference, language: str
) -> Answer:
    """Return the estimate of one message, or why it cannot be read."""
    lodgement = lodgement_of(body, media_type, at, reference, language)
    if isinstance(lodgement, Answer):
        return lodgement
    decision = estimate(lodgement, reference)
    worked = [(one.item, "value", one.steps) for one in decision.values]
    worked += [(one.item, one.tax, one.steps) for one in decision.charges]
    told = Estimated(
        acceptable=decision.accepted,
        currency=reference.currency,
        payable=answering.payable_of(decision),
        charges=tuple(answering.tell_charge(line) for line in decision.charges),
        findings=tuple(answering.tell_finding(one, language) for one in decision.findings),
        working=tuple(
            Working(item, what, _sentences(steps, language)) for item, what, steps in worked
        ),
    )
    return Answer(200, _encode(told))


def judged(reading: Reading, at: datetime, reference: Reference) -> Decision:
    """Return what the kernel says of a declaration that was read, without the risk stage.

    Args:
        reading: with a record; its problems of form become findings.
        at: when it would be lodged.
        reference: the pack.
    """
    return estimate(_completed(reading, at, reference), reference)


def _completed(reading: Reading, at: datetime, reference: Reference) -> Lodgement:
    """Return what was read as the kernel takes it: with its day, its law and its form's faults."""
    assert reading.record is not None
    lodgement, more = to_lodgement(reading.record)
    lodgement.low_value_regime = claimed_regime(lodgement, reference)
    form = tuple(one.finding() for one in (*reading.problems, *more))
    lodgement.form_findings = (*form, *refusal_of(lodgement, reference))
    lodgement.observed_on = local_day(at, reference)
    lodgement.legal_date = ruling_day(lodgement, reference, received_at=at)
    quota_draws.look(lodgement, reference)
    return lodgement


def _sentences(steps: Sequence[Step], language: str) -> tuple[str, ...]:
    return tuple(sentence(step.key, step.parameters, language) for step in steps)
