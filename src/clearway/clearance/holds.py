"""Holds: who keeps goods from leaving, and who alone lets them go again.

A hold stops the release. Placed after it, it recalls the goods: the gate is told of each unit in
the same act, and the release rules again when the last hold is lifted.
"""

from __future__ import annotations

from typing import Final

import msgspec

from clearway.audit.actor import Actor, Role
from clearway.clearance import access, events, queries, units
from clearway.clearance.models import Hold
from clearway.clearance.units import Unit
from clearway.declarations import service
from clearway.declarations.guards import Facts, take
from clearway.declarations.life_cycle import GOODS
from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned, items, locked
from clearway.events.service import Act, act
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids

LEFT: Final = frozenset({"gated_out", "departed", "exit_confirmed"})
"""States of goods that nobody can hold any more: corrections and audits are acts of their own."""
LONGEST: Final = 512


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A hold as it is asked for.

    ``legal_reason`` is told to the trader, ``note`` is not. ``deputy`` is the office or agency
    that may lift it in the owner's stead; the pack names one where it is left out. ``item``
    narrows it to one goods item of a declaration.
    """

    legal_reason: str
    note: str = ""
    deputy: str = ""
    item: int | None = None


def place(actor: Actor, on: str | Unit, wanted: Wanted) -> Hold:
    """Hold a declaration's goods, by its MRN, or a transport unit.

    Raises:
        NotThere: no such declaration or unit for this actor.
        StateForbids: the goods have left.
        DataRefused: there is no legal reason, or it is too long.
    """
    reason = _reason(wanted.legal_reason, "legal_reason")
    note = wanted.note.strip()[:LONGEST]
    if isinstance(on, Unit):
        about, found = access.unit_for(actor, on, to="hold"), None
    else:
        found = access.held_declaration_for(actor, on, to="hold")
        about = [found]
        _check_item(found, wanted.item)
    with act(actor) as doing:
        rows = [locked(row.pk) for row in about]
        staying = [row for row in rows if row.goods_state not in LEFT]
        if rows and not staying:
            raise StateForbids(
                "The goods have left: nobody can hold them any more.",
                remedy="Select them for an audit after release instead.",
            )
        hold = Hold.objects.create(
            declaration=found,
            item=wanted.item if found is not None else None,
            unit_kind=on.kind if isinstance(on, Unit) else "",
            unit_number=on.number if isinstance(on, Unit) else "",
            owner=actor.office,
            deputy=wanted.deputy.strip() or _usual_deputy(doing, actor.office),
            organisation=actor.organisation,
            by_agency=actor.has(Role.AGENCY),
            legal_reason=reason,
            note=note,
            placed_by=actor.name,
            placed_at=doing.at,
        )
        if isinstance(on, Unit):
            doing.announce(events.GOODS_HELD, on.subject, _told(hold), concerns=_everybody(staying))
        for row in staying:
            _keep(doing, row, hold, [on] if isinstance(on, Unit) else None)
    return hold


def lift(actor: Actor, number: int, why: str, court_order: str = "") -> Hold:
    """Lift a hold: its owner, the owner's deputy, or a supervisor on a recorded court order.

    Raises:
        NotThere: no such hold for this actor; somebody else's can be lifted by order only.
        StateForbids: it is lifted already, or is another's and no court's order is named.
        DataRefused: there is no reason.
    """
    found = access.hold_for(actor, number, to="lift")
    why = _reason(why, "reason")
    court_order = court_order.strip()
    if not access.owns(actor, found):
        access.refuse_without_order(actor, found, court_order)
    about = [found.declaration] if found.declaration else units.declarations_of(_unit(found))
    with act(actor) as doing:
        rows = [locked(row.pk) for row in about]
        hold = Hold.objects.select_for_update().get(pk=number)
        if hold.lifted_at is not None:
            raise StateForbids("The hold is lifted already.", remedy="Look where it stands now.")
        hold.lifted_by, hold.lifted_at = actor.name, doing.at
        hold.lifted_why, hold.court_order = why, court_order
        hold.save(update_fields=["lifted_by", "lifted_at", "lifted_why", "court_order"])
        if hold.unit_number:
            subject = _unit(hold).subject
            doing.announce(events.HOLD_LIFTED, subject, _told(hold), concerns=_everybody(rows))
        for row in rows:
            let_go(doing, row, hold)
    return hold


def keep_what_arrived(doing: Act, declaration: Declaration, hold: Hold) -> None:
    """Hold the goods that have just come, within an act: a hold was waiting for them."""
    _keep(doing, declaration, hold, None)


def let_go(doing: Act, declaration: Declaration, hold: Hold) -> None:
    """Let a locked declaration's goods go on where nobody holds them any more, within an act."""
    others = queries.holds_on(declaration)
    told = {**_told(hold), "holds": len(others)}
    act_name = {"held": _lifting(declaration), "recalled": "reinstate"}.get(declaration.goods_state)
    # What waits is held as a whole; what was released is recalled by a hold on any item of it.
    kept = others if act_name == "reinstate" else [one for one in others if one.item is None]
    if act_name and not kept:
        declaration.goods_state = take(GOODS, declaration.goods_state, act_name, Facts())
        declaration.save(update_fields=["goods_state"])
    service.announce(doing, declaration, events.DECLARATION_HOLD_LIFTED, **told)
    if act_name == "reinstate" and not others:
        for one in units.units_of(declaration):
            doing.announce(
                events.GOODS_REINSTATED, one.subject, _of_unit(one, declaration),
                concerns=concerned(declaration),
            )  # fmt: skip


