"""May this leave? What a gate asks about a container, a vehicle, a ULD or a lot of packages.

A unit may leave when all that is in it is released: every transport document of it is wholly
declared, every declaration of those is released, and nobody holds any of it. A container whose
houses are released separately may leave under control for a freight station (``moving``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from clearway.cargo.models import TransportDocument
from clearway.clearance import queries, units
from clearway.clearance.models import Hold, Move
from clearway.clearance.units import Unit, unit
from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned, items

__all__ = ["Reason", "Standing", "Unit", "houses_of", "standing", "unit", "unit_of"]

Why = Literal["unknown", "undeclared", "not_released", "held", "recalled", "gone", "under_way"]


class Reason(msgspec.Struct, frozen=True):
    """Why a unit may not leave: ``why``, and ``about`` whom or what.

    ``unknown`` nobody has reported or declared it; ``undeclared`` goods of a transport document
    (its number) that nobody has declared; ``not_released`` a declaration (its MRN) that is not;
    ``held`` by an office or agency (its code); ``recalled`` a declaration (its MRN) that was
    released and is held since; ``gone`` it has left; ``under_way`` to a freight station (its
    keeper's identifier).
    """

    why: Why
    about: str = ""


class Standing(msgspec.Struct, frozen=True):
    """Whether a unit may leave, or why not.

    ``declarations`` are the row numbers of those still here, ``mrns`` their names,
    ``organisations`` whom it concerns. ``packages`` of them are released. ``under_control`` is
    the freight station to which it may go with goods that are not released; empty otherwise.
    """

    unit: Unit
    may_leave: bool
    reasons: tuple[Reason, ...]
    declarations: tuple[int, ...]
    mrns: tuple[str, ...]
    organisations: tuple[int, ...]
    packages: int = 0
    under_control: str = ""


class _Held(msgspec.Struct, frozen=True):
    """The open holds on a unit itself, and on each of the declarations still here, by its row."""

    on_unit: Sequence[Hold]
    on: Mapping[int, Sequence[Hold]]


_OUT = frozenset({"gated_out", "departed", "exit_confirmed"})
_FREE = frozenset({"released", "gated_in", "loaded"})


def standing(one: Unit) -> Standing:
    """Return whether a unit may leave, over all live declarations that are about it."""
    rows = units.declarations_of(one)
    moving = [row for row in rows if row.goods_state != "none"]
    gone = queries.gone_with(one, [row.pk for row in moving])
    here = [row for row in moving if row.goods_state not in _OUT and row.pk not in gone]
    held = _Held(queries.holds_on_unit(one), {row.pk: queries.holds_on(row) for row in here})
    reasons = tuple(dict.fromkeys(_reasons(one, moving, here, held)))
    return Standing(
        one,
        not reasons,
        reasons,
        tuple(row.pk for row in here),
        tuple(row.mrn or "" for row in here),
        tuple(dict.fromkeys(number for row in here for number in concerned(row))),
        _free_packages(here, held) if one.kind == "packages" and not _is_kept(reasons, held) else 0,
        _station(one, reasons),
    )


def unit_of(move: Move) -> Unit:
    """Return the unit that moves, or moved, under control."""
    return Unit(move.unit_kind, move.unit_number)  # type: ignore[arg-type]


def houses_of(move: Move) -> list[Standing]:
    """Return where the lots stand that came to a freight station in a container."""
    documents = units.documents_of(unit_of(move))
    return [standing(Unit("packages", document.key)) for document in documents]


def _free_packages(here: Sequence[Declaration], held: _Held) -> int:
    """Return how many packages of a lot are released, held with no item, and have not passed."""
    count = 0
    for row in here:
        free = row.goods_state in _FREE
        released = None if free else queries.released_items(row)
        kept = {hold.item for hold in held.on[row.pk]}
        count += sum(
            item.packages or 0
            for item in items(row)
            if item.item not in kept and (released is None or item.item in released)
        )
    rows = [row.pk for row in here]
    passed = queries.packages_left_with(rows) + queries.packages_entered_with(rows)
    return max(0, count - passed)


def _is_kept(reasons: Sequence[Reason], held: _Held) -> bool:
    """Tell whether all of a lot is kept: a hold on one goods item keeps that item alone."""
    whole = any(hold.item is None for holds in held.on.values() for hold in holds)
    elsewhere = any(reason.why in {"recalled", "under_way"} for reason in reasons)
    return bool(held.on_unit) or whole or elsewhere


def _is_held(reasons: Sequence[Reason]) -> bool:
    return any(reason.why in {"held", "recalled", "under_way"} for reason in reasons)


def _station(one: Unit, reasons: Sequence[Reason]) -> str:
    """Return the freight station to which a unit may go with goods that are not released."""
    if not reasons or _is_held(reasons):
        return ""
    move = queries.open_move(one)
    return move.station if move is not None and move.state == "authorised" else ""


def _reasons(
    one: Unit, moving: Sequence[Declaration], here: list[Declaration], holds: _Held
) -> Iterator[Reason]:
    documents = units.documents_of(one)
    move = queries.move_of(one, [row.key for row in documents])
    if move is not None and move.state == "under_way":
        yield Reason("under_way", move.station)
    yield from (Reason("held", hold.owner) for hold in holds.on_unit)
    if not moving and not documents:
        yield Reason("unknown", one.number)
        return
    left = {row.transport_document for row in moving} - {row.transport_document for row in here}
    for document in documents:
        if document.key not in left and _is_undeclared(document):
            yield Reason("undeclared", document.number)
    for row in here:
        yield from (Reason("held", hold.owner) for hold in holds.on[row.pk])
        if row.goods_state == "recalled":
            yield Reason("recalled", row.mrn or "")
        elif row.goods_state not in _FREE:
            yield Reason("not_released", row.mrn or "")
    if moving and not here:
        yield Reason("gone", one.number)


def _is_undeclared(document: TransportDocument) -> bool:
    """Tell whether some of what is reported, or of what was found of it, nobody has declared."""
    if document.bulk:
        return document.drawn_mass == 0
    return document.left_packages > 0
