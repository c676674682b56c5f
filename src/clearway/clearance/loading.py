"""Loading and departure as terminals and carriers report them by themselves."""

from __future__ import annotations

from clearway.audit.actor import Actor
from clearway.clearance import access, exits
from clearway.clearance.units import Unit
from clearway.declarations.models import Declaration
from clearway.events.service import act


def load(
    actor: Actor, one: Unit, packages: int | None, means: str, item: int | None = None
) -> list[Declaration]:
    """Note that a unit, or some packages of it or of an item, went aboard (``exits.load``).

    Raises:
        NotThere: there is no export of that unit.
        StateForbids: something in it is not released for loading, or is held.
        DataRefused: more were loaded than released.
    """
    access.refuse_unless_export(actor, one)
    with act(actor) as doing:
        return exits.load(doing, one, packages, means, item)


def depart(actor: Actor, one: Unit) -> list[Declaration]:
    """Note that a loaded unit has departed (``exits.depart``).

    Raises:
        NotThere: there is no export of that unit.
        StateForbids: something in it is not loaded, or is held.
    """
    access.refuse_unless_export(actor, one)
    with act(actor) as doing:
        return exits.depart(doing, one)
