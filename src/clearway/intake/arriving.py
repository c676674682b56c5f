"""Cargo's news of an arrival: what was lodged in advance is presented.

The dispatcher tells this within the transaction that keeps its place in the news, so that it is
done once. It therefore goes through the line's steps itself: to wait for the line's thread while
holding the one writer would be to wait for oneself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from clearway.audit.actor import system
from clearway.cargo.rules import document_key
from clearway.declarations import queries
from clearway.intake.assembling import Assembly
from clearway.intake.counters import Counters
from clearway.intake.purposes import PURPOSES
from clearway.intake.submission import Piece, Submission
from clearway.risk.profiles.in_force import reference_at
from clearway.vocabulary.errors import DefectFound

_AT_ONCE: Final = 200
_ROUNDS: Final = 10


def on_document_arrived(number: str, arrived_at: datetime) -> int:
    """Present the declarations that were lodged in advance of a transport document's goods.

    Coming twice, it changes nothing. One that has errors by the law of that day stays received.
    What was lodged after the goods had arrived is presented at the instant of its lodging.

    Args:
        number: the transport document.
        arrived_at: when the goods arrived; the law of that day rules.

    Returns:
        How many were accepted.

    Raises:
        DefectFound: the record kept moving under the decisions; the news is to come again.
    """
    waiting = queries.in_advance_of(document_key(number)).values_list("mrn", "received_at")
    pieces = [_piece(mrn, max(arrived_at, lodged)) for mrn, lodged in waiting if mrn]
    return sum(
        _present(pieces[first : first + _AT_ONCE]) for first in range(0, len(pieces), _AT_ONCE)
    )


def _present(pieces: Sequence[Piece]) -> int:
    assembly = Assembly(reference_at, Counters(), PURPOSES)
    again = pieces
    for _ in range(_ROUNDS):
        again = assembly.run(again)
        if not again:
            return sum(piece.answer is not None and piece.answer.status == 200 for piece in pieces)
    raise DefectFound("Declarations that arrived could not be presented.")


def _piece(mrn: str, presented_at: datetime) -> Piece:
    submission = Submission(
        actor=system("arrival"),
        door="arrival",
        media_type="",
        body=b"",
        received_at=presented_at,
        purpose="present",
        declaration=mrn,
    )
    return Piece(submission, submission.digest(), [])
