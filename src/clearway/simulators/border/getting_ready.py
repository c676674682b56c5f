"""What must be there before the first ship: firms on the register, keys, mandates, permissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import Firm


class Registrations:
    """Made through the API like everything else; what is there already is left as it is."""

    def __init__(self, border: Border, firms: Sequence[Firm]) -> None:
        self._border = border
        self._firms = firms

    def make(self, at: datetime) -> None:
        """Register every firm, give it a key, and let brokers speak for those who want it."""
