"""Layer 4, what stands in one declaration twice. Numbers 4105 to 4109."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from clearway.kernel.decisions import Severity
from clearway.kernel.lodgement import Item
from clearway.kernel.validation.case import Case, shown
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule


def container_twice(case: Case) -> Iterable[Place]:
    """A container is named once."""
    return _repeated("containers", case.lodgement.containers)


def seal_twice(case: Case) -> Iterable[Place]:
    """A seal is named once."""
    return _repeated("seals", case.lodgement.seals)


def _repeated(field: str, values: tuple[str, ...]) -> Iterable[Place]:
    if len(values) == len(set(values)):
        return ()
    first: dict[str, int] = {}
    return [
        at(field, 0, n, number=shown(value), first=str(first[value]))
        for n, value in enumerate(values, 1)
        if value and first.setdefault(value, n) != n
    ]


def document_twice(case: Case) -> Iterator[Place]:
    """A document is named once at its place."""
    seen = set()
    for i, n, row in case.documents:
        key = i, row.code, row.reference
        if row.reference and key in seen:
            field = "items.documents.reference" if i else "documents.reference"
            yield at(field, i, n, code=shown(row.code), reference=shown(row.reference))
        seen.add(key)


def previous_document_twice(case: Case) -> Iterator[Place]:
    """A line of a previous document is written off once at its place."""
    seen = set()
    for i, n, row in case.previous_documents:
        key = i, row.category, row.code, row.reference, row.line
        if row.reference and key in seen:
            start = "items.previous_documents" if i else "previous_documents"
            yield at(
                f"{start}.reference", i, n, code=shown(row.code), reference=shown(row.reference)
            )
        seen.add(key)


def identical_items(case: Case) -> Iterator[Place]:
    """No two items are the same in everything: one of them was entered twice."""
    items = case.lodgement.items
    seen: dict[tuple[object, ...], int] = {}
    for i, item in enumerate(items, 1):
        # Marks and packages tell apart what is otherwise alike; nameless goods prove nothing.
        key = (
            item.commodity,
            item.description,
            item.origin,
            item.item_amount,
            item.gross_mass,
            item.net_mass,
            item.packages,
            item.package_marks,
            item.containers,
        )
        first = seen.setdefault(key, i)
        if (
            first != i
            and item.item_amount
            and item.net_mass
            and items[first - 1] == _as(item, first)
        ):
            yield at("items.commodity", i, first=str(first))


def _as(item: Item, place: int) -> Item:
    """Return an item under another's number, for a comparison of everything else."""
    return replace(item, sequence=None if item.sequence is None else place)


_RKC = "RKC General Annex standard 3.16"

RULES: tuple[Rule, ...] = (
    rule(
        4105,
        "container named twice",
        Layer.CROSS_RECORD,
        "WCO Data Model 31B",
        container_twice,
        "containers",
    ),
    rule(
        4106,
        "seal named twice",
        Layer.CROSS_RECORD,
        "ISO 17712; WCO 165",
        seal_twice,
        "seals",
        severity=Severity.WARNING,
    ),
    rule(
        4107,
        "document named twice",
        Layer.CROSS_RECORD,
        f"{_RKC}; WCO D005",
        document_twice,
        "items.documents.reference",
        "documents.reference",
        severity=Severity.WARNING,
    ),
    rule(
        4108,
        "previous document named twice",
        Layer.CROSS_RECORD,
        "RKC Specific Annex A chapter 2; WCO D018",
        previous_document_twice,
        "items.previous_documents.reference",
        "previous_documents.reference",
        severity=Severity.WARNING,
    ),
    rule(
        4109,
        "item entered twice",
        Layer.CROSS_RECORD,
        "RKC General Annex standard 3.11; WCO 68A",
        identical_items,
        "items.commodity",
        severity=Severity.DOUBT,
    ),
)
