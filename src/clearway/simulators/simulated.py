"""What the simulator makes."""

from __future__ import annotations

from typing import NamedTuple

from clearway.messages.records import Declaration


class Simulated(NamedTuple):
    """One declaration as the trader lodged it, and what the administration knows besides.

    ``mistakes`` names what was put in on purpose, for tests of the rules that should notice.
    """

    declaration: Declaration
    features: dict[str, int | str | bool | None]
    mistakes: tuple[str, ...]
