"""Reading and writing the stock ledger in bulk, under lock. Only ``stock`` uses it.

The statements are plain SQL that SQLite and PostgreSQL both understand, because they run inside
the intake line's commit, where the ORM's objects would cost more than the decision itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from clearway.audit import numbers
from clearway.audit.bulk import ask, insert
from clearway.cargo import life_cycle
from clearway.cargo.rules import mass_left, packages_left
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import DefectFound

_CHUNK = 500
_STOCK = (
    "id, key, number, organisation, consignee, houses, bulk, packages, gross_mass, "
    "mass_allowance, tallied_packages, tallied_mass, arrived_at, perishable, "
    "state, drawn_packages, drawn_mass, final_packages, final_mass"
)
_LEDGER = (
    "document_id, declaration, version, kind, packages, gross_mass, mrn, organisation, importer"
)
_WRITE_STOCK = """
    UPDATE cargo_transportdocument
    SET state = %s, drawn_packages = %s, drawn_mass = %s, final_packages = %s, final_mass = %s
    WHERE id = %s AND drawn_packages = %s AND drawn_mass = %s
        AND final_packages = %s AND final_mass = %s
"""


class Stock(msgspec.Struct):
    """A document's stock as it stands under lock. Masses in millionths of a kilogram."""

    id: int
    key: str
    number: str
    organisation: int
    consignee: str
    houses: int
    bulk: bool
    packages: int
    gross_mass: int
    mass_allowance: int
    tallied_packages: int | None
    tallied_mass: int | None
    arrived_at: int | None
    perishable: bool
    state: str
    drawn_packages: int
    drawn_mass: int
    final_packages: int
    final_mass: int
    before: tuple[str, int, int, int, int] = ("", 0, 0, 0, 0)

    def __post_init__(self) -> None:
        self.before = self.written

    @property
    def written(self) -> tuple[str, int, int, int, int]:
        """What ``write`` writes of it."""
        drawn, final = (
            (self.drawn_packages, self.drawn_mass),
            (self.final_packages, self.final_mass),
        )
        return (self.state, *drawn, *final)

    @property
    def free_packages(self) -> int:
        """Packages that may still be drawn."""
        return packages_left(self.packages, self.tallied_packages, self.drawn_packages)

    @property
    def free_mass(self) -> int:
        """Mass that may still be drawn."""
        most, found = self.mass_allowance, self.tallied_mass
        return mass_left(most, found, self.drawn_mass, bulk=bool(self.bulk))

    def draw(self, packages: int, gross_mass: int) -> None:
        """Draw on the stock, or give back with negative amounts."""
        self.drawn_packages += packages
        self.drawn_mass += gross_mass

    def settle(self, packages: int, gross_mass: int) -> None:
        """Make what is drawn final, or with negative amounts undo it; the state follows."""
        self.final_packages += packages
        self.final_mass += gross_mass
        self.state = life_cycle.written_off(self.state, self.share, self.tally)

    @property
    def share(self) -> str:
        """How much is written off for good: none, part or whole."""
        if not self.final_packages and not self.final_mass:
            return "none"
        if self.bulk:
            # What a scale may gain it may lose: the tolerance counts both ways.
            whole = self.final_mass >= 2 * self.gross_mass - self.mass_allowance
        else:
            whole = self.final_packages == self.packages
        return "whole" if whole else "part"

    @property
    def tally(self) -> str:
        """What the count at discharge showed: even, short, excess; empty where none was made."""
        if self.bulk:
            return tally_of(self.gross_mass, self.tallied_mass)
        return tally_of(self.packages, self.tallied_packages)


def tally_of(reported: int, found: int | None) -> str:
    """Compare a report with a count.

    >>> tally_of(100, 98), tally_of(100, 100), tally_of(100, None)
    ('short', 'even', '')
    """
    if found is None:
        return ""
    return "even" if found == reported else "short" if found < reported else "excess"


class Movement(msgspec.Struct, frozen=True):
    """A row of the ledger. See ``models.WriteOff``."""

    document: int
    declaration: int
    version: int
    kind: str
    packages: int
    gross_mass: int
    mrn: str
    organisation: int
    importer: str


