"""Every read of the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from clearway.accounts.queries import active_identifiers
from clearway.cargo.rules import document_key
from clearway.declarations.kinds import SIMPLIFIED, SUPPLEMENTARY
from clearway.declarations.life_cycle import AFTER_RELEASE, BEFORE_RELEASE
from clearway.declarations.models import (
    ActRequest,
    AttachedDocument,
    Consignment,
    Declaration,
    GoodsItem,
    Version,
)
from clearway.kernel.lodgement import Lodgement

_LARGEST_NUMBER = 2**63 - 1
LIVE = BEFORE_RELEASE | AFTER_RELEASE
_decode = msgspec.msgpack.Decoder(Lodgement).decode


def all_declarations() -> QuerySet[Declaration]:
    """Return every declaration; who may see which is decided in ``access``."""
    return Declaration.objects.all()


def by_key(key: str) -> Declaration | None:
    """Return a declaration by its MRN, or by its row number where it has no MRN."""
    if "\0" in key:
        return None
    found = Declaration.objects.filter(mrn=key).first()
    if found is None and key.isascii() and key.isdigit() and int(key) <= _LARGEST_NUMBER:
        return Declaration.objects.filter(pk=int(key), mrn__isnull=True).first()
    return found


def rows_of(mrns: Iterable[str]) -> dict[str, int]:
    """Return the row numbers of declarations by their MRNs; what is none is left out."""
    rows = Declaration.objects.filter(mrn__in=list(mrns)).values_list("mrn", "pk")
    return {mrn: number for mrn, number in rows if mrn}


def locked(number: int) -> Declaration:
    """Return a declaration for writing: nobody else writes it until the transaction ends."""
    return Declaration.objects.select_for_update().get(pk=number)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of declarations is narrowed by; empty is any. Instants from, and before."""

    state: str = ""
    goods_state: str = ""
    lane: int | None = None
    kind: str = ""
    direction: str = ""
    office: str = ""
    importer: str = ""
    lrn: str = ""
    transport_document: str = ""
    commodity: str = ""
    text: str = ""
    received_from: datetime | None = None
    received_before: datetime | None = None


_EXACT = ("state", "goods_state", "kind", "direction", "office", "importer", "lrn",
          "transport_document")  # fmt: skip


def filtered(rows: QuerySet[Declaration], by: Filters) -> QuerySet[Declaration]:
    """Return declarations that pass all filters.

    ``commodity`` is a beginning of the code, ``text`` of MRN, LRN or transport document.
    """
    rows = rows.filter(**{name: getattr(by, name) for name in _EXACT if getattr(by, name)})
    if by.lane is not None:
        rows = rows.filter(lane=by.lane)
    if by.received_from is not None:
        rows = rows.filter(received_at__gte=by.received_from)
    if by.received_before is not None:
        rows = rows.filter(received_at__lt=by.received_before)
    if by.commodity:
        # By the index of the codes: declarations of one chapter are few among all.
        items = GoodsItem.objects.filter(
            Q(commodity__begins=by.commodity), version__number=F("version__declaration__version")
        )
        rows = rows.filter(pk__in=items.values("version__declaration_id"))
    if by.text:
        rows = rows.filter(begins_with(by.text))
    return rows


def begins_with(text: str) -> Q:
    """Return the question whether MRN, LRN or transport document begins with a text.

    Each is found by its index, however many declarations there are.
    """
    found = Q(mrn__begins=text.upper().replace(" ", "")) | Q(lrn__begins=text)
    document = document_key(text)
    return found | Q(transport_document__begins=document) if document else found


def versions(declaration: Declaration) -> QuerySet[Version]:
    """Return a declaration's versions without their messages, which may be large."""
    return Version.objects.filter(declaration=declaration).defer("message", "lodgement")


def version(declaration: Declaration, number: int) -> Version | None:
    """Return one version with its message."""
    return Version.objects.filter(declaration=declaration, number=number).first()


def current_version(declaration: Declaration) -> Version:
    """Return the version that stands."""
    return Version.objects.get(declaration=declaration, number=declaration.version)


def lodgement_of(version: Version) -> Lodgement:
    """Return the kernel's record of a version, as it was decided on."""
    return decoded(version.lodgement)


def decoded(packed: bytes | memoryview) -> Lodgement:
    """Return the kernel's record as ``Version.lodgement`` keeps it."""
    return _decode(bytes(packed))


def items(declaration: Declaration, number: int | None = None) -> list[GoodsItem]:
    """Return the goods items of a version, of the one that stands where none is named."""
    rows = GoodsItem.objects.filter(
        version__declaration=declaration, version__number=number or declaration.version
    )
    return list(rows.order_by("item"))


def greatest_value(declaration: Declaration) -> int:
    """Return the greatest customs value that any version of a declaration had, all items together.

    In minor units of the country's currency; what has no value counts nothing.
    """
    rows = GoodsItem.objects.filter(version__declaration=declaration).order_by()
    totals = rows.values("version").annotate(total=Sum("value")).values_list("total", flat=True)
    return max((total or 0 for total in totals), default=0)


def consignment(fingerprint: bytes) -> Consignment | None:
    """Return what is known of a consignment: its first MRN and the day of that."""
    return Consignment.objects.filter(fingerprint=fingerprint).first()


def live_with_fingerprint(fingerprint: bytes, besides: int) -> Declaration | None:
    """Return another live declaration of the same consignment."""
    rows = Declaration.objects.filter(fingerprint=fingerprint, state__in=LIVE)
    return rows.exclude(pk=besides).first()


