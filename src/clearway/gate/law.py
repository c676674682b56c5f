"""The gate law in force at an instant, from the settings of the country pack that rules then."""

from __future__ import annotations

from datetime import datetime

from clearway.gate.rules import GateLaw, law_of
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import StateForbids


def law_at(instant: datetime) -> GateLaw:
    """Return the gate law in force.

    Raises:
        StateForbids: no pack is in force, or its settings for gates cannot be read.
    """
    reference = reference_at(instant)
    try:
        return law_of(reference.settings)
    except ValueError as problem:
        raise StateForbids(
            f"The settings gate.* of the pack {reference.name} cannot be read: {problem}.",
            remedy="Publish the pack with sound settings.",
        ) from problem