class Drawn(msgspec.Struct):
    """What a declaration has drawn on a document and not given back, and what of it is final.

    ``unsettled`` counts the draws that are not final yet.
    """

    latest: Movement
    packages: int = 0
    gross_mass: int = 0
    final_packages: int = 0
    final_mass: int = 0
    unsettled: int = 0
    held: bool = False

    def add(self, row: Movement) -> None:
        """Count the next row of the ledger in."""
        if row.kind in {"final", "reopened"}:
            self.final_packages += row.packages
            self.final_mass += row.gross_mass
            self.unsettled = 0
            return
        self.latest = row
        self.packages += row.packages
        self.gross_mass += row.gross_mass
        self.held = row.kind == "reserved"
        self.unsettled = self.unsettled + 1 if self.held else 0

    @property
    def was_final(self) -> bool:
        """Whether any of it was made final."""
        return bool(self.final_packages or self.final_mass)

    @property
    def open(self) -> tuple[int, int]:
        """Packages and mass that are drawn and not final."""
        return self.packages - self.final_packages, self.gross_mass - self.final_mass

    def row(self, kind: str, packages: int, gross_mass: int) -> Movement:
        """Return a row of the ledger for the same declaration and document."""
        return msgspec.structs.replace(
            self.latest, kind=kind, packages=packages, gross_mass=gross_mass
        )


def drawn_by(cursor: Any, declarations: Iterable[int]) -> dict[int, list[Drawn]]:
    """Return what each declaration has drawn and not given back; one with nothing has no entry."""
    found: dict[tuple[int, int], Drawn] = {}
    for some in _chunks(sorted(set(declarations))):
        cursor.execute(
            f"SELECT {_LEDGER} FROM cargo_writeoff "  # noqa: S608 - constants and marks only
            f"WHERE declaration IN ({_marks(some)}) ORDER BY document_id, id",
            some,
        )
        for cells in cursor.fetchall():
            row = Movement(*cells)
            found.setdefault((row.declaration, row.document), Drawn(row)).add(row)
    by_declaration: dict[int, list[Drawn]] = {}
    for (declaration, _), drawn in found.items():
        if drawn.held:
            by_declaration.setdefault(declaration, []).append(drawn)
    return by_declaration


def lock(cursor: Any, keys: Iterable[str], documents: Iterable[int] = ()) -> dict[int, Stock]:
    """Return documents by row number, locked until the transaction ends.

    Args:
        cursor: of the open transaction.
        keys: of documents that are not cancelled; unknown and empty ones are left out.
        documents: row numbers.
    """
    numbers_of = set(documents)
    for some in _chunks(sorted(set(filter(None, keys)))):
        found = ask(
            cursor,
            "SELECT id FROM cargo_transportdocument "  # noqa: S608 - marks only
            f"WHERE key IN ({_marks(some)}) AND state <> 'cancelled'",
            some,
        )
        numbers_of.update(row[0] for row in found)
    locking = " FOR UPDATE" if cursor.db.vendor == "postgresql" else ""
    stocks: dict[int, Stock] = {}
    for some in _chunks(sorted(numbers_of)):
        cursor.execute(
            f"SELECT {_STOCK} FROM cargo_transportdocument "  # noqa: S608 - constants and marks
            f"WHERE id IN ({_marks(some)}) ORDER BY id{locking}",
            some,
        )
        stocks.update((cells[0], Stock(*cells)) for cells in cursor.fetchall())
    return stocks


def write(
    cursor: Any, stocks: Iterable[Stock], movements: Sequence[Movement], at: datetime
) -> None:
    """Write the stocks that have changed, and the rows that tell why.

    Raises:
        DefectFound: a stock is no longer as it was read, though it was locked.
    """
    changed = [stock for stock in stocks if stock.written != stock.before]
    if changed:
        cursor.executemany(
            _WRITE_STOCK, [(*stock.written, stock.id, *stock.before[1:]) for stock in changed]
        )
        if cursor.rowcount != len(changed):
            raise DefectFound("A stock of goods changed under its lock.", where="cargo.ledger")
    _append(cursor, movements, microseconds(at))


def _append(cursor: Any, movements: Sequence[Movement], at: int) -> None:
    ids = numbers.take(cursor, "write_off", len(movements))
    rows = [
        (number, *msgspec.structs.astuple(movement), at)
        for number, movement in zip(ids, movements, strict=True)
    ]
    insert(cursor, "cargo_writeoff", f"id, {_LEDGER}, at", rows)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
