"""Export goods after their release: gate-in, loading, departure, exit, and what goes wrong there.

The gate and the terminal call ``gate_in``, ``load`` and ``depart`` within their acts. Goods that
are not out by their day are asked for (notification 18); the enquiry ends with a proof of exit or
with the declaration's invalidation.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from clearway.audit.actor import Actor, system
from clearway.clearance import events, facts, queries, short_shipped, units
from clearway.clearance.models import Exit, UnitEntered
from clearway.clearance.units import Unit
from clearway.declarations import events as declaration_events
from clearway.declarations.access import declaration_for
from clearway.declarations.guards import take
from clearway.declarations.life_cycle import DECLARATION, DECLARATION_STATES, GOODS
from clearway.declarations.models import Declaration
from clearway.declarations.queries import items, locked
from clearway.declarations.service import announce, invalidate, needed_reason
from clearway.events.service import Act, act
from clearway.payments import adjusting
from clearway.payments.queries import standing_notice
from clearway.permits.returning import give_back_part
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids

ENQUIRY_CODE: Final = "18"
"""The WCO notification code of an exit enquiry."""
_ME: Final = system("exits")
_COMING: Final = frozenset({"released", "gated_in", "loaded"})
"""Where goods stand of which more may come in, or go aboard."""
_USUAL_DAYS: Final = "90"
_USUAL_ANSWER_DAYS: Final = "45"


def begin(declaration: Declaration, at: datetime) -> None:
    """Begin to watch the exit of export goods that are released, within that act."""
    packages = sum(item.packages or 0 for item in items(declaration))
    Exit.objects.update_or_create(
        declaration=declaration,
        defaults={"packages": packages, "due_at": at + _days("exit_days", _USUAL_DAYS, at)},
    )


def gate_in(doing: Act, one: Unit, packages: int | None = None) -> list[Declaration]:
    """Note within the gate's act that a unit with export goods came in for loading.

    The goods are in with the first of their units, as they are loaded with the first package; the
    others may still come, each once.

    Args:
        doing: the gate's act.
        one: the unit.
        packages: of a lot, how many came; all that are not in yet where it is not said.

    Raises:
        StateForbids: something in it is not released for loading, or is held, or it came in before.
    """
    rows = _released(one, _COMING)
    ways = list(Exit.objects.select_for_update().filter(pk__in=[row.pk for row in rows]))
    rest = _not_in_yet(one, ways)
    coming = sum(rest.values()) if packages is None else packages
    if not 0 < coming <= sum(rest.values()):
        raise StateForbids("This came in already.", remedy="Look at what the gate has noted of it.")
    came = []
    for row in rows:
        number = min(coming, rest[row.pk])
        coming -= number
        if number:
            _come_in(doing, row, one, number)
            came.append(row)
    return came


def is_in(one: Unit) -> bool:
    """Tell whether all of a unit with export goods came in."""
    rows = [row.pk for row in units.declarations_of(one) if row.direction == "EX"]
    return not any(_not_in_yet(one, list(Exit.objects.filter(pk__in=rows))).values())


def _not_in_yet(one: Unit, ways: Sequence[Exit]) -> dict[int, int]:
    """Return what of each declaration is to come in: packages of a lot, or 1 for a whole unit."""
    if one.kind == "packages":
        return {way.pk: way.packages - queries.packages_entered_with([way.pk]) for way in ways}
    entered = queries.entered_with(one, [way.pk for way in ways])
    return {way.pk: int(way.pk not in entered) for way in ways}


def _come_in(doing: Act, row: Declaration, one: Unit, number: int) -> None:
    packages = number if one.kind == "packages" else None
    UnitEntered.objects.create(
        declaration=row, unit_kind=one.kind, unit_number=one.number, packages=packages, at=doing.at
    )
    told: dict[str, object] = {"unit_kind": one.kind, "unit": one.number}
    if packages is not None:
        told["packages"] = packages
    if row.goods_state != "released":
        announce(doing, row, events.GATED_IN, **told)
        return
    _move(doing, row, "gate_in", events.GATED_IN, **told)
    Exit.objects.filter(pk=row.pk).update(gated_in_at=doing.at)


def load(
    doing: Act,
    one: Unit,
    packages: int | None = None,
    means: str = "",
    item: int | None = None,
) -> list[Declaration]:
    """Note within the terminal's act that a unit, or some packages of it, went aboard.

    Args:
        doing: the act.
        one: the unit; where it holds one declaration's goods alone, ``packages`` may be told.
        packages: how many went aboard; all of them where it is not said.
        means: the means of transport, as its number.
        item: of which goods item they are, where the terminal counts by items.

    Raises:
        StateForbids: something in it is not released for loading, or is held.
        DataRefused: more were loaded than released, or a part of several declarations' goods.
    """
    rows = _released(one, _COMING)
    if (packages is not None or item is not None) and len(rows) != 1:
        raise DataRefused(
            "It holds goods of several declarations: say of which one a part was loaded.",
            faults=(("/body/packages", "of several declarations"),),
            remedy="Name the lot by its declaration.",
        )
    for row in rows:
        way = Exit.objects.select_for_update().get(pk=row.pk)
        loaded = short_shipped.count(row, way, packages, item)
        way.loaded, way.loaded_at, way.means = loaded, doing.at, means or way.means
        way.save(update_fields=["loaded", "by_item", "loaded_at", "means"])
        if row.goods_state != "loaded":
            _move(doing, row, "load", events.LOADED, packages=loaded, means=way.means)
        else:
            announce(doing, row, events.LOADED, packages=loaded, means=way.means)
    return rows


def depart(doing: Act, one: Unit) -> list[Declaration]:
    """Note within the carrier's or terminal's act that loaded goods have departed.

    What was released and not loaded is short-shipped: it comes back to whoever had written it off.

    Raises:
        StateForbids: something in it is not loaded, or is held.
    """
    rows = _released(one, {"loaded"})
    for row in rows:
        way = Exit.objects.select_for_update().get(pk=row.pk)
        way.departed_at, way.short = doing.at, way.packages - way.loaded
        way.save(update_fields=["departed_at", "short"])
        _move(doing, row, "depart", events.DEPARTED, packages=way.loaded, means=way.means)
        if way.short:
            _return_short(doing, row, way)
    return rows


def confirm(actor: Actor, key: str, proof: str = "") -> Declaration:
    """Confirm the exit of goods, or take a proof of it where nobody confirmed it.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: they have not departed and no proof is named, or it is confirmed already.
    """
    found = declaration_for(actor, key, to="decide")
    with act(actor) as doing:
        declaration = locked(found.pk)
        proof = proof.strip()[:512]
        way = queries.open_exit(declaration)
        if way is None:
            raise StateForbids("No exit is awaited.", remedy="Look where it stands now.")
        if declaration.goods_state != "departed" and not proof:
            raise StateForbids(
                "The goods have not departed.", remedy="Name what proves that they have left."
            )
        if declaration.goods_state != "departed":
            _prove(declaration)
        _confirm(doing, declaration, way, proof)
    return declaration


def confirm_departed(actor: Actor, number: int) -> bool:
    """Confirm the exit of goods that have departed, without an officer; False where done."""
    with transaction.atomic():
        declaration = locked(number)
        way = queries.open_exit(declaration)
        if way is None or declaration.goods_state != "departed":
            return False
        with act(actor) as doing:
            _confirm(doing, declaration, way, "")
    return True


def give_up(actor: Actor, key: str, reason: str) -> Declaration:
    """End an enquiry by invalidating the declaration: the goods never left.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: no enquiry is open, or the goods are loaded.
        DataRefused: no reason is given.
    """
    found = declaration_for(actor, key, to="decide")
    reason = needed_reason(reason)
    with act(actor) as doing:
        declaration = locked(found.pk)
        way = queries.open_exit(declaration)
        if way is None or way.enquired_at is None:
            raise StateForbids(
                "No enquiry about its exit is open.", remedy="Look where it stands now."
            )
        invalidate(doing, declaration, reason, by_officer=True)
        _end(way, "invalidated", doing.at)
    return declaration


def end_of_invalidated(mrn: str, at: datetime) -> int:
    """Await no exit of a declaration that was invalidated in another way than by ``give_up``.

    Returns:
        How many exits were awaited: one or none.
    """
    rows = Exit.objects.filter(declaration__mrn=mrn, declaration__state="invalidated", ended="")
    return rows.update(ended="invalidated", ended_at=at)


def enquire(at: datetime) -> int:
    """Ask about the goods that should be out by now; each is asked about once.

    Returns:
        How many enquiries were opened.
    """
    count = 0
    for number in list(queries.late_exits(at).values_list("pk", flat=True)):
        with transaction.atomic():
            declaration = locked(number)
            way = queries.open_exit(declaration)
            if way is None or way.enquired_at is not None:
                continue
            with act(_ME) as doing:
                way.enquired_at = doing.at
                way.answer_due_at = doing.at + _days("enquiry_days", _USUAL_ANSWER_DAYS, doing.at)
                way.save(update_fields=["enquired_at", "answer_due_at"])
                announce(
                    doing, declaration, events.EXIT_ENQUIRY, code=ENQUIRY_CODE,
                    due=way.answer_due_at.isoformat(),
                )  # fmt: skip
            count += 1
    return count


def _released(one: Unit, states: AbstractSet[str]) -> list[Declaration]:
    rows = [row for row in units.declarations_of(one) if row.direction == "EX"]
    rows = [locked(row.pk) for row in rows]
    open_rows = [row for row in rows if queries.open_exit(row) is not None]
    if queries.holds_on_unit(one) or len(open_rows) != len(rows) or not rows:
        raise StateForbids(
            "This is not released for loading.",
            remedy="Wait until every declaration of it is released and nobody holds it.",
        )
    wrong = [row for row in rows if row.goods_state not in states or queries.holds_on(row)]
    if wrong:
        raise StateForbids(
            "This is not released for loading.",
            remedy="Wait until every declaration of it is released and nobody holds it.",
        )
    return rows


def _move(doing: Act, declaration: Declaration, act_name: str, kind: str, **told: object) -> None:
    now = facts.facts_of(declaration)
    declaration.goods_state = take(GOODS, declaration.goods_state, act_name, now)
    declaration.save(update_fields=["goods_state"])
    announce(doing, declaration, kind, **told)


def _return_short(doing: Act, declaration: Declaration, way: Exit) -> None:
    """Give back the share of what was not loaded: to permits, and of what is owed by tax."""
    announce(
        doing,
        declaration,
        events.SHORT_SHIPPED,
        released=way.packages,
        loaded=way.loaded,
        short=way.short,
    )
    give_back_part(doing, declaration, short_shipped.shares(declaration, way))
    if standing_notice(declaration.pk) is None:
        return
    if taken_back := short_shipped.taxes_back(declaration, way):
        adjusting.depart(doing, declaration, f"exit:{way.pk}", taken_back, "Short-shipped")


def _prove(declaration: Declaration) -> None:
    """Lead the goods to departed by the acts that nobody reported, on the strength of a proof."""
    for act_name in ("gate_in", "load", "depart"):
        if (declaration.goods_state, act_name) in GOODS:
            now = facts.facts_of(declaration)
            declaration.goods_state = take(GOODS, declaration.goods_state, act_name, now)


def _confirm(doing: Act, declaration: Declaration, way: Exit, proof: str) -> None:
    declaration.goods_state = take(
        GOODS, declaration.goods_state, "confirm_exit", facts.facts_of(declaration)
    )
    declaration.state = take(DECLARATION, declaration.state, "exit", facts.facts_of(declaration))
    declaration.save(update_fields=["state", "goods_state"])
    way.proof = proof
    _end(way, "proved" if proof else "confirmed", doing.at)
    code = DECLARATION_STATES["exited"]
    announce(doing, declaration, declaration_events.EXITED, code=code, proof=proof)


def _end(way: Exit, how: str, at: datetime) -> None:
    way.ended, way.ended_at = how, at
    way.save(update_fields=["ended", "ended_at", "proof"])


def _days(name: str, usual: str, at: datetime) -> timedelta:
    return timedelta(days=int(reference_at(at).settings.get(f"clearance.{name}", usual)))
