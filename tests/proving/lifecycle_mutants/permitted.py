"""Goods are released though an agency has not granted what its law asks for."""

from clearway.clearance import facts
from clearway.declarations import guards
from clearway.declarations.life_cycle import Guard

asked = guards.holds


def holds(guard, found):
    return guard is Guard.PERMITTED or asked(guard, found)


guards.holds = facts.holds = holds
