"""A look at an amendment that waits for an officer: what cannot be granted is told at once."""

from __future__ import annotations

from clearway.intake import amending, answering
from clearway.intake.decoding import decode
from clearway.intake.submission import Answer, Piece, Submission
from clearway.kernel.assess import estimate
from clearway.reference.in_force import reference_at


def unfit(submission: Submission) -> Answer | None:
    """Return the answer to an amendment that cannot be read or has errors; None where it can go.

    The risk stage does not run: nobody learns by asking which lane he would get.
    """
    piece = looked_at(submission)
    if piece.answer is not None:
        return piece.answer
    assert piece.decision is not None
    return None if piece.decision.accepted else answering.rejected(piece)


def looked_at(submission: Submission) -> Piece:
    """Return another version of a declaration as the kernel judges it; nothing is written.

    Returns:
        With its answer where it cannot be read or the declaration's state forbids it; else with
        its decision, whose findings may be errors.
    """
    reference = reference_at(submission.received_at)
    piece = Piece(submission, submission.digest(), [])
    decode([piece], reference)
    if piece.answer is None:
        amending.look_ahead(piece, reference)
    if piece.answer is None:
        assert piece.lodgement is not None
        piece.decision = estimate(piece.lodgement, reference)
    return piece
