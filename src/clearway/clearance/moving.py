"""Goods on the move: out of the gate when they are free, or under control to a freight station.

The gate calls ``gate_out`` within its own act. A container of several consignees (拼箱) may go to
a freight station before it is released: there its houses are released and leave one by one.
"""

from __future__ import annotations

from typing import Final

import msgspec
from django.db.models import Sum

from clearway.accounts.queries import active_identifiers
from clearway.audit.actor import Actor
from clearway.clearance import access, events, facts, leaving, queries, units
from clearway.clearance.models import Move, UnitLeft
from clearway.clearance.units import Unit
from clearway.declarations.guards import take
from clearway.declarations.life_cycle import GOODS
from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned, items, locked
from clearway.declarations.service import announce
from clearway.events.service import Act, act
from clearway.vocabulary.errors import DataRefused, StateForbids

_BOXES: Final = frozenset({"container", "uld"})


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where goods go under control: the keeper's identifier, the place, the seals they go with."""

    station: str
    place: str = ""
    seals: str = ""
    reason: str = ""


def gate_out(doing: Act, one: Unit, packages: int | None = None) -> list[Declaration]:
    """Let a unit go out of the gate within the gate's act; its goods' life cycle moves.

    Goods have left when all that they are in has: a consignment of two containers with the
    second. A unit under control stays in its declarations' state ``arrived``.

    Args:
        doing: the gate's act.
        one: the unit.
        packages: of a lot, how many go; all that are left where it is not said.

    Returns:
        The declarations whose goods went, or went in part.

    Raises:
        StateForbids: it may not leave; look at ``leaving.standing`` for the reasons.
    """
    rows = [locked(row.pk) for row in units.declarations_of(one)]
    found = leaving.standing(one)
    if found.under_control and not found.may_leave:
        return _leave_under_control(doing, one)
    whole = packages is None or one.kind != "packages"
    if not (found.may_leave if whole else 0 < (packages or 0) <= found.packages):
        raise StateForbids(
            "This may not leave.", remedy="Look at the reasons that its standing names."
        )
    here = [row for row in rows if row.pk in found.declarations]
    for row in here:
        _leave(doing, row, one, packages)
    return here


def authorise(actor: Actor, one: Unit, to: Destination) -> Move:
    """Let a container with goods that are not released go to a freight station, under control.

    Raises:
        NotThere: no such unit for this officer.
        DataRefused: no active keeper has that identifier, or the unit is no container.
        StateForbids: somebody holds it, it is not here, or it moves already.
    """
    rows = access.unit_for(actor, one, to="move")
    keeper = active_identifiers({to.station}).get(to.station)
    if one.kind not in _BOXES or keeper is None:
        raise DataRefused(
            "Only a container goes to a freight station, and only to one that is registered.",
            faults=(("/body/station", "no active keeper"),),
            remedy="Name the identifier of the keeper.",
        )
    with act(actor) as doing:
        locked_rows = [locked(row.pk) for row in rows]
        _refuse_to_move(one, locked_rows)
        move = Move.objects.create(
            unit_kind=one.kind,
            unit_number=one.number,
            keeper=keeper,
            station=to.station,
            place=to.place,
            seals=to.seals,
            reason=to.reason,
            authorised_by=actor.name,
            authorised_at=doing.at,
        )
        _tell(doing, events.MOVE_AUTHORISED, move, one)
    return move


def arrive(actor: Actor, number: int) -> Move:
    """Take in what came under control: the keeper answers for it from now on.

    A station within the terminal takes it in without a gate between.

    Raises:
        NotThere: no such move to this keeper.
        StateForbids: it was cancelled, or is here already.
    """
    found = access.move_for(actor, number, to="arrive")
    with act(actor) as doing:
        move = Move.objects.select_for_update().get(pk=found.pk)
        if move.state not in {"authorised", "under_way"}:
            raise StateForbids("This is not on its way to you.", remedy="Look where it stands now.")
        move.state, move.arrived_at, move.arrived_by = "arrived", doing.at, actor.name
        move.save(update_fields=["state", "arrived_at", "arrived_by"])
        _tell(doing, events.MOVE_ARRIVED, move, leaving.unit_of(move))
    return move