def requests(rows: QuerySet[Declaration], state: str = "") -> QuerySet[ActRequest]:
    """Return the requests about some declarations, of one state where it is named."""
    found = ActRequest.objects.filter(Exists(rows.filter(pk=OuterRef("declaration"))))
    found = found.select_related("declaration")
    return found.filter(state=state) if state else found


def request(number: int) -> ActRequest | None:
    """Return a request with its declaration."""
    if not 0 < number <= _LARGEST_NUMBER:
        return None
    return ActRequest.objects.filter(pk=number).select_related("declaration").first()


def open_request(declaration: Declaration) -> ActRequest | None:
    """Return the request about a declaration that waits for an officer."""
    return ActRequest.objects.filter(declaration=declaration, state="open").first()


def documents(declaration: Declaration) -> QuerySet[AttachedDocument]:
    """Return the documents attached to a declaration."""
    return AttachedDocument.objects.filter(declaration=declaration)


def document(declaration: Declaration, number: int) -> AttachedDocument | None:
    """Return one attached document."""
    if not 0 < number <= _LARGEST_NUMBER:
        return None
    return documents(declaration).filter(pk=number).first()


def attached_size(declaration: Declaration) -> int:
    """Return the bytes that are attached to a declaration."""
    total: Any = documents(declaration).aggregate(total=Sum("size"))["total"]
    return int(total or 0)


def concerned(declaration: Declaration) -> tuple[int, ...]:
    """Return the organisations that may learn of a declaration: who lodged it, and its parties."""
    named = {declaration.declarant, declaration.importer, declaration.exporter} - {""}
    others = set(active_identifiers(named).values()) - {declaration.organisation}
    return (declaration.organisation, *sorted(others))


def overdue(day: int) -> QuerySet[Declaration]:
    """Return simplified declarations whose supplementary one is late and not yet chased."""
    completed = Declaration.objects.filter(supplements=OuterRef("mrn"), state__in=LIVE)
    return Declaration.objects.filter(
        ~Exists(completed),
        kind=SIMPLIFIED,
        supplementary_due__lt=day,
        overdue_at__isnull=True,
        state__in=LIVE - {"received"},
    )


def never_presented(before: datetime) -> QuerySet[Declaration]:
    """Return declarations lodged in advance before an instant and still not presented."""
    return Declaration.objects.filter(state="received", received_at__lt=before)


def unmatched(document: str) -> QuerySet[Declaration]:
    """Return live imports that wait for the report of a transport document, the oldest first."""
    return Declaration.objects.filter(
        transport_document=document,
        goods_state="unmatched",
        state__in=BEFORE_RELEASE - {"received"},
    ).order_by("received_at", "id")


def waiting_for_report(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Return those of some declarations that wait for the report of their transport document."""
    return rows.filter(goods_state="unmatched", state__in=BEFORE_RELEASE - {"received"})


def in_advance_of(document: str) -> QuerySet[Declaration]:
    """Return the imports lodged in advance of a transport document's goods, the oldest first."""
    return Declaration.objects.filter(
        transport_document=document, direction="IM", state="received"
    ).order_by("received_at", "id")


def selected_on(document: str) -> QuerySet[Declaration]:
    """Return live declarations of a transport document, not released, that a lane was given."""
    return Declaration.objects.filter(
        transport_document=document, state__in=BEFORE_RELEASE - {"received"}
    ).order_by("id")


def awaiting_arrival(document: str) -> QuerySet[Declaration]:
    """Return live declarations matched with a transport document whose goods are not here."""
    return Declaration.objects.filter(
        transport_document=document, goods_state="reported", state__in=BEFORE_RELEASE
    ).order_by("received_at", "id")


def supplement_of(simplified: Declaration) -> Declaration | None:
    """Return the live supplementary declaration that completes a simplified one."""
    rows = Declaration.objects.filter(supplements=simplified.mrn, state__in=LIVE - {"received"})
    return rows.first() if simplified.kind == SIMPLIFIED and simplified.mrn else None


def bearer_of(declaration: Declaration) -> Declaration:
    """Return the declaration on which the debt of a declaration's goods is kept.

    A supplementary one determines what its simplified one owes, and owes nothing of its own.
    """
    if declaration.kind != SUPPLEMENTARY or not declaration.supplements:
        return declaration
    return by_key(declaration.supplements) or declaration


class Simplified(msgspec.Struct, frozen=True):
    """A simplified declaration as a supplementary one finds it."""

    declarant: str
    legal_date: int | None
    supplemented: bool


def simplified(mrns: Sequence[str]) -> dict[str, Simplified]:
    """Return the live simplified declarations among some MRNs that were accepted."""
    completed = Declaration.objects.filter(supplements=OuterRef("mrn"), state__in=LIVE)
    rows = Declaration.objects.filter(
        mrn__in=set(mrns), kind=SIMPLIFIED, state__in=LIVE - {"received"}
    ).annotate(supplemented=Exists(completed))
    return {
        mrn: Simplified(declarant, day, supplemented)
        for mrn, declarant, day, supplemented in rows.values_list(
            "mrn", "declarant", "legal_date", "supplemented"
        )
        if mrn is not None
    }


def of_document(document: str, goods_states: Iterable[str]) -> QuerySet[Declaration]:
    """Return the live declarations of a transport document in some goods states."""
    return Declaration.objects.filter(
        transport_document=document, goods_state__in=list(goods_states), state__in=LIVE
    ).order_by("id")
