"""Which columns of history the platform does not fill yet, and what will.

Until then counts are 0 and the others NULL, so that a profile which asks for them hits nothing. A
table of history beside a file (``assess --history``) may hold any of them.
"""

from __future__ import annotations

import re

NOT_FILLED = {
    **dict.fromkeys(
        (
            "median_unit_price", "mad_unit_price", "robust_z", "cargo_mismatch", "perishable",
        ),
        "the room of risk",
    ),
}  # fmt: skip
_QUOTED, _NAME = re.compile(r"'[^']*'"), re.compile(r"\w+")


def not_filled(condition: str) -> list[str]:
    """Return the columns of a condition that nobody fills yet, each with what will.

    >>> not_filled("PERISHABLE = TRUE AND description = 'robust_z'")
    ['perishable comes with the room of risk']
    """
    named = set(_NAME.findall(_QUOTED.sub("", condition).lower()))
    return [f"{name} comes with {by}" for name, by in NOT_FILLED.items() if name in named]
