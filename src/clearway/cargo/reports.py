"""What is reported, as plain records: the same whether it came by the API or as EDIFACT.

Masses are whole millionths of a kilogram; instants have their zone.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class ConveyanceReport(msgspec.Struct, frozen=True):
    """A conveyance on its way to the border. See ``models.Conveyance`` for each member."""

    reference: str
    mode: str
    carrier: str
    place: str
    expected_at: datetime
    means: str = ""
    means_name: str = ""
    nationality: str = ""
    journey: str = ""
    departed_at: datetime | None = None


class SealReport(msgspec.Struct, frozen=True):
    """A seal, and who put it on: CA carrier, SH shipper, CU customs, TO terminal."""

    number: str
    party: str = ""


class ContainerReport(msgspec.Struct, frozen=True):
    """A container of a transport document. See ``models.Container``."""

    number: str
    size_type: str = ""
    fullness: str = ""
    packages: int | None = None
    gross_mass: int | None = None
    seals: tuple[SealReport, ...] = ()


class DocumentReport(msgspec.Struct, frozen=True):
    """A transport document; a house document where ``master_number`` is given.

    See ``models.TransportDocument`` for each member. ``conveyance`` is the conveyance's row number;
    a house document is on its master's.
    """

    number: str
    consignor_name: str
    consignee_name: str
    description: str
    packages: int
    gross_mass: int
    conveyance: int | None = None
    master_number: str = ""
    consignor_address: str = ""
    consignee: str = ""
    consignee_address: str = ""
    loading_place: str = ""
    discharge_place: str = ""
    goods_location: str = ""
    package_type: str = ""
    perishable: bool = False
    dangerous_goods: tuple[str, ...] = ()
    containers: tuple[ContainerReport, ...] = ()


class PreLoadingReport(msgspec.Struct, frozen=True):
    """Air pre-loading data, the "7+1": seven data and the house air waybill's number."""

    house_number: str
    consignor_name: str
    consignor_address: str
    consignee_name: str
    consignee_address: str
    pieces: int
    gross_mass: int
    description: str
    departure_at: datetime
    origin_country: str = ""
