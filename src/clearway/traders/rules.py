"""Pure rules of mandates and authorisations: their states, and when two mandates overlap."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Final

ASKED, GRANTED, REFUSED, REVOKED, EXPIRED = "asked", "granted", "refused", "revoked", "expired"
SUSPENDED: Final = "suspended"

MANDATE_STEPS: Final[dict[str, tuple[str, ...]]] = {
    ASKED: (GRANTED, REFUSED),
    GRANTED: (REVOKED, EXPIRED),
    REFUSED: (),
    REVOKED: (),
    EXPIRED: (),
}
AUTHORISATION_STEPS: Final[dict[str, tuple[str, ...]]] = {
    GRANTED: (SUSPENDED, REVOKED),
    SUSPENDED: (GRANTED, REVOKED),
    REVOKED: (),
}
REFERENCE: Final = re.compile(r"[0-9A-Za-z/.-]{1,35}\Z")
"""What an authorisation is cited by."""
_PROCEDURE: Final = re.compile("[0-9A-Z]{2}\\Z")


def procedures_text(procedures: Collection[str]) -> str:
    """Return requested procedures as a mandate keeps them: sorted, joined by blanks.

    Raises:
        ValueError: one has not the form of two digits or capital letters.
    """
    wrong = [one for one in procedures if not _PROCEDURE.match(one)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no requested procedure")
    return " ".join(sorted(set(procedures)))


def meet(one: str, other: str) -> bool:
    """Tell whether two texts of procedures, or directions, have something in common.

    >>> meet("", "40"), meet("40 42", "42 51"), meet("40", "51")
    (True, True, False)
    """
    return not one or not other or bool(set(one.split()) & set(other.split()))


def periods_overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Tell whether two periods (end exclusive, None open) share a day."""
    (first, until), (start, end) = one, other
    return (until is None or start < until) and (end is None or first < end)
