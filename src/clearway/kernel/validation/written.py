"""Walking over what is written in a declaration: its parties, its texts, its identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from clearway.kernel.lodgement import Lodgement, Party
from clearway.kernel.validation.rows import positions

PARTY_ROLES: Final = (
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
ITEM_PARTY_ROLES: Final = ("consignor", "consignee", "seller", "buyer")

Datum = tuple[str, int, int, str]
"""Field, goods item, position, text."""


class Strings(NamedTuple):
    """The same data as bare strings, in buckets by the length that their elements hold.

    For a first look at a declaration that is most likely clean: no field names, no positions.
    """

    identifiers_17: list[str]
    identifiers_35: list[str]
    identifiers_70: list[str]
    texts_35: list[str]
    texts_70: list[str]
    texts_256: list[str]
    texts_512: list[str]
    descriptions: list[str]


def strings_of(lodgement: Lodgement) -> Strings:
    """Return every text and identifier as it stands, empty ones included."""
    x = lodgement
    short = [x.loading_location, *x.containers]
    parties = [x.declarant, x.agent, x.importer, x.exporter, x.consignor, x.consignee]
    parties += (x.seller, x.buyer, x.carrier)
    middle = [x.lrn, x.ucr, x.border_means_id, x.arrival_means_id, x.goods_location, x.warehouse]
    middle += x.seals
    long = [x.id]
    cities: list[str] = []
    names: list[str] = []
    free: list[str] = []
    if x.statements:
        free += [text for _, text in x.statements]
    for item in x.items:
        short += item.containers
        middle.append(item.ucr)
        free += item.package_marks
        if item.statements:
            free += [text for _, text in item.statements]
        if item.consignor or item.consignee or item.seller or item.buyer:
            parties += (item.consignor, item.consignee, item.seller, item.buyer)
    for party in parties:
        if party is not None:
            middle.append(party.id)
            names += (party.name, party.line)
            cities.append(party.city)
    for pairs in (x.aeo_parties, x.duty_tax_parties, x.authorisations):
        if pairs:
            middle += [number for number, _ in pairs]
    long += [reference for _, reference in x.guarantees]
    for document in x.documents:
        long.append(document.reference)
        names.append(document.name)
    long += [previous.reference for previous in x.previous_documents]
    descriptions = [item.description for item in x.items]
    return Strings(short, middle, long, cities, names, [x.incoterm_place], free, descriptions)


def parties_of(lodgement: Lodgement) -> Iterator[tuple[str, int, Party]]:
    """Yield every party, as (field, goods item or 0, party)."""
    for role in PARTY_ROLES:
        if party := getattr(lodgement, role):
            yield role, 0, party
    for i, item in enumerate(lodgement.items, 1):
        if item.consignor or item.consignee or item.seller or item.buyer:
            for role in ITEM_PARTY_ROLES:
                if party := getattr(item, role):
                    yield f"items.{role}", i, party


def texts_of(lodgement: Lodgement) -> Iterator[Datum]:
    """Yield every datum written for people, empty ones left out."""
    return (datum for datum in _all_texts(lodgement) if datum[3])


def identifiers_of(lodgement: Lodgement) -> Iterator[Datum]:
    """Yield every datum that machines compare: references, identifiers, marks of equipment."""
    return (datum for datum in _all_identifiers(lodgement) if datum[3])


def _all_texts(lodgement: Lodgement) -> Iterator[Datum]:
    yield "incoterm_place", 0, 0, lodgement.incoterm_place
    if lodgement.statements:
        yield from _second("statements.text", 0, lodgement.statements)
    for i, item in enumerate(lodgement.items, 1):
        yield "items.description", i, 0, item.description
        yield from _row("items.package_marks", i, item.package_marks)
        if item.statements:
            yield from _second("items.statements.text", i, item.statements)
    for field, i, party in parties_of(lodgement):
        if party.name:
            yield f"{field}.name", i, 0, party.name
        if party.city:
            yield f"{field}.city", i, 0, party.city
        if party.line:
            yield f"{field}.line", i, 0, party.line
    for i, n, document in positions(lodgement.documents):
        yield ("items.documents.name" if i else "documents.name"), i, n, document.name


def _all_identifiers(lodgement: Lodgement) -> Iterator[Datum]:
    for field in _SINGLE_IDENTIFIERS:
        yield field, 0, 0, getattr(lodgement, field)
    yield from _row("containers", 0, lodgement.containers)
    yield from _row("seals", 0, lodgement.seals)
    for i, item in enumerate(lodgement.items, 1):
        yield "items.ucr", i, 0, item.ucr
        yield from _row("items.containers", i, item.containers)
    for field, i, party in parties_of(lodgement):
        yield f"{field}.id", i, 0, party.id
    yield from _row("aeo_parties.id", 0, [pair[0] for pair in lodgement.aeo_parties])
    yield from _row("duty_tax_parties.id", 0, [pair[0] for pair in lodgement.duty_tax_parties])
    yield from _row("authorisations.id", 0, [pair[0] for pair in lodgement.authorisations])
    yield from _second("guarantees.reference", 0, lodgement.guarantees)
    for i, n, document in positions(lodgement.documents):
        field = "items.documents.reference" if i else "documents.reference"
        yield field, i, n, document.reference
    for i, n, previous in positions(lodgement.previous_documents):
        field = "items.previous_documents.reference" if i else "previous_documents.reference"
        yield field, i, n, previous.reference


def _row(field: str, i: int, texts: Iterable[str]) -> Iterator[Datum]:
    return ((field, i, n, text) for n, text in enumerate(texts, 1))


def _second(field: str, i: int, pairs: Iterable[tuple[str, str]]) -> Iterator[Datum]:
    return ((field, i, n, text) for n, (_, text) in enumerate(pairs, 1))


_SINGLE_IDENTIFIERS: Final = (
    "lrn",
    "id",
    "border_means_id",
    "arrival_means_id",
    "loading_location",
    "goods_location",
    "warehouse",
    "ucr",
)
