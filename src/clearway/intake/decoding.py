"""Step 1: from bytes to a lodgement, or to an answer that says all that is wrong with the form."""

from __future__ import annotations

from collections.abc import Sequence

from clearway.batch.claims import claimed_regime
from clearway.intake import answering
from clearway.intake.submission import JSON, XML, Piece
from clearway.kernel.reference import Reference
from clearway.messages import MalformedMessage, Reading, SyntaxProblem, read_json, read_xml
from clearway.messages.lodgement import to_lodgement

WITHOUT_MESSAGE = frozenset({"present"})
"""Purposes that judge the version on record again."""
_READ = {XML: read_xml, JSON: read_json}


def decode(pieces: Sequence[Piece], reference: Reference) -> None:
    """Read every message that has not been read; what cannot be read is answered 400 and noted."""
    for piece in pieces:
        has_message = piece.submission.purpose not in WITHOUT_MESSAGE
        if has_message and piece.lodgement is None and piece.answer is None:
            _read(piece, reference)


def _read(piece: Piece, reference: Reference) -> None:
    submission = piece.submission
    try:
        reading = submission.reading or _READ[submission.media_type](submission.body)
    except MalformedMessage as error:
        _unreadable(piece, error.problems)
        return
    if reading.declaration is None or reading.record is None:
        _unreadable(piece, reading.problems or (_no_declaration(reading),))
        return
    lodgement, problems = to_lodgement(reading.record)
    piece.form_findings = tuple(one.finding() for one in (*reading.problems, *problems))
    lodgement.low_value_regime = claimed_regime(lodgement, reference)
    piece.lodgement = lodgement


def _no_declaration(reading: Reading) -> SyntaxProblem:
    if reading.kind == "notification":
        return SyntaxProblem("CLW1017", "")
    return SyntaxProblem("CLW1010", "", 0, (("root", reading.root or "?"),))


def _unreadable(piece: Piece, problems: Sequence[SyntaxProblem]) -> None:
    """Answer with every problem. Of a message that nobody can read only the audit log learns."""
    submission = piece.submission
    piece.unreadable = True
    piece.answer = answering.unreadable(
        problems, submission.language or submission.actor.language, piece.digest.hex()[:16]
    )
