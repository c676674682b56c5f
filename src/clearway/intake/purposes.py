"""Everything that goes through the line, by name."""

from __future__ import annotations

from typing import Final

from clearway.intake import amending, presenting
from clearway.intake.assembling import LODGE, Purposes

PURPOSES: Final[Purposes] = {
    **LODGE,
    "amend": amending,
    "grant": amending,
    "present": presenting,
}
