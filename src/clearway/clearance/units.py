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
from clearway.declarations.models import Declaration
from clearway.declarations.queries import LIVE

Kind = Literal["container", "vehicle", "uld", "packages"]
KINDS: Final[tuple[Kind, ...]] = ("container", "vehicle", "uld", "packages")
_ROAD: Final = "3"
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
    return list(Declaration.objects.filter(about, state__in=LIVE).order_by("id"))


def units_of(declaration: Declaration) -> list[Unit]:
    """Return the units that a declaration is about."""
    key = declaration.transport_document
    found = {Unit("packages", key or declaration.mrn or "")}
    document = TransportDocument.objects.filter(key=key).exclude(state__in=_OVER).first()
    if not key or document is None:
        return sorted(one for one in found if one.number)
    own = list(_containers(document.pk))
    if not own and document.master_id:
        own = list(_containers(document.master_id))
    found |= {Unit("container", number) for number in own}
    found |= {Unit("uld", number) for number in own}
    journey = document.conveyance or (document.master.conveyance if document.master else None)
    if journey is not None and journey.mode == _ROAD:
        found.add(Unit("vehicle", journey.means))
    return sorted(found)


def _containers(document: int) -> list[str]:
    return list(Container.objects.filter(document=document).values_list("number", flat=True))
