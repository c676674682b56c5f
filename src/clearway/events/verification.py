"""The whole log against the whole record: the leaves with the events they commit to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clearway.audit import notes
from clearway.audit import verification as audit
from clearway.audit.verification import Fault
from clearway.events import queries


def verify(witnessed: Sequence[notes.Checkpoint] = ()) -> Iterator[Fault]:
    """Yield everything that is wrong with the record of acts.

    Args:
        witnessed: checkpoints that witnesses keep outside, their signatures already checked.
    """
    yield from audit.verify(queries.contents_of, witnessed)
    for event in queries.strays():
        yield Fault("inserted", f"event {event}", "no act announced it")
