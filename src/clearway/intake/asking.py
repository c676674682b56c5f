"""Requests that officers decide, under the rule of keys: a repeat gets the first one's answer."""

from __future__ import annotations

from django.db import connection

from clearway.declarations import queries, service, told
from clearway.declarations.models import Declaration
from clearway.events.service import act
from clearway.intake import gathering, reading_ahead
from clearway.intake.assembling import KeyTaken, remember
from clearway.intake.submission import Answer, Piece, Submission
from clearway.vocabulary.errors import StateForbids


def kept_answer(submission: Submission) -> Answer | None:
    """Return what is answered to a key that was used before; None where it was not."""
    piece = _piece(submission)
    with connection.cursor() as cursor:
        gathering.replay(cursor, [piece])
    return piece.answer


def ask_to_amend(submission: Submission, declaration: Declaration, kind: str) -> Answer:
    """Put an amendment before the officers: 202, or why it could not be granted.

    Args:
        submission: the amended message.
        declaration: the one it is about, whose lane was communicated.
        kind: of the request.

    Raises:
        StateForbids: nothing can be asked in this state, or another request is open.
    """
    problem = reading_ahead.unfit(submission)
    if problem is not None:
        return problem
    piece = _piece(submission)
    try:
        with act(submission.actor) as doing:
            made = service.ask(
                doing,
                queries.locked(declaration.pk),
                kind,
                submission.reason,
                message=submission.body,
                media_type=submission.media_type,
            )
            document = told.RequestTold.model_validate(told.request(made)).model_dump_json()
            piece.answer = Answer(202, document.encode())
            with connection.cursor() as cursor:
                remember(cursor, [piece], doing.at)
    except (StateForbids, KeyTaken):
        kept = kept_answer(submission)  # a repeat was a moment faster
        if kept is None:
            raise
        return kept
    return piece.answer


def _piece(submission: Submission) -> Piece:
    return Piece(submission, submission.digest(), [])
