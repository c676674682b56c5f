"""The stock of transport documents: declarations draw on it, and it never falls below zero.

Every function works on many declarations within the caller's transaction. Documents are locked
in the order of their row numbers, so that two lines on PostgreSQL never wait for each other in a
circle; the UPDATE states its own condition all the same, and the table's constraint stands
behind it. What is drawn, final or given back is a row of the ledger ``WriteOff``: over a
document, Σ reserved + returned is what is drawn on it, and Σ final + reopened what is final.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from clearway.cargo import events, ledger, life_cycle
from clearway.cargo.ledger import Drawn, Movement, Stock
from clearway.cargo.rules import document_key
from clearway.events.service import Announcement
from clearway.vocabulary.errors import StateForbids


class Reservation(msgspec.Struct, frozen=True):
    """What one version of a declaration wants of one transport document.

    ``declaration`` is its row number, ``mrn`` its name to people, ``organisation`` who lodges it.
    ``importer`` is the declared importer's identifier: where the document names its consignee's,
    they must be the same; an empty one is not compared. ``gross_mass`` in millionths of a
    kilogram. ``replaces``: what the declaration drew before, on whatever document, is given back
    if this can be reserved; otherwise it stays drawn.
    """

    document_number: str
    declaration: int
    version: int
    packages: int | None
    gross_mass: int | None
    mrn: str = ""
    organisation: int = 0
    importer: str = ""
    replaces: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What became of a reservation.

    ``kind`` is reserved; unmatched (no such document is reported for this importer); short (less
    is left than wanted); written_off (all of it was written off for good); has_houses (a master
    is not drawn on: name the house document); closed (drawing is over, or loading was refused).
    ``packages`` and ``gross_mass`` tell what is left: after the reservation, or without it.
    ``document`` is the number as it was reported, ``reporter`` the organisation that did;
    ``arrived`` tells whether the goods are here. ``of_another``: the document is there and names
    another consignee, which is for officers to know; whoever declared learns what he would learn
    of a number that nobody has reported. ``perishable``: the report says so of the goods.
    """

    kind: str
    document: str = ""
    packages: int = 0
    gross_mass: int = 0
    arrived: bool = False
    reporter: int = 0
    of_another: bool = False
    perishable: bool = False


def reserve_many(cursor: Any, reservations: Sequence[Reservation], at: datetime) -> list[Outcome]:
    """Reserve stock for declarations, each on its own: who finds too little stops no neighbour.

    Args:
        cursor: of the open transaction that stores the declarations.
        reservations: served in this order. A declaration that draws on several documents gives
            one each; whoever refuses it because one is short gives back the others.
        at: when.

    Returns:
        One outcome a reservation, in the same order.
    """
    keys = [document_key(wanted.document_number) for wanted in reservations]
    former, stocks = _locked(
        cursor, [wanted.declaration for wanted in reservations if wanted.replaces], keys
    )
    by_key = {stock.key: stock for stock in stocks.values() if stock.state != "cancelled"}
    movements: list[Movement] = []
    outcomes = []
    for wanted, key in zip(reservations, keys, strict=True):
        replaced = former.pop(wanted.declaration, []) if wanted.replaces else []
        returns = _take_back(stocks, replaced)
        outcome = _reserve(by_key.get(key), wanted)
        if outcome.kind == "reserved":
            movements += [*returns, _reserved(by_key[key], wanted)]
        elif replaced:
            _draw_again(stocks, replaced)
            former[wanted.declaration] = replaced
        outcomes.append(outcome)
    ledger.write(cursor, stocks.values(), movements, at)
    return outcomes


def _locked(
    cursor: Any, declarations: Iterable[int], keys: Iterable[str] = ()
) -> tuple[dict[int, list[Drawn]], dict[int, Stock]]:
    """Return what declarations have drawn, and the stocks of that and of the keys, locked."""
    declarations = list(declarations)
    drawn = ledger.drawn_by(cursor, declarations)
    while True:
        documents = {one.latest.document for rows in drawn.values() for one in rows}
        stocks = ledger.lock(cursor, keys, documents)
        # What was read before the lock may have been settled by whoever held it.
        drawn = ledger.drawn_by(cursor, declarations)
        if all(one.latest.document in stocks for rows in drawn.values() for one in rows):
            return drawn, stocks


