"""A trader cancels by himself although a lane was told."""

from clearway.clearance import facts
from clearway.declarations import guards, service
from clearway.declarations.life_cycle import BEFORE_RELEASE, Guard

asked, ask = guards.holds, service.ask


def holds(guard, found):
    return guard is Guard.NOT_SELECTED or asked(guard, found)


def at_once(doing, declaration, kind, reason, **more):
    if kind != service.CANCELLATION or declaration.state not in BEFORE_RELEASE:
        return ask(doing, declaration, kind, reason, **more)
    return service.invalidate(doing, declaration, reason)


guards.holds = facts.holds = holds
service.ask = at_once
