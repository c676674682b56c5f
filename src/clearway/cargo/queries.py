"""Every read of cargo reports and of their stock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Count, F, Q, QuerySet, Sum

from clearway.cargo import life_cycle
from clearway.cargo.models import (
    Container,
    Conveyance,
    ConveyanceVersion,
    DocumentVersion,
    Interchange,
    PreLoading,
    TransportDocument,
    WriteOff,
)
from clearway.cargo.rules import document_key
from clearway.vocabulary.clock import microseconds

LIVE = ~Q(state="cancelled")


class Drawing(msgspec.Struct, frozen=True):
    """A declaration that has drawn on a document and not given it all back."""

    document: int
    declaration: int
    mrn: str
    organisation: int
    packages: int
    gross_mass: int


class Reported(msgspec.Struct, frozen=True):
    """What a declaration that waits for its cargo report needs to know of it."""

    row: int
    number: str
    key: str
    level: str
    state: str
    has_houses: bool
    consignee: str
    packages_left: int
    mass_left: int
    arrived_at: datetime | None
    goods_location: str


def conveyances(condition: Q) -> QuerySet[Conveyance]:
    """Return conveyances."""
    return Conveyance.objects.filter(condition)


def conveyance_by_reference(organisation: int, reference: str) -> Conveyance | None:
    """Return the conveyance that an organisation reported under a reference."""
    return Conveyance.objects.filter(organisation=organisation, reference=reference).first()


def documents(condition: Q) -> QuerySet[TransportDocument]:
    """Return transport documents with their conveyance and master."""
    return TransportDocument.objects.filter(condition).select_related("conveyance", "master")


def by_number(number: str) -> Q:
    """Return the condition of the live document of a number; nothing has the empty key."""
    return LIVE & Q(key=document_key(number)) & ~Q(key="")


def live_document(number: str, *, lock: bool = False) -> TransportDocument | None:
    """Return the document of a number that is not cancelled, locked within the transaction."""
    rows = TransportDocument.objects.filter(by_number(number))
    return (rows.select_for_update() if lock else rows).first()


def houses_mass(master: TransportDocument, but: int | None = None) -> int:
    """Return what the live houses of a master weigh, in millionths of a kilogram."""
    rows = TransportDocument.objects.filter(LIVE, master=master)
    if but is not None:
        rows = rows.exclude(pk=but)
    return rows.aggregate(mass=Sum("gross_mass"))["mass"] or 0


def write_offs(document: TransportDocument) -> QuerySet[WriteOff]:
    """Return the ledger of a document."""
    return WriteOff.objects.filter(document=document)


def drawings(document_ids: Iterable[int]) -> dict[int, list[Drawing]]:
    """Return who draws on documents at present, by document."""
    rows = (
        WriteOff.objects.filter(document__in=list(document_ids), kind__in=("reserved", "returned"))
        .order_by("document_id", "declaration", "id")
        .values_list(
            "document_id", "declaration", "mrn", "organisation", "packages", "gross_mass", "kind"
        )
    )
    sums: dict[tuple[int, int], tuple[Drawing, bool]] = {}
    for document, declaration, mrn, organisation, packages, mass, kind in rows:
        before = sums.get((document, declaration))
        if before is not None:
            packages, mass = packages + before[0].packages, mass + before[0].gross_mass  # noqa: PLW2901
        drawing = Drawing(document, declaration, mrn, organisation, packages, mass)
        sums[document, declaration] = (drawing, kind == "reserved")
    found: dict[int, list[Drawing]] = {}
    for drawing, held in sums.values():
        if held:
            found.setdefault(drawing.document, []).append(drawing)
    return found


def drawn_by_organisation(organisation: int, identifier: str) -> QuerySet[WriteOff, Any]:
    """Return the documents that declarations of an organisation have drawn on."""
    return WriteOff.objects.filter(whose(organisation, identifier)).values("document_id")


def whose(organisation: int, identifier: str) -> Q:
    """Return the condition for rows of the ledger of an organisation's own declarations."""
    own = Q(organisation=organisation)
    return own | Q(importer=identifier) if identifier else own


def documents_with_container(number: str) -> QuerySet[Container, Any]:
    """Return the documents on which a container stands."""
    return Container.objects.filter(number=number).values("document_id")


def pre_loadings(condition: Q) -> QuerySet[PreLoading]:
    """Return pre-loading data."""
    return PreLoading.objects.filter(condition)


def containers(document_ids: Iterable[int]) -> dict[int, list[Container]]:
    """Return the containers of documents, by document."""
    found: dict[int, list[Container]] = {}
    for row in Container.objects.filter(document__in=list(document_ids)).order_by("id"):
        found.setdefault(row.document_id, []).append(row)
    return found