def _reserve(stock: Stock | None, wanted: Reservation) -> Outcome:
    if stock is None:
        return Outcome("unmatched")
    if stock.consignee and wanted.importer and stock.consignee != wanted.importer:
        return Outcome("unmatched", of_another=True)
    packages, gross_mass = _amounts(stock, wanted)
    kind = _verdict(stock, packages, gross_mass)
    if kind == "reserved":
        stock.draw(packages, gross_mass)
    return Outcome(
        kind,
        stock.number,
        stock.free_packages,
        stock.free_mass,
        stock.arrived_at is not None,
        stock.organisation,
        perishable=bool(stock.perishable),
    )


def _amounts(stock: Stock, wanted: Reservation) -> tuple[int, int]:
    return 0 if stock.bulk else wanted.packages or 0, wanted.gross_mass or 0


def _reserved(stock: Stock, wanted: Reservation) -> Movement:
    return Movement(
        stock.id,
        wanted.declaration,
        wanted.version,
        "reserved",
        *_amounts(stock, wanted),
        wanted.mrn,
        wanted.organisation,
        wanted.importer,
    )


def _verdict(stock: Stock, packages: int, gross_mass: int) -> str:
    if stock.houses:
        return "has_houses"
    if stock.state not in life_cycle.OPEN_TO_DRAWING:
        return "closed"
    # Somebody who declares less than nothing would make stock; his data are refused elsewhere too.
    if packages < 0 or gross_mass < 0:
        return "short"
    if packages <= stock.free_packages and gross_mass <= stock.free_mass:
        return "reserved"
    return "written_off" if stock.state == "fully_written_off" else "short"


def _take_back(stocks: dict[int, Stock], rows: Iterable[Drawn]) -> list[Movement]:
    movements = []
    for drawn in rows:
        stock = stocks[drawn.latest.document]
        if drawn.was_final:
            movements.append(drawn.row("reopened", -drawn.final_packages, -drawn.final_mass))
            stock.settle(-drawn.final_packages, -drawn.final_mass)
        movements.append(drawn.row("returned", -drawn.packages, -drawn.gross_mass))
        stock.draw(-drawn.packages, -drawn.gross_mass)
    return movements


def _draw_again(stocks: dict[int, Stock], rows: Iterable[Drawn]) -> None:
    for drawn in rows:
        stock = stocks[drawn.latest.document]
        stock.draw(drawn.packages, drawn.gross_mass)
        if drawn.was_final:
            stock.settle(drawn.final_packages, drawn.final_mass)


def give_back(cursor: Any, declarations: Iterable[int], at: datetime) -> list[Announcement]:
    """Return to the stock all that declarations have drawn, final or not.

    For a declaration that is cancelled or rejected. One that has drawn nothing changes nothing.

    Returns:
        What the caller announces with his act.
    """
    rows, stocks = _locked(cursor, declarations)
    drawn = [one for some in rows.values() for one in some]
    ledger.write(cursor, stocks.values(), _take_back(stocks, drawn), at)
    return [_told(stocks[one.latest.document], one) for one in drawn if one.was_final]


def finalise(cursor: Any, declarations: Iterable[int], at: datetime) -> list[Announcement]:
    """Make final what declarations have drawn, at their release. Doing it again changes nothing.

    Returns:
        What the caller announces with his act.

    Raises:
        StateForbids: a document does not let go of goods now, as its loading was refused.
    """
    rows, stocks = _locked(cursor, declarations)
    drawn = [one for some in rows.values() for one in some if one.unsettled]
    for one in drawn:
        stock = stocks[one.latest.document]
        if (stock.state, "write_off_part") not in life_cycle.NEXT:
            raise StateForbids(
                f"The goods of transport document {stock.number} cannot be written off: it is "
                f"{stock.state.replace('_', ' ')}.",
                remedy="Settle the cargo report first.",
            )
        stock.settle(*one.open)
    ledger.write(cursor, stocks.values(), [one.row("final", *one.open) for one in drawn], at)
    return [_told(stocks[one.latest.document], one) for one in drawn]


def _told(stock: Stock, drawn: Drawn) -> Announcement:
    return Announcement(
        events.WRITTEN_OFF,
        events.subject(stock.number),
        {
            "number": stock.number,
            "packages": drawn.packages,
            "gross_mass": drawn.gross_mass,
            "left_packages": stock.free_packages,
            "state": stock.state,
        },
        concerns=tuple(filter(None, {stock.organisation, drawn.latest.organisation})),
    )
