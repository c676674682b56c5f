"""The goods shipment (67A): what belongs to all goods items together.

Fields stand in the order of the WCO Data Model 3.6 schema; the quoted word is the WCO id.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from clearway.messages.formats import (
    Code3,
    Code4,
    Code17,
    ContainerPresence,
    Digit,
    Digits2,
    Id17,
    Id35,
    Id70,
    Letters3,
    MandatorySequence,
    Text35,
    Text70,
    Text256,
)
from clearway.messages.goods import (
    UCR,
    ChargeDeduction,
    Destination,
    ExportCountry,
    GovernmentAgencyGoodsItem,
    PreviousDocument,
)
from clearway.messages.parties import (
    AEOMutualRecognitionParty,
    Buyer,
    Consignee,
    Consignor,
    DomesticDutyTaxParty,
    Importer,
    LocationAddress,
    Payer,
    Seller,
    Surety,
)
from clearway.messages.values import Amount, DateTime, Record


class ArrivalTransportMeans(Record, kw_only=True):
    """Arrival transport means (10A)."""

    wco_class: ClassVar[str] = "10A"

    name: Annotated[Text35, "T001"] = None
    id: Annotated[Id35, "T002"] = None
    identification_type_code: Annotated[Code17, "T034"] = None
    type_code: Annotated[Code4, "T008"] = None
    mode_code: Annotated[Digit, "T020"] = None


class DepartureTransportMeans(Record, kw_only=True):
    """Departure transport means (46A)."""

    wco_class: ClassVar[str] = "46A"

    name: Annotated[Text35, "T003"] = None
    id: Annotated[Id35, "T004"] = None
    identification_type_code: Annotated[Code17, "T029"] = None
    type_code: Annotated[Code4, "T009"] = None
    mode_code: Annotated[Digit, "T021"] = None


class GoodsLocation(Record, kw_only=True):
    """Goods location (64A)."""

    wco_class: ClassVar[str] = "64A"

    name: Annotated[Text256, "L016"] = None
    id: Annotated[Id17, "L017"] = None
    type_code: Annotated[Code3, "L110"] = None
    address: LocationAddress | None = None


class LoadingLocation(Record, kw_only=True):
    """Loading location (83A)."""

    wco_class: ClassVar[str] = "83A"

    name: Annotated[Text256, "L009"] = None
    id: Annotated[Id17, "L010"] = None


class Seal(Record, kw_only=True):
    """Seal (44B)."""

    wco_class: ClassVar[str] = "44B"

    sequence_numeric: Annotated[MandatorySequence, "006"]
    id: Annotated[Id35, "165"] = None


class TransportEquipment(Record, kw_only=True):
    """Transport equipment (31B)."""

    wco_class: ClassVar[str] = "31B"

    sequence_numeric: Annotated[MandatorySequence, "006"]
    id: Annotated[Id17, "159"] = None
    seals: tuple[Seal, ...] = ()


class ShipmentConsignment(Record, kw_only=True):
    """Consignment (28A)."""

    wco_class: ClassVar[str] = "28A"

    container_code: Annotated[ContainerPresence, "096"] = None
    arrival_transport_means: ArrivalTransportMeans | None = None
    departure_transport_means: DepartureTransportMeans | None = None
    goods_location: GoodsLocation | None = None
    loading_location: LoadingLocation | None = None
    transport_equipment: tuple[TransportEquipment, ...] = ()


class ShipmentValuation(Record, kw_only=True):
    """Customs valuation (41A)."""

    wco_class: ClassVar[str] = "41A"

    freight_charge_amount: Annotated[Amount | None, "117"] = None
    charge_deductions: tuple[ChargeDeduction, ...] = ()


class Invoice(Record, kw_only=True):
    """Invoice (78A)."""

    wco_class: ClassVar[str] = "78A"

    id: Annotated[Id70, "D016"] = None
    issue_date_time: Annotated[DateTime | None, "D015"] = None


class TradeTerms(Record, kw_only=True):
    """Trade terms (22B)."""

    wco_class: ClassVar[str] = "22B"

    condition_code: Annotated[Letters3, "090"] = None
    country_relationship_code: Annotated[Code3, "106"] = None
    description: Annotated[Text70, "089"] = None
    location_id: Annotated[Id17, "L002"] = None
    location_name: Annotated[Text256, "L001"] = None


class Warehouse(Record, kw_only=True):
    """Warehouse (43B)."""

    wco_class: ClassVar[str] = "43B"

    id: Annotated[Id35, "L019"] = None
    type_code: Annotated[Code3, "L112"] = None


class GoodsShipment(Record, kw_only=True):
    """Goods shipment (67A)."""

    wco_class: ClassVar[str] = "67A"

    exit_date_time: Annotated[DateTime | None, "024"] = None
    transaction_nature_code: Annotated[Digits2, "103"] = None
    aeo_mutual_recognition_parties: tuple[AEOMutualRecognitionParty, ...] = ()
    buyer: Buyer | None = None
    consignee: Consignee | None = None
    consignment: ShipmentConsignment | None = None
    consignor: Consignor | None = None
    customs_valuation: ShipmentValuation | None = None
    destination: Destination | None = None
    domestic_duty_tax_parties: tuple[DomesticDutyTaxParty, ...] = ()
    export_country: ExportCountry | None = None
    goods_items: Annotated[tuple[GovernmentAgencyGoodsItem, ...], Meta(max_length=999)] = ()
    importer: Importer | None = None
    invoice: Invoice | None = None
    payer: Payer | None = None
    previous_documents: tuple[PreviousDocument, ...] = ()
    seller: Seller | None = None
    surety: Surety | None = None
    trade_terms: TradeTerms | None = None
    ucr: UCR | None = None
    warehouse: Warehouse | None = None
