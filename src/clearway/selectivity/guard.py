"""Guards before a model may serve: labels that contradict each other, and a drop in recall.

Who wants goods to pass unseen poisons what the model learns: he has violations written down as
clean. Where the same goods were inspected more than once, their outcomes agree about as often as
they always did; labels that were turned break that agreement. So contradictions among the same
goods are counted, in the labels that a new model learnt from against those of the model that
serves, and a model trained with too many is refused until somebody has looked at them.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.evidence import Floats
from clearway.selectivity.hashing import Hashes

_SURE: Final = 2.576
"""Standard errors beyond which a difference is no accident: one in a hundred, both sides."""
MOST_LOST: Final = 0.02
"""What a new model may lose of the old one's recall at the same budget."""


class Contradictions(msgspec.Struct, frozen=True):
    """How often inspections of the same goods disagreed: ``odd`` of ``compared`` rows.

    A row is compared when the same goods were inspected at least once besides; it is odd when its
    outcome is not that of most of the others. ``rows`` marks the odd ones.
    """

    odd: int
    compared: int
    rows: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """The share of odd rows, 0 where nothing was compared."""
        return self.odd / self.compared if self.compared else 0.0


def contradictions(goods: Hashes, violation: Floats) -> Contradictions:
    """Count the rows whose outcome is not that of most other inspections of the same goods."""
    _, place, size = np.unique(goods, return_inverse=True, return_counts=True)
    others = size[place] - 1
    found = np.bincount(place, violation)[place] - violation
    compared = others > 0
    mean = np.divide(found, others, out=np.full(len(goods), 0.5), where=compared)
    odd = compared & (np.abs(violation - mean) > 0.5)
    return Contradictions(int(odd.sum()), int(compared.sum()), odd)


def worse_than(now: Contradictions, before: Contradictions) -> bool:
    """Tell whether labels contradict each other more than they used to, beyond accident.

    A test of two proportions. Where one side compared fewer than thirty rows nothing can be said.
    """
    if min(now.compared, before.compared) < 30:
        return False
    both = (now.odd + before.odd) / (now.compared + before.compared)
    error = math.sqrt(both * (1 - both) * (1 / now.compared + 1 / before.compared))
    return now.share - before.share > max(_SURE * error, 1e-12)


def loses(new_recall: float, old_recall: float) -> bool:
    """Tell whether a new model finds too much less than the old one at the same budget."""
    return old_recall - new_recall > MOST_LOST
