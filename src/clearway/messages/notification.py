"""The notification (response message, RES): what the authority tells the trader.

Fields stand in the order of the WCO Data Model 3.6 schema; the quoted word is the WCO id.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from clearway.messages.formats import (
    Code3e,
    Code8e,
    Code17e,
    Digits2,
    Id4e,
    Id9e,
    Id17e,
    Id35e,
    Id50e,
    Id70e,
    MandatorySequence,
    Sequence,
    TaxRate,
    Text512e,
)
from clearway.messages.values import Amount, DateTime, Quantity, Record


class NotifiedPointer(Record, kw_only=True):
    """Pointer (97A)."""

    wco_class: ClassVar[str] = "97A"

    sequence_numeric: Annotated[Sequence, "006"] = None
    document_section_code: Annotated[Code3e, "375"] = None
    tag_id: Annotated[Id4e, "381"] = None


class NotifiedAdditionalInformation(Record, kw_only=True):
    """Additional information (03A)."""

    wco_class: ClassVar[str] = "03A"

    statement_code: Annotated[Code17e, "226"] = None
    statement_description: Annotated[Text512e, "225"] = None
    limit_date_time: Annotated[DateTime | None, "264"] = None
    statement_type_code: Annotated[Code3e, "369"] = None
    pointers: tuple[NotifiedPointer, ...] = ()


class NotifiedAmendment(Record, kw_only=True):
    """Amendment (06A)."""

    wco_class: ClassVar[str] = "06A"

    change_reason_code: Annotated[Code3e, "099"] = None
    pointers: tuple[NotifiedPointer, ...] = ()


class AppealOffice(Record, kw_only=True):
    """Appeal office (07A)."""

    wco_class: ClassVar[str] = "07A"

    id: Annotated[Id17e, "G001"] = None


class Bank(Record, kw_only=True):
    """Bank (14A)."""

    wco_class: ClassVar[str] = "14A"

    reference_id: Annotated[Id17e, "R069"] = None
    id: Annotated[Id35e, "372"] = None


class NotifiedCommunication(Record, kw_only=True):
    """Communication (25A)."""

    wco_class: ClassVar[str] = "25A"

    id: Annotated[Id50e, "240"] = None
    type_code: Annotated[Code3e, "253"] = None


class ContactOffice(Record, kw_only=True):
    """Contact office (35A)."""

    wco_class: ClassVar[str] = "35A"

    id: Annotated[Id17e, "G002"] = None
    communications: tuple[NotifiedCommunication, ...] = ()


class ResponseError(Record, kw_only=True):
    """Error (53A)."""

    wco_class: ClassVar[str] = "53A"

    description: Annotated[Text512e, "488"] = None
    validation_code: Annotated[Code8e, "377"] = None
    pointers: tuple[NotifiedPointer, ...] = ()


class ResponseStatus(Record, kw_only=True):
    """Status (12B)."""

    wco_class: ClassVar[str] = "12B"

    effective_date_time: Annotated[DateTime | None, "380"] = None
    name_code: Annotated[Code3e, "379"] = None
    release_date_time: Annotated[DateTime | None, "277"] = None
    pointers: tuple[NotifiedPointer, ...] = ()


class NotifiedObligationGuarantee(Record, kw_only=True):
    """Obligation guarantee (90A)."""

    wco_class: ClassVar[str] = "90A"

    reference_id: Annotated[Id35e, "100"] = None


class NotifiedPayment(Record, kw_only=True):
    """Payment (94A)."""

    wco_class: ClassVar[str] = "94A"

    reference_id: Annotated[Id35e, "014"] = None
    tax_assessed_amount: Annotated[Amount | None, "120"] = None
    due_date_time: Annotated[DateTime | None, "376"] = None
    payment_amount: Annotated[Amount | None, "378"] = None
    obligation_guarantees: tuple[NotifiedObligationGuarantee, ...] = ()


class NotifiedTax(Record, kw_only=True):
    """Duty tax fee (50A)."""

    wco_class: ClassVar[str] = "50A"

    payment: NotifiedPayment | None = None


class NotifiedItemPayment(Record, kw_only=True):
    """Payment (94A)."""

    wco_class: ClassVar[str] = "94A"

    tax_assessed_amount: Annotated[Amount | None, "120"] = None
    payment_amount: Annotated[Amount | None, "378"] = None


class NotifiedItemTax(Record, kw_only=True):
    """Duty tax fee (50A)."""

    wco_class: ClassVar[str] = "50A"

    ad_valorem_tax_base_amount: Annotated[Amount | None, "116"] = None
    deduct_amount: Annotated[Amount | None, "111"] = None
    duty_regime_code: Annotated[Code3e, "164"] = None
    specific_tax_base_quantity: Annotated[Quantity | None, "129"] = None
    tax_rate_numeric: Annotated[TaxRate, "115"] = None
    type_code: Annotated[Code3e, "113"] = None
    payment: NotifiedItemPayment | None = None


class NotifiedCommodity(Record, kw_only=True):
    """Commodity (23A)."""

    wco_class: ClassVar[str] = "23A"

    duty_tax_fees: tuple[NotifiedItemTax, ...] = ()


class NotifiedGovernmentAgencyGoodsItem(Record, kw_only=True):
    """Government agency goods item (68A)."""

    wco_class: ClassVar[str] = "68A"

    sequence_numeric: Annotated[MandatorySequence, "006"]
    commodity: NotifiedCommodity | None = None


class NotifiedGoodsShipment(Record, kw_only=True):
    """Goods shipment (67A)."""

    wco_class: ClassVar[str] = "67A"

    goods_items: tuple[NotifiedGovernmentAgencyGoodsItem, ...] = ()


class NotifiedDeclaration(Record, kw_only=True):
    """Declaration (42A)."""

    wco_class: ClassVar[str] = "42A"

    acceptance_date_time: Annotated[DateTime | None, "023"] = None
    cancellation_date_time: Annotated[DateTime | None, "373"] = None
    functional_reference_id: Annotated[Id35e, "D026"] = None
    id: Annotated[Id70e, "D014"] = None
    rejection_date_time: Annotated[DateTime | None, "374"] = None
    version_id: Annotated[Id9e, "383"] = None
    duty_tax_fees: tuple[NotifiedTax, ...] = ()
    goods_shipment: NotifiedGoodsShipment | None = None


class Response(Record, kw_only=True):
    """Response (07B)."""

    wco_class: ClassVar[str] = "07B"

    function_code: Annotated[Digits2, "017"]
    functional_reference_id: Annotated[Id35e, "D026"] = None
    issue_date_time: Annotated[DateTime | None, "D029"] = None
    additional_information: tuple[NotifiedAdditionalInformation, ...] = ()
    amendments: tuple[NotifiedAmendment, ...] = ()
    appeal_office: AppealOffice | None = None
    bank: Bank | None = None
    contact_offices: tuple[ContactOffice, ...] = ()
    errors: tuple[ResponseError, ...] = ()
    statuses: tuple[ResponseStatus, ...] = ()
    declaration: NotifiedDeclaration | None = None
