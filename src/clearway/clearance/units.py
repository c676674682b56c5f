"""What stands at a gate, and which declarations are about it.

A container or ULD stands on transport documents; a road vehicle brings documents; a lot of
packages is one transport document, or a declaration without one.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from django.db.models import Q

from clearway.cargo.models import Container, Conveyance, TransportDocument
from clearway.cargo.rules import document_key
from clearway.clearance.models import DeclaredUnit
from clearway.declarations.models import Declaration
from clearway.declarations.queries import LIVE, current_version, lodgement_of

Kind = Literal["container", "vehicle", "uld", "packages"]
KINDS: Final[tuple[Kind, ...]] = ("container", "vehicle", "uld", "packages")
_ROAD: Final = "3"
_BOXES: Final[tuple[Kind, ...]] = ("container", "uld")
_OVER: Final = ("cancelled",)


class Unit(msgspec.Struct, frozen=True, order=True):
    """A transport unit at the gate.

    ``number`` is the container's or ULD's number, the vehicle's plate, or of packages the number
    of their transport document (of a declaration without one, its MRN), all as they are compared.
    """

    kind: Kind
    number: str

    @property
    def subject(self) -> str:
        """The subject of what is announced about it."""
        return f"unit:{self.kind}-{self.number}"


def unit(kind: Kind, number: str) -> Unit:
    """Return a unit, its number as it is compared.

    >>> unit("container", "csqu 305438-3")
    Unit(kind='container', number='CSQU3054383')
    """
    return Unit(kind, document_key(number) or number.strip())


def documents_of(one: Unit) -> list[TransportDocument]:
    """Return the live transport documents of a unit that can be declared: no master with houses.

    A container of a master with houses holds those houses that name it, and those that name no
    container at all.
    """
    if one.kind == "packages":
        named = Q(key=one.number)
    elif one.kind == "vehicle":
        journeys = Conveyance.objects.filter(mode=_ROAD, means=one.number)
        named = Q(conveyance__in=journeys) | Q(master__conveyance__in=journeys)
    else:
        standing = Container.objects.filter(number=one.number).values("document_id")
        named = Q(pk__in=standing) | Q(master__in=standing, containers__isnull=True)
    rows = TransportDocument.objects.filter(named, houses=0).exclude(state__in=_OVER)
    return list(rows.distinct().order_by("id"))


def declarations_of(one: Unit) -> list[Declaration]:
    """Return the live declarations that are about a unit, the oldest first."""
    keys = {row.key for row in documents_of(one)}
    about = Q(transport_document__in=keys)
    if one.kind == "packages":
        about |= Q(transport_document=one.number) | Q(mrn=one.number)
    elif one.kind in _BOXES:
        named = DeclaredUnit.objects.filter(number=one.number).values("declaration_id")
        about |= Q(pk__in=named)
    return list(Declaration.objects.filter(about, state__in=LIVE).order_by("id"))


def units_of(declaration: Declaration) -> list[Unit]:
    """Return the units that a declaration is about."""
    key = declaration.transport_document
    found = {Unit("packages", key or declaration.mrn or "")}
    rows = TransportDocument.objects.filter(key=key).exclude(state__in=_OVER)
    document = rows.select_related("conveyance", "master__conveyance").first()
    for number in DeclaredUnit.objects.filter(declaration=declaration).values_list("number"):
        found |= {Unit(kind, number[0]) for kind in _BOXES}
    if not key or document is None:
        return sorted(one for one in found if one.number)
    found |= set(containers_of(document))
    journey = document.conveyance or (document.master.conveyance if document.master else None)
    if journey is not None and journey.mode == _ROAD:
        found.add(Unit("vehicle", journey.means))
    return sorted(found)


def containers_of(document: TransportDocument) -> list[Unit]:
    """Return the containers of a document; of a house that names none, those of its master.

    Each is named as container and as ULD: the cargo report does not tell them apart.
    """
    own = list(_containers(document.pk))
    if not own and document.master_id:
        own = list(_containers(document.master_id))
    return [Unit(kind, number) for number in own for kind in _BOXES]


def _containers(document: int) -> list[str]:
    return list(Container.objects.filter(document=document).values_list("number", flat=True))


def note_declared(declaration: Declaration) -> None:
    """Write down the containers that a declaration names as it stands now."""
    lodgement = lodgement_of(current_version(declaration))
    named = {document_key(one) for item in lodgement.items for one in item.containers} - {""}
    former = DeclaredUnit.objects.filter(declaration=declaration)
    known = set(former.values_list("number", flat=True))
    former.exclude(number__in=named).delete()
    DeclaredUnit.objects.bulk_create(
        DeclaredUnit(declaration=declaration, kind="container", number=number)
        for number in sorted(named - known)
    )