def _keep(doing: Act, declaration: Declaration, hold: Hold, on: list[Unit] | None) -> None:
    """Move a locked declaration's goods for a new hold; recall what was released."""
    state = declaration.goods_state
    recalled = state in {"released", "gated_in", "loaded"}
    act_name = {"arrived": "hold", "presented": "hold", "released": "recall"}.get(state)
    # One goods item's hold lets the other items go: they are released apart.
    if act_name and (hold.item is None or act_name == "recall"):
        declaration.goods_state = take(GOODS, state, act_name, Facts(held=True))
        declaration.save(update_fields=["goods_state"])
    holds = len(queries.holds_on(declaration))
    service.announce(doing, declaration, events.DECLARATION_HELD, **_told(hold), holds=holds)
    if recalled:
        service.announce(doing, declaration, events.DECLARATION_RECALLED)
        for one in on or units.units_of(declaration):
            doing.announce(
                events.GOODS_RECALLED, one.subject, _of_unit(one, declaration),
                concerns=concerned(declaration),
            )  # fmt: skip


def _check_item(declaration: Declaration, item: int | None) -> None:
    if item is not None and item not in {row.item for row in items(declaration)}:
        raise DataRefused(
            "The declaration has no such goods items.",
            faults=(("/body/item", "not its item"),),
            remedy="Name items by their number on the declaration.",
        )


def _lifting(declaration: Declaration) -> str:
    return "lift_at_exit" if declaration.direction == "EX" else "lift"


def _told(hold: Hold) -> dict[str, object]:
    told: dict[str, object] = {
        "hold": hold.pk, "owner": hold.owner, "legal_reason": hold.legal_reason,
    }  # fmt: skip
    if hold.court_order:
        told["court_order"] = hold.court_order
    return told


def _of_unit(one: Unit, declaration: Declaration) -> dict[str, object]:
    return {"unit_kind": one.kind, "unit": one.number, "mrn": declaration.mrn}


def _everybody(rows: list[Declaration]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for row in rows for number in concerned(row)))


def _unit(hold: Hold) -> Unit:
    return units.Unit(hold.unit_kind, hold.unit_number)  # type: ignore[arg-type]


def _usual_deputy(doing: Act, owner: str) -> str:
    """Return whom the pack names as the deputy of an office or agency; empty where nobody is."""
    return reference_at(doing.at).settings.get(f"clearance.deputies.{owner}", "") if owner else ""


def _reason(given: str, field: str) -> str:
    given = given.strip()
    if not given:
        raise DataRefused(
            "This act needs a reason.",
            faults=((f"/body/{field}", "must not be empty"),),
            remedy="Say why in a few words; the record keeps it.",
        )
    if len(given) > LONGEST:
        raise DataRefused(
            "This is too long.",
            faults=((f"/body/{field}", f"more than {LONGEST} characters"),),
            remedy="Say it in fewer words.",
        )
    return given
