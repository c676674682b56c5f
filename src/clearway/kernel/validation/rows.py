"""The place of a row that hangs on a goods item or on the whole declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def positions(rows: Sequence[Any]) -> Iterator[tuple[int, int, Any]]:
    """Yield (goods item, position among the item's own rows, row) for rows with an ``item``."""
    seen: dict[int, int] = {}
    for row in rows:
        seen[row.item] = n = seen.get(row.item, 0) + 1
        yield row.item, n, row
