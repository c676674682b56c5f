"""What waits at the line, taken in turns: no organisation's flood or file holds up the others.

Single lodgements of an organisation take turns with its bulk rows, too.
"""

from __future__ import annotations

from collections import deque

from clearway.intake.submission import Piece

Whose = tuple[int, bool]
"""The organisation, and whether it is a row of a file."""
_FILES = frozenset({"bulk", "file"})


class Turns:
    """A queue for each that lodges; the first of each is taken in turn. Not safe for threads.

    Args:
        capacity: pieces that may wait altogether; one queue gets at most seven eighths of it.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._most_of_one = capacity - capacity // 8
        self._queues: dict[Whose, deque[Piece]] = {}
        self._turn: deque[Whose] = deque()
        self._count = 0

    def __len__(self) -> int:
        """Return how many wait."""
        return self._count

    def has_room_for(self, whose: Whose) -> bool:
        """Tell whether one more of somebody's may wait."""
        own = self._queues.get(whose, ())
        return self._count < self.capacity and len(own) < self._most_of_one

    def append(self, piece: Piece) -> None:
        """Let a piece wait behind the others of the same organisation and kind."""
        key = whose(piece)
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = deque()
            self._turn.append(key)
        queue.append(piece)
        self._count += 1

    def next(self) -> Piece:
        """Return whose turn it is, and let it wait on."""
        return self._queues[self._turn[0]][0]

    def popleft(self) -> Piece:
        """Take the piece whose turn it is; its owner's next waits until all others had theirs."""
        key = self._turn.popleft()
        queue = self._queues[key]
        piece = queue.popleft()
        if queue:
            self._turn.append(key)
        else:
            del self._queues[key]
        self._count -= 1
        return piece


def whose(piece: Piece) -> Whose:
    """Return in whose queue a piece waits."""
    submission = piece.submission
    return submission.actor.organisation, submission.door in _FILES
