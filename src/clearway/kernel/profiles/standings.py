"""Where the rows of one piece of a batch stand on every axis: codes, made when first wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Codes
from clearway.kernel.profiles.lookup import Lookup
from clearway.kernel.profiles.signs import Signs

Places = NDArray[np.int64]
WHOLE_FROM = 0.5  # an axis that is asked about so large a share of rows is placed whole


def coded(batch: Batch, name: str) -> Codes:
    """Return a coded column; one that the batch does not have is absent in every row."""
    column = batch.columns.get(name)
    return column if isinstance(column, Codes) else Codes(np.zeros(batch.rows, np.uint8), [])


class Standings:
    """The codes of the rows of a piece on the axes of a lookup, by the axes' numbers.

    They are of the type that indexes tables fastest: others cost several times as much.
    """

    def __init__(self, piece: Batch, lookup: Lookup, signs: Signs) -> None:
        self.size = piece.rows
        self._piece = piece
        self._lookup = lookup
        self._signs = signs
        self._whole: dict[int, NDArray[np.intp]] = {}
        self._asked: dict[int, int] = {}

    def codes(self, axis: int, rows: Places | None) -> NDArray[np.intp]:
        """Return the codes of the rows (of all rows where ``rows`` is None)."""
        whole = self._whole.get(axis)
        if whole is None and rows is not None:
            self._asked[axis] = self._asked.get(axis, 0) + len(rows)
            if self._asked[axis] < WHOLE_FROM * self.size:
                return self._placed(axis, rows)
        if whole is None:
            whole = self._whole[axis] = self._placed(axis, None)
        return whole if rows is None else whole.take(rows, mode="clip")

    def _placed(self, axis: int, rows: Places | None) -> NDArray[np.intp]:
        scale = self._lookup.scales[axis]
        if scale is not None:
            return scale.intervals(self._piece, self._signs, rows)
        codes = coded(self._piece, str(self._lookup.axes[axis])).codes
        return (codes if rows is None else codes.take(rows, mode="clip")).astype(np.intp)
