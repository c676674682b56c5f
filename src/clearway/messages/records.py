"""The declaration (42A) as a tree of records, one class per WCO class, and its envelope.

Fields stand in the order of the WCO Data Model 3.6 schema; the quoted word is the WCO id.
A class that has different members in different places has a class for each place, named by
the place (``DeclarationDocument`` is the 02A of the header). ``None`` and ``()`` are absent.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from clearway.messages.formats import (
    Code3,
    Code4,
    Code17,
    Country,
    Digit,
    EnvelopeCode,
    EnvelopeText,
    Id4,
    Id5,
    Id17,
    Id35,
    Id70,
    Letters3,
    MandatorySequence,
    MessageFunction,
    Rate12_5,
    Sequence,
    Text35,
    Text70,
    Text256,
    Text512,
)
from clearway.messages.notification import Response
from clearway.messages.parties import (
    Agent,
    AuthorisationHolder,
    Carrier,
    ConsignmentConsignor,
    Declarant,
    Exporter,
    Submitter,
)
from clearway.messages.shipment import GoodsShipment
from clearway.messages.values import Amount, Count5, Count8, DateTime, Quantity, Record


class Authenticator(Record, kw_only=True):
    """Authenticator (12A)."""

    wco_class: ClassVar[str] = "12A"

    name: Annotated[Text70, "R007"] = None


class Authentication(Record, kw_only=True):
    """Authentication (61B)."""

    wco_class: ClassVar[str] = "61B"

    authentication: Annotated[Text256, "104"] = None
    authenticator: Authenticator | None = None


class DeclarationDocument(Record, kw_only=True):
    """Additional document (02A)."""

    wco_class: ClassVar[str] = "02A"

    category_code: Annotated[Code3, "D031"] = None
    id: Annotated[Id70, "D005"] = None
    type_code: Annotated[Code3, "D006"] = None


class Pointer(Record, kw_only=True):
    """Pointer (97A)."""

    wco_class: ClassVar[str] = "97A"

    sequence_numeric: Annotated[Sequence, "006"] = None
    document_section_code: Annotated[Code3, "375"] = None
    tag_id: Annotated[Id4, "381"] = None


class DeclarationInformation(Record, kw_only=True):
    """Additional information (03A)."""

    wco_class: ClassVar[str] = "03A"

    statement_code: Annotated[Code17, "226"] = None
    statement_description: Annotated[Text512, "225"] = None
    statement_type_code: Annotated[Code3, "369"] = None
    pointers: tuple[Pointer, ...] = ()


class Amendment(Record, kw_only=True):
    """Amendment (06A)."""

    wco_class: ClassVar[str] = "06A"

    change_reason_code: Annotated[Code3, "099"] = None
    pointers: tuple[Pointer, ...] = ()


class BorderTransportMeans(Record, kw_only=True):
    """Border transport means (15A)."""

    wco_class: ClassVar[str] = "15A"

    name: Annotated[Text35, "T005"] = None
    id: Annotated[Id35, "T006"] = None
    identification_type_code: Annotated[Code17, "T018"] = None
    type_code: Annotated[Code4, "T010"] = None
    registration_nationality_code: Annotated[Country, "T014"] = None
    mode_code: Annotated[Digit, "T022"] = None


class Freight(Record, kw_only=True):
    """Freight (62A)."""

    wco_class: ClassVar[str] = "62A"

    payment_method_code: Annotated[Code3, "098"] = None


class ConsignmentItem(Record, kw_only=True):
    """Consignment item (29A)."""

    wco_class: ClassVar[str] = "29A"

    sequence_numeric: Annotated[MandatorySequence, "006"]
    consignor: ConsignmentConsignor | None = None
    freight: Freight | None = None


class Itinerary(Record, kw_only=True):
    """Itinerary (81A)."""

    wco_class: ClassVar[str] = "81A"

    sequence_numeric: Annotated[MandatorySequence, "006"]
    routing_country_code: Annotated[Country, "064"] = None


class Consignment(Record, kw_only=True):
    """Consignment (28A)."""

    wco_class: ClassVar[str] = "28A"

    carrier: Carrier | None = None
    consignment_items: Annotated[tuple[ConsignmentItem, ...], Meta(max_length=999)] = ()
    consignor: ConsignmentConsignor | None = None
    freight: Freight | None = None
    itineraries: tuple[Itinerary, ...] = ()


class CurrencyExchange(Record, kw_only=True):
    """Currency exchange (40A)."""

    wco_class: ClassVar[str] = "40A"

    currency_type_code: Annotated[Letters3, "135"] = None
    rate_numeric: Annotated[Rate12_5, "118"] = None


class ExitOffice(Record, kw_only=True):
    """Exit office (56A)."""

    wco_class: ClassVar[str] = "56A"

    id: Annotated[Id17, "G005"] = None


class GuaranteeOffice(Record, kw_only=True):
    """Guarantee office (14C)."""

    wco_class: ClassVar[str] = "14C"

    id: Annotated[Id17, "G014"] = None


class ObligationGuarantee(Record, kw_only=True):
    """Obligation guarantee (90A)."""

    wco_class: ClassVar[str] = "90A"

    amount_amount: Annotated[Amount | None, "492"] = None
    id: Annotated[Id70, "D014"] = None
    reference_id: Annotated[Id35, "100"] = None
    security_details_code: Annotated[Code3, "101"] = None
    access_code: Annotated[Code4, "499"] = None
    guarantee_office: GuaranteeOffice | None = None


class PresentationOffice(Record, kw_only=True):
    """Presentation office (15C)."""

    wco_class: ClassVar[str] = "15C"

    id: Annotated[Id17, "G015"] = None


class SupervisingOffice(Record, kw_only=True):
    """Supervising office (97B)."""

    wco_class: ClassVar[str] = "97B"

    id: Annotated[Id17, "G012"] = None


class Declaration(Record, kw_only=True):
    """Declaration (42A)."""

    wco_class: ClassVar[str] = "42A"

    acceptance_date_time: Annotated[DateTime | None, "023"] = None
    function_code: Annotated[MessageFunction, "017"]
    functional_reference_id: Annotated[Id35, "D026"] = None
    id: Annotated[Id70, "D014"] = None
    issue_date_time: Annotated[DateTime | None, "D011"] = None
    issue_location_id: Annotated[Id5, "D012"] = None
    type_code: Annotated[Code3, "D013"] = None
    goods_item_quantity: Annotated[Count5 | None, "228"] = None
    declaration_office_id: Annotated[Id17, "065"] = None
    invoice_amount: Annotated[Amount | None, "109"] = None
    loading_list_quantity: Annotated[Count5 | None, "013"] = None
    total_gross_mass_measure: Annotated[Quantity | None, "131"] = None
    total_package_quantity: Annotated[Count8 | None, "146"] = None
    specific_circumstances_code_code: Annotated[Code3, "504"] = None
    authentication: Authentication | None = None
    submitter: Submitter | None = None
    additional_documents: tuple[DeclarationDocument, ...] = ()
    additional_information: tuple[DeclarationInformation, ...] = ()
    agent: Agent | None = None
    amendments: tuple[Amendment, ...] = ()
    authorisation_holders: tuple[AuthorisationHolder, ...] = ()
    border_transport_means: BorderTransportMeans | None = None
    consignment: Consignment | None = None
    currency_exchanges: tuple[CurrencyExchange, ...] = ()
    declarant: Declarant | None = None
    exit_office: ExitOffice | None = None
    exporter: Exporter | None = None
    goods_shipment: GoodsShipment | None = None
    obligation_guarantees: tuple[ObligationGuarantee, ...] = ()
    presentation_office: PresentationOffice | None = None
    supervising_office: SupervisingOffice | None = None


class MetaData(Record, kw_only=True):
    """The envelope of a message: which model and version, who is responsible, what it carries.

    A declaration message has ``declaration``, a notification one or more ``responses``.
    """

    wco_class: ClassVar[str] = "DMD"

    wco_data_model_version_code: Annotated[EnvelopeCode, "9010"] = None
    wco_type_name: Annotated[EnvelopeText, "9013"] = None
    responsible_country_code: Annotated[EnvelopeCode, "9014"] = None
    responsible_agency_name: Annotated[EnvelopeText, "9016"] = None
    agency_assigned_customization_code: Annotated[EnvelopeCode, "9000"] = None
    agency_assigned_customization_version_code: Annotated[EnvelopeCode, "9017"] = None
    declaration: Declaration | None = None
    responses: tuple[Response, ...] = ()
