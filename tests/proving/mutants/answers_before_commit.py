"""A line that answers before its commit: what a kill then takes was acknowledged."""

import time

from clearway.intake import assembling

TRIAL = "kills on sqlite"
SHOWS_AS = "lost"

_remember = assembling.remember


def remember_and_answer(cursor, pieces, at):
    _remember(cursor, pieces, at)
    for piece in pieces:
        if piece.answer is not None:
            piece.give(piece.answer)
    time.sleep(0.05)


assembling.remember = remember_and_answer
