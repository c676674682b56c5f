"""Step 1: from bytes to a lodgement, or to an answer that says all that is wrong with the form."""

from __future__ import annotations

from collections.abc import Sequence

from clearway.batch.claims import claimed_regime
from clearway.intake import answering, reading
from clearway.intake.reading import Read
from clearway.intake.submission import XML, Piece, Submission
from clearway.kernel.reference import Reference
from clearway.messages import MalformedMessage, SyntaxProblem, read_xml

WITHOUT_MESSAGE = frozenset({"present"})
"""Purposes that judge the version on record again."""


def decode(pieces: Sequence[Piece], reference: Reference) -> None:
    """Read every message that has not been read; what cannot be read is answered 400 and noted."""
    for piece in pieces:
        has_message = piece.submission.purpose not in WITHOUT_MESSAGE
        if has_message and piece.lodgement is None and piece.answer is None:
            _read(piece, reference)


def _read(piece: Piece, reference: Reference) -> None:
    found = piece.submission.read or _found(piece.submission)
    if not isinstance(found, Read):
        _unreadable(piece, found)
        return
    piece.form_findings = found.findings
    piece.lodgement = found.lodgement
    piece.lodgement.low_value_regime = claimed_regime(piece.lodgement, reference)


def _found(submission: Submission) -> Read | Sequence[SyntaxProblem]:
    if submission.reading is not None:
        return reading.lodgement_of(submission.reading)
    if submission.media_type != XML:
        return reading.read(submission.body)
    try:
        return reading.lodgement_of(read_xml(submission.body))
    except MalformedMessage as error:
        return error.problems


def _unreadable(piece: Piece, problems: Sequence[SyntaxProblem]) -> None:
    """Answer with every problem. Of a message that nobody can read only the audit log learns."""
    submission = piece.submission
    piece.unreadable = True
    piece.answer = answering.unreadable(
        problems, submission.language or submission.actor.language, piece.digest.hex()[:16]
    )
