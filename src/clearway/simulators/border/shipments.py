"""Goods on their way: what is declared of them, and what stands in the cargo report."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from clearway.messages.records import Declaration
from clearway.simulators.conveyances import Conveyance
from clearway.simulators.traders import Trader


class Box(NamedTuple):
    """A container with its seal."""

    number: str
    seal: str


class Difference(NamedTuple):
    """Where a declaration differs from the truth, as an inspector writes it down (C07).

    ``item`` is 0 for goods that stand in no item; ``found`` what is true: a code, a country, an
    amount; ``value`` what undeclared goods are worth, in the invoice's currency.
    """

    code: str
    item: int
    found: str
    value: str = ""


@dataclass
class Cargo:
    """A transport document as the carrier knows it. ``gross`` in grams.

    ``master`` is the number of the master document over a house document, empty without one.
    ``fate`` is how many packages the terminal will find too few (or, negative, too many).
    """

    number: str
    type_code: str
    packages: int
    gross: int
    consignor: str
    consignor_country: str
    consignee: str
    consignee_name: str
    description: str
    boxes: tuple[Box, ...] = ()
    package_type: str = "CT"
    master: str = ""
    fate: int = 0


@dataclass
class Journey:
    """One arrival of one ship, aircraft or lorry, with the documents on board.

    ``number`` is the platform's own, once it is reported; ``parcels`` a flight of parcels.
    """

    reference: str
    carrier: str
    means: Conveyance
    name: str
    voyage: str
    place: str
    expected: datetime
    arrives: datetime
    cargo: list[Cargo] = field(default_factory=list)
    number: int = 0
    parcels: bool = False


@dataclass
class Shipment:
    """One declaration that somebody will lodge.

    ``lodger`` is the actor whose key is used. ``sound`` is the declaration without the mistakes
    of ``declaration``. ``behaviours`` says what he does that he should not, ``differences`` where
    what he declares differs from the truth then; both are known to the simulator alone, and
    nothing that is sent says them.
    """

    lrn: str
    firm: Trader
    lodger: str
    declaration: Declaration
    sound: Declaration
    kind: str
    cargo: Cargo | None = None
    arrives: datetime | None = None
    behaviours: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    mistakes: tuple[str, ...] = ()
    xml: bool = False
    tries: int = 0
    mrn: str = ""


def twin(declaration: Declaration) -> Declaration:
    """Return a copy that may be changed without changing the other."""
    return copy.deepcopy(declaration)


def cargo_of(declaration: Declaration, master: str = "") -> Cargo:
    """Return the transport document that carries what a declaration, still sound, says."""
    shipment = declaration.goods_shipment
    assert shipment is not None
    document = shipment.previous_documents[0]
    boxes = shipment.consignment.transport_equipment if shipment.consignment else ()
    exporter, importer = declaration.exporter, shipment.importer
    assert exporter is not None
    assert importer is not None
    mass, packages = declaration.total_gross_mass_measure, declaration.total_package_quantity
    assert mass is not None
    assert packages is not None
    first = shipment.goods_items[0].commodity
    return Cargo(
        number=document.id or "",
        type_code=document.type_code or "",
        packages=int(packages.value),
        gross=_grams(mass.value),
        consignor=exporter.name or "",
        consignor_country=(exporter.address.country_code or "") if exporter.address else "",
        consignee=importer.id or "",
        consignee_name=importer.name or "",
        description=((first.description if first else "") or "Goods")[:250],
        boxes=tuple(Box(box.id or "", box.seals[0].id or "") for box in boxes),
        master=master,
    )


def _grams(written: str) -> int:
    whole, _, fraction = written.partition(".")
    return int(whole) * 1000 + int((fraction + "000")[:3])


def houses_by_master(cargo: Iterable[Cargo]) -> dict[str, list[Cargo]]:
    """Return the house documents under each master, in the order of the masters' first mention."""
    found: dict[str, list[Cargo]] = {}
    for one in cargo:
        if one.master:
            found.setdefault(one.master, []).append(one)
    return found
