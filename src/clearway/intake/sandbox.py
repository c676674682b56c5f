"""Lodging that touches no record: a message is read, checked and priced, and the answer chosen.

A programmer tries how his program takes each answer, a clerk how his data fare. What is answered
where nothing is wrong with the data, the local reference chooses: one that begins with a row of
``OUTCOMES``, such as ``SANDBOX-RED-17``. Nothing is stored: no declaration, no reference, no key.
What needs the record is not looked at: mandates, references used, the cargo report.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from clearway.declarations.kinds import kind_of
from clearway.declarations.rules import first_states
from clearway.intake import answering, estimating
from clearway.intake.submission import Answer, Piece, Submission
from clearway.kernel.assess import estimate
from clearway.kernel.decisions import Decision, Finding, Lane, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.vocabulary.errors import TooMuch

PREFIX: Final = "SANDBOX-"
HEADER: Final = "Clearway-Sandbox"
_RETRY_AFTER: Final = 2
_REFERENCE: Final = "42A:D026"
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Wish(StrEnum):
    """What the local reference asks the sandbox to answer."""

    GREEN = "GREEN"
    BLUE = "BLUE"
    YELLOW = "YELLOW"
    DOCUMENTS = "DOCUMENTS"
    RED = "RED"
    RECEIVED = "RECEIVED"
    REJECTED = "REJECTED"
    KEY = "KEY"
    BUSY = "BUSY"
    QUARANTINED = "QUARANTINED"
    DOWN = "DOWN"
    FULL = "FULL"


class Outcome(NamedTuple):
    """What is answered: the HTTP status, and of a declaration that is taken its lane."""

    status: int
    lane: Lane | None = None


OUTCOMES: Final[Mapping[Wish, Outcome]] = {
    Wish.GREEN: Outcome(201, Lane.GREEN),
    Wish.BLUE: Outcome(201, Lane.BLUE),
    Wish.YELLOW: Outcome(201, Lane.YELLOW),
    Wish.DOCUMENTS: Outcome(201, Lane.YELLOW),  # what the yellow lane begins with
    Wish.RED: Outcome(201, Lane.RED),
    Wish.RECEIVED: Outcome(201),
    Wish.REJECTED: Outcome(422),
    Wish.KEY: Outcome(422),
    Wish.BUSY: Outcome(429),
    Wish.QUARANTINED: Outcome(503),
    Wish.DOWN: Outcome(503),
    Wish.FULL: Outcome(507),
}
"""The whole table; ``docs/api.md`` and the page of the sandbox show it, and a test compares."""


def wish_of(lrn: str) -> Wish:
    """Return what a local reference asks for; green where it asks for nothing.

    >>> wish_of("SANDBOX-RED-17").name, wish_of("ATLAS-1").name
    ('RED', 'GREEN')
    """
    asked = lrn.upper().removeprefix(PREFIX).split("-")[0] if lrn.upper().startswith(PREFIX) else ""
    return Wish(asked) if asked in Wish.__members__ else Wish.GREEN


def tried(submission: Submission, reference: Reference, wish: Wish | None = None) -> Answer:
    """Return the answer to a lodgement of the sandbox, marked as such by header and body.

    Args:
        submission: as it would be lodged.
        reference: the law under which it is checked and priced.
        wish: what to answer, whatever the local reference asks for.
    """
    language = submission.language or submission.actor.language
    found = estimating.lodgement_of(
        submission.body, submission.media_type, submission.received_at, reference, language
    )
    if isinstance(found, Answer):
        return _marked(found)
    wish = wish or wish_of(found.lrn)
    refused = _refused(wish)
    if refused is not None:
        return _marked(refused)
    decision = estimate(found, reference)
    if wish is Wish.REJECTED and decision.accepted:
        used = Finding(
            "CLW4301", Severity.ERROR, _REFERENCE, parameters=(("reference", found.lrn),)
        )
        findings = (*decision.findings, used)
        decision = msgspec.structs.replace(decision, accepted=False, findings=findings)
    return _decided(submission, found, decision, reference, OUTCOMES[wish].lane)


def _refused(wish: Wish) -> Answer | None:
    """Return the answer that says nothing of the data; None where they are looked at."""
    if wish is Wish.KEY:
        return answering.key_reused()
    if wish is Wish.BUSY:
        return answering.refused(
            TooMuch(
                "The line is full.", retry_after=_RETRY_AFTER, remedy="Come back with the same key."
            )
        )
    if wish is Wish.QUARANTINED:
        return answering.quarantined(0)
    if wish in {Wish.DOWN, Wish.FULL}:
        return answering.storage_fails(full=wish is Wish.FULL)
    return None


def _decided(
    submission: Submission,
    lodgement: Lodgement,
    decision: Decision,
    reference: Reference,
    lane: Lane | None,
) -> Answer:
    digest = submission.digest()
    piece = Piece(submission, digest, [], lodgement=lodgement, decision=decision)
    piece.lrn, piece.kind = lodgement.lrn, kind_of(lodgement, reference)
    # No number of the record begins with a letter.
    piece.mrn = f"SANDBOX{digest.hex()[:11].upper()}"
    states = first_states(
        lodgement,
        accepted=decision.accepted,
        lane=None if lane is None else int(lane),
        payable=answering.payable_of(decision),
        reported=False,
    )
    piece.state = states.state
    if not decision.accepted:
        return _marked(answering.rejected(piece))
    told = None if piece.state == "received" or lane is None else lane.name.lower()
    return _marked(answering.accepted(piece, reference, lane=None), lane=told)


def _marked(answer: Answer, **more: Any) -> Answer:
    """Return an answer that nobody takes for one of the record; it leads to no address."""
    document = {**_decode(answer.body), **more, "sandbox": True}
    headers = [(name, value) for name, value in answer.headers if name != "Location"]
    return Answer(
        answer.status,
        answering.encoded(document),
        answer.media_type,
        (*headers, (HEADER, "true")),
    )