def document_versions(document: TransportDocument) -> QuerySet[DocumentVersion]:
    """Return every version of a document as it was reported."""
    return DocumentVersion.objects.filter(document=document)


def conveyance_versions(conveyance: Conveyance) -> QuerySet[ConveyanceVersion]:
    """Return every version of a conveyance report."""
    return ConveyanceVersion.objects.filter(conveyance=conveyance)


UNDECLARED = LIVE & Q(houses=0, drawn_packages=0, drawn_mass=0) & ~Q(state="closed")
"""Reported, and no declaration draws on it; a master whose houses are drawn on is none."""
_COUNTED = Q(bulk=True, tallied_mass__isnull=False) | Q(bulk=False, tallied_packages__isnull=False)
SHORT = Q(bulk=True, tallied_mass__lt=F("gross_mass")) | Q(
    bulk=False, tallied_packages__lt=F("packages")
)
EXCESS = Q(bulk=True, tallied_mass__gt=F("gross_mass")) | Q(
    bulk=False, tallied_packages__gt=F("packages")
)
"""Bulk goods are compared by mass, all others by packages; so a count that is absent is neither."""
UNTALLIED = (
    Q(houses=0, arrived_at__isnull=False) & ~_COUNTED & ~Q(state__in=["closed", "cancelled"])
)
"""Goods that are here and were not counted."""
DOUBTS = ("rfi", "rfs", "do_not_load")
DOUBTED = Q(state__in=DOUBTS)
"""Documents about which customs waits for an answer before the goods arrive."""


def past_due(at: datetime) -> Q:
    """Return the condition of goods that should have left by then, marked as overdue or not."""
    states = [*life_cycle.states_for("expire"), "overdue"]
    return Q(state__in=states, due_at__lt=microseconds(at), houses=0)


def totals(condition: Q, at: datetime) -> dict[str, int]:
    """Return how many documents there are of each kind that waits for somebody, by one read.

    The keys are documents, undeclared, short, excess, untallied, doubted, overdue; packages and
    gross_mass (millionths of a kilogram) sum the documents that are no masters with houses.
    """
    kinds = {
        "undeclared": UNDECLARED,
        "short": SHORT,
        "excess": EXCESS,
        "untallied": UNTALLIED,
        "doubted": DOUBTED,
        "overdue": past_due(at),
    }
    sums: dict[str, Any] = {name: Count("pk", filter=which) for name, which in kinds.items()}
    for name in ("packages", "gross_mass"):
        sums[f"sum_{name}"] = Sum(name, filter=Q(houses=0))
    rows = TransportDocument.objects.filter(condition & LIVE)
    found = rows.aggregate(documents=Count("pk"), **sums)
    return {name.removeprefix("sum_"): number or 0 for name, number in found.items()}


def next_untallied(document: TransportDocument) -> TransportDocument | None:
    """Return the document of the same conveyance that a tally clerk counts after this one."""
    rows = TransportDocument.objects.filter(UNTALLIED, conveyance=document.conveyance_id)
    return rows.filter(pk__gt=document.pk).order_by("id").first()


def as_reported(numbers: Sequence[str]) -> dict[str, Reported]:
    """Return the live documents of numbers as declared, by the number as given.

    For the rooms above: a declaration that waits is matched with what this returns.
    """
    keys = {number: document_key(number) for number in numbers}
    rows = TransportDocument.objects.filter(key__in=set(filter(None, keys.values())))
    by_key = {row.key: _reported(row) for row in rows.filter(LIVE)}
    return {number: by_key[key] for number, key in keys.items() if key in by_key}


def _reported(row: TransportDocument) -> Reported:
    return Reported(
        row=row.pk,
        number=row.number,
        key=row.key,
        level=row.level,
        state=row.state,
        has_houses=row.houses > 0,
        consignee=row.consignee,
        packages_left=row.left_packages,
        mass_left=row.left_mass,
        arrived_at=row.arrived_at,
        goods_location=row.goods_location,
    )


def overdue(at: datetime) -> QuerySet[TransportDocument]:
    """Return documents whose goods should have left by then and are not marked yet."""
    states = list(life_cycle.states_for("expire"))
    return TransportDocument.objects.filter(state__in=states, due_at__lt=microseconds(at), houses=0)


def newest_pre_loading(key: str) -> PreLoading | None:
    """Return the newest pre-loading data of a house waybill."""
    return PreLoading.objects.filter(key=key).order_by("-id").first() if key else None


def interchanges(organisation: int) -> QuerySet[Interchange]:
    """Return what an organisation filed as messages and tables, without their content."""
    return Interchange.objects.filter(organisation=organisation).defer("content")


def interchange(organisation: int, control_reference: str) -> Interchange | None:
    """Return the interchange that an organisation filed under a reference."""
    return Interchange.objects.filter(
        organisation=organisation, control_reference=control_reference
    ).first()