def cancel(actor: Actor, number: int, reason: str) -> Move:
    """Take back the word that a unit may go under control, while it is still here.

    Raises:
        NotThere: no such move for this officer.
        StateForbids: it has left.
    """
    found = access.move_for(actor, number, to="cancel")
    with act(actor) as doing:
        move = Move.objects.select_for_update().get(pk=found.pk)
        if move.state != "authorised":
            raise StateForbids("It has left already.", remedy="Look where it stands now.")
        move.state, move.reason = "cancelled", reason[:512]
        move.save(update_fields=["state", "reason"])
        _tell(doing, events.MOVE_CANCELLED, move, leaving.unit_of(move))
    return move


def _refuse_to_move(one: Unit, rows: list[Declaration]) -> None:
    documents = units.documents_of(one)
    here = bool(documents) and all(row.arrived_at is not None for row in documents)
    if not here:
        raise StateForbids("It is not here.", remedy="Wait for the notice of its arrival.")
    if queries.holds_on_unit(one) or any(queries.holds_on(row) for row in rows):
        raise StateForbids(
            "Goods in it are held.", remedy="Ask their holder; what is held stays where it is."
        )
    if queries.open_move(one) is not None:
        raise StateForbids("It moves under control already.", remedy="Look where it stands now.")


def _leave_under_control(doing: Act, one: Unit) -> list[Declaration]:
    move = Move.objects.select_for_update().get(
        unit_kind=one.kind, unit_number=one.number, state="authorised"
    )
    move.state, move.left_at = "under_way", doing.at
    move.save(update_fields=["state", "left_at"])
    _tell(doing, events.MOVE_LEFT, move, one)
    return []


def _leave(doing: Act, declaration: Declaration, one: Unit, packages: int | None) -> None:
    UnitLeft.objects.create(
        declaration=declaration,
        unit_kind=one.kind,
        unit_number=one.number,
        packages=packages if one.kind == "packages" else None,
        at=doing.at,
    )
    told: dict[str, object] = {"unit_kind": one.kind, "unit": one.number}
    if one.kind == "packages" and packages is not None:
        told["packages"] = packages
    if not _is_all(declaration, one, packages):
        announce(doing, declaration, events.PARTLY_GATED_OUT, **told)
        return
    now = facts.facts_of(declaration)
    declaration.goods_state = take(GOODS, declaration.goods_state, "gate_out", now)
    declaration.save(update_fields=["goods_state"])
    announce(doing, declaration, events.GATED_OUT, **told)


def _is_all(declaration: Declaration, one: Unit, packages: int | None) -> bool:
    """Tell whether with this unit the last of a declaration's goods leaves."""
    gone = UnitLeft.objects.filter(declaration=declaration)
    if one.kind == "packages":
        if packages is None:
            return True
        left = gone.filter(unit_kind="packages").aggregate(sum=Sum("packages"))["sum"] or 0
        return left >= sum(item.packages or 0 for item in items(declaration))
    if one.kind == "vehicle":
        return True
    boxes = {each.number for each in units.units_of(declaration) if each.kind in _BOXES}
    return boxes <= set(gone.values_list("unit_number", flat=True))


def _tell(doing: Act, kind: str, move: Move, one: Unit) -> None:
    rows = units.declarations_of(one)
    parties = dict.fromkeys([move.keeper, *(each for row in rows for each in concerned(row))])
    told = {
        "move": move.pk, "unit_kind": one.kind, "unit": one.number, "station": move.station,
        "place": move.place, "mrns": [row.mrn for row in rows],
    }  # fmt: skip
    doing.announce(kind, one.subject, told, concerns=tuple(parties))
