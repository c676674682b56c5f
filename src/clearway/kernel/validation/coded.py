"""Which datum holds a code of which list: one table, and the scan that reads it.

The scan looks once at every coded datum of a declaration and returns only the misfits; on a
clean declaration the whole layer of code lists is done when it returns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import CodeEntry
from clearway.kernel.validation.law import Day, Law
from clearway.kernel.validation.rows import positions

Codes = Mapping[str, CodeEntry]
_MOST_REMEMBERED = 4096


class Misfit(NamedTuple):
    """A code that its list does not hold on the day. ``standing`` as in ``CodeList.standing``."""

    field: str
    i: int
    n: int
    code: str
    standing: str
    name: str


class Coded(NamedTuple):
    """A datum with a code, and the name of the list that must hold it.

    ``get`` reads the code, or the row or rows that hold it; ``inside`` reads it from each row.
    """

    field: str
    name: str
    get: Callable[[Any], Any]
    inside: Callable[[Any], str] | None = None
    many: bool = False


def _one(path: str, name: str) -> Coded:
    return Coded(path, name, attrgetter(path))


def _many(path: str, name: str) -> Coded:
    return Coded(path, name, attrgetter(path), str, many=True)


def _each(path: str, part: str, name: str) -> Coded:
    """A code inside each row of a list: a charge's type, a document's code."""
    return Coded(f"{path}.{part}", name, attrgetter(path), attrgetter(part), many=True)


def _pair(path: str, part: str, name: str, place: int) -> Coded:
    """A code in each pair of a list of pairs."""
    return Coded(f"{path}.{part}", name, attrgetter(path), itemgetter(place), many=True)


def _party_country(role: str) -> Coded:
    return Coded(f"{role}.country", "country", attrgetter(role), attrgetter("country"))


DECLARATION_CODES: Final = (
    _one("type_code", "declaration_type"),
    _one("additional_type", "additional_type"),
    _one("function_code", "function"),
    _one("office", "office"),
    _one("exit_office", "office"),
    _one("presentation_office", "office"),
    _one("supervising_office", "office"),
    _one("border_mode", "transport_mode"),
    _one("border_means_type", "transport_means_type"),
    _one("arrival_means_type", "transport_means_type"),
    _one("border_nationality", "country"),
    _one("incoterm", "incoterm"),
    _one("transaction_nature", "transaction_nature"),
    _one("agent_status", "agent_status"),
    _one("export_country", "country"),
    _one("destination_country", "country"),
    _one("goods_location_country", "country"),
    _many("routing_countries", "country"),
    _one("loading_location", "location"),
    _one("invoice_currency", "currency"),
    _one("freight_currency", "currency"),
    _each("charges", "currency", "currency"),
    _each("charges", "type_code", "charge_type"),
    _pair("exchange_rates", "currency", "currency", 0),
    _pair("aeo_parties", "role", "aeo_role", 1),
    _pair("duty_tax_parties", "role", "duty_tax_party_role", 1),
    _pair("authorisations", "category", "authorisation", 1),
    _pair("guarantees", "type", "guarantee", 0),
    _pair("statements", "code", "statement", 0),
    *(
        _party_country(role)
        for role in (
            "declarant",
            "agent",
            "importer",
            "exporter",
            "consignor",
            "consignee",
            "seller",
            "buyer",
            "carrier",
        )
    ),
)

ITEM_CODES: Final = (
    _one("origin", "country"),
    _one("preferential_origin", "country"),
    _one("export_country", "country"),
    _one("destination_country", "country"),
    _many("additional_codes", "additional_code"),
    _one("procedure", "procedure"),
    _one("previous_procedure", "previous_procedure"),
    _many("additional_procedures", "additional_procedure"),
    _one("preference", "preference"),
    _one("quota_order", "quota_order"),
    _one("item_currency", "currency"),
    _one("customs_value_currency", "currency"),
    _one("statistical_currency", "currency"),
    _one("valuation_method", "valuation_method"),
    _each("charges", "currency", "currency"),
    _each("charges", "type_code", "charge_type"),
    _one("quantity_unit", "unit"),
    _many("package_types", "package"),
    _many("dangerous_goods", "dangerous_goods"),
    _one("transaction_nature", "transaction_nature"),
    _each("taxes", "type_code", "tax"),
    _each("taxes", "payment_method", "payment_method"),
    _each("taxes", "base_unit", "unit"),
    _each("taxes", "base_currency", "currency"),
    _each("taxes", "assessed_currency", "currency"),
    _pair("statements", "code", "statement", 0),
    *(_party_country(role) for role in ("consignor", "consignee", "seller", "buyer")),
)

DOCUMENT_CODES: Final = (
    _one("code", "document"),
    _one("exemption_code", "document_status"),
    _one("write_off_unit", "unit"),
    _one("write_off_currency", "currency"),
)

PREVIOUS_DOCUMENT_CODES: Final = (
    _one("category", "previous_document_category"),
    _one("code", "previous_document"),
)

CODE_LISTS: Final = tuple(
    sorted(
        {
            coded.name
            for table in (DECLARATION_CODES, ITEM_CODES, DOCUMENT_CODES, PREVIOUS_DOCUMENT_CODES)
            for coded in table
        }
    )
)
"""The names of the code lists that validation reads, where the pack has them."""


# What a scan needs of one datum: field, list, get, inside, many, and the codes in force.
_Bound = tuple[str, str, Callable[[Any], Any], Callable[[Any], str] | None, bool, Codes]


class _Table(NamedTuple):
    """The data of one kind of row, bound to the codes of a day.

    ``together`` reads the codes that stand by themselves (``singles``) at once, ``codes`` are
    their lists in the same order; ``good`` remembers combinations that were found in order, as
    most rows of a day repeat those of others. ``holders`` reads the rows inside which the other
    codes stand; ``inside`` are those codes, holder by holder.
    """

    together: Callable[[Any], Any]
    codes: tuple[Codes, ...]
    singles: tuple[_Bound, ...]
    holders: Callable[[Any], Any]
    inside: tuple[tuple[_Bound, ...], ...]
    good: set[Any]


class _Tables(NamedTuple):
    declaration: _Table
    items: _Table
    documents: _Table
    previous_documents: _Table


@lru_cache(maxsize=512)
def _tables(day: Day) -> _Tables:
    """Bind the four tables to the codes of a day; data whose list the pack lacks fall out."""
    return _Tables(
        *(
            _table(
                (row.field, name, row.get, row.inside, row.many, day.lists[name])
                for row in table
                if (name := _list_of(row, day)) in day.lists
            )
            for table in (DECLARATION_CODES, ITEM_CODES, DOCUMENT_CODES, PREVIOUS_DOCUMENT_CODES)
        )
    )


def _table(rows: Iterable[_Bound]) -> _Table:
    bound = tuple(rows)
    singles = tuple(row for row in bound if row[3] is None or row[3] is str)
    others = tuple(row for row in bound if row not in singles)
    together = _reader(row[0] for row in singles)
    held = dict.fromkeys(row[0].partition(".")[0] for row in others)
    inside = tuple(
        tuple(row for row in others if row[0].partition(".")[0] == holder) for holder in held
    )
    codes = tuple(row[5] for row in singles)
    return _Table(together, codes, singles, _reader(held), inside, set())


def _reader(fields: Iterable[str]) -> Callable[[Any], Any]:
    """Return what reads all of these fields at once, as a tuple."""
    names = tuple(fields)
    if len(names) > 1:
        return attrgetter(*names)
    # attrgetter gives one field bare, and refuses none.
    return lambda row: tuple(getattr(row, name) for name in names)


def _list_of(row: Coded, day: Day) -> str:
    """Return the list that holds a datum: a pack may keep previous procedures with the others."""
    if row.name == "previous_procedure" and row.name not in day.lists:
        return "procedure"
    return row.name


def misfits(lodgement: Lodgement, law: Law, day: Day) -> tuple[Misfit, ...]:
    """Return every code that is not in force on the day, in the order of the declaration."""
    tables = _tables(day)
    found: list[Misfit] = []
    _scan(lodgement, tables.declaration, "", (0, 0), found)
    for i, item in enumerate(lodgement.items, 1):
        _scan(item, tables.items, "items.", (i, 0), found)
    if lodgement.documents:
        _scan_rows(lodgement.documents, tables.documents, "documents.", found)
    if lodgement.previous_documents:
        rows = lodgement.previous_documents
        _scan_rows(rows, tables.previous_documents, "previous_documents.", found)
    if not found:
        return ()
    return tuple(
        hit._replace(standing=_standing(law, hit, day.number))
        for hit in found
        if not _also_valid(hit, lodgement, law, day)
    )


def _scan_rows(rows: Sequence[Any], table: _Table, start: str, found: list[Misfit]) -> None:
    """Look at rows that hang on a goods item or on the declaration."""
    good, together = table.good, table.together
    if all(map(good.__contains__, map(together, rows))):
        return
    for i, n, row in positions(rows):
        _scan(row, table, f"items.{start}" if i else start, (i, n), found)


def _scan(row: Any, table: _Table, start: str, place: tuple[int, int], found: list[Misfit]) -> None:
    """Look at the codes of one row; those inside its own rows only where it has such rows."""
    values = table.together(row)
    if values not in table.good:
        before = len(found)
        for value, codes in zip(values, table.codes, strict=True):
            if value and value not in codes:
                _look(row, table.singles, start, place, found)
                break
        if len(found) == before and len(table.good) < _MOST_REMEMBERED:
            table.good.add(values)
    held = table.holders(row)
    if any(held):
        for value, data in zip(held, table.inside, strict=True):
            if value:
                _look_inside(value, data, start, place, found)


def _look(
    row: Any,
    data: Sequence[_Bound],
    start: str,
    place: tuple[int, int],
    found: list[Misfit],
) -> None:
    for bound in data:
        field, name, get, inside, _, codes = bound
        value = get(row)
        if not value:
            continue
        if inside is not None:
            _look_inside(value, (bound,), start, place, found)
        elif value not in codes:
            found.append(Misfit(start + field, *place, value, "", name))


def _look_inside(
    value: Any,
    data: Sequence[_Bound],
    start: str,
    place: tuple[int, int],
    found: list[Misfit],
) -> None:
    """Look at the codes inside a row, or inside each row of a list."""
    for field, name, _, inside, many, codes in data:
        if inside is None:
            continue
        if not many:
            code = inside(value)
            if code and code not in codes:
                found.append(Misfit(start + field, *place, code, "", name))
            continue
        for n, each in enumerate(value, 1):
            code = inside(each)
            if code and code not in codes:
                found.append(Misfit(start + field, place[0], n, code, "", name))


def _also_valid(hit: Misfit, lodgement: Lodgement, law: Law, day: Day) -> bool:
    """Tell whether a code stands for something that the list holds under another name."""
    codes = day.lists[hit.name]
    if hit.field == "type_code":
        return lodgement.direction in codes
    if hit.field == "items.preferential_origin":
        return hit.code in law.reference.areas
    if hit.field == "items.previous_procedure":
        return hit.code in law.limits.no_previous
    if hit.field == "items.preference":
        return hit.code in law.limits.no_preference
    if hit.field in _PREVIOUS_CODES:
        return any(
            row.category + hit.code in codes
            for i, n, row in positions(lodgement.previous_documents)
            if (i, n) == (hit.i, hit.n)
        )
    return False


_PREVIOUS_CODES = frozenset({"previous_documents.code", "items.previous_documents.code"})


def _standing(law: Law, hit: Misfit, number: int | None) -> str:
    if number is None:
        return "unknown"
    return law.reference.code_lists[hit.name].standing(hit.code, number)
