"""A goods item (68A) and everything under it: commodity, duty, documents, packages.

Fields stand in the order of the WCO Data Model 3.6 schema; the quoted word is the WCO id.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from clearway.messages.formats import (
    Code2,
    Code3,
    Code4,
    Code7,
    Code17,
    Country,
    Digits2,
    DigitsId4,
    Id9,
    Id17,
    Id18,
    Id35,
    Id70,
    Id512,
    Letter,
    MandatorySequence,
    Sequence,
    TaxRate,
    Text35,
    Text256,
    Text512,
)
from clearway.messages.parties import (
    AEOMutualRecognitionParty,
    Buyer,
    Consignee,
    Consignor,
    DomesticDutyTaxParty,
    IssuingAuthority,
    Seller,
)
from clearway.messages.values import Amount, Count8, Count15, DateTime, Quantity, Record


class ChargeDeduction(Record, kw_only=True):
    """Charge deduction (58B)."""

    wco_class: ClassVar[str] = "58B"

    charges_type_code: Annotated[Code3, "371"] = None
    other_charge_deduction_amount: Annotated[Amount | None, "181"] = None


class Destination(Record, kw_only=True):
    """Destination (99B)."""

    wco_class: ClassVar[str] = "99B"

    country_code: Annotated[Country, "465"] = None
    region_id: Annotated[Id9, "477"] = None


class ExportCountry(Record, kw_only=True):
    """Export country (95B)."""

    wco_class: ClassVar[str] = "95B"

    id: Annotated[Country, "062"] = None


class PreviousDocument(Record, kw_only=True):
    """Previous document (99A)."""

    wco_class: ClassVar[str] = "99A"

    category_code: Annotated[Code3, "D031"] = None
    id: Annotated[Id70, "D018"] = None
    type_code: Annotated[Code3, "D019"] = None
    line_numeric: Annotated[Sequence, "171"] = None


class UCR(Record, kw_only=True):
    """UCR (35B)."""

    wco_class: ClassVar[str] = "35B"

    id: Annotated[Id35, "016"] = None
    trader_assigned_reference_id: Annotated[Id35, "009"] = None


class WriteOff(Record, kw_only=True):
    """Write off (22C)."""

    wco_class: ClassVar[str] = "22C"

    quantity_quantity: Annotated[Quantity | None, "502"] = None
    amount_amount: Annotated[Amount | None, "503"] = None


class AdditionalDocument(Record, kw_only=True):
    """Additional document (02A)."""

    wco_class: ClassVar[str] = "02A"

    category_code: Annotated[Code3, "D031"] = None
    effective_date_time: Annotated[DateTime | None, "276"] = None
    id: Annotated[Id70, "D005"] = None
    name: Annotated[Text35, "D028"] = None
    type_code: Annotated[Code3, "D006"] = None
    lpco_exemption_code: Annotated[Code3, "360"] = None
    submitter: IssuingAuthority | None = None
    write_off: WriteOff | None = None


class AdditionalInformation(Record, kw_only=True):
    """Additional information (03A)."""

    wco_class: ClassVar[str] = "03A"

    statement_code: Annotated[Code17, "226"] = None
    statement_description: Annotated[Text512, "225"] = None
    statement_type_code: Annotated[Code3, "369"] = None


class Classification(Record, kw_only=True):
    """Classification (21A)."""

    wco_class: ClassVar[str] = "21A"

    id: Annotated[Id18, "145"] = None
    identification_type_code: Annotated[Code3, ""] = None


class DangerousGoods(Record, kw_only=True):
    """Dangerous goods (12C)."""

    wco_class: ClassVar[str] = "12C"

    undgid: Annotated[DigitsId4, "506"] = None


class Payment(Record, kw_only=True):
    """Payment (94A)."""

    wco_class: ClassVar[str] = "94A"

    method_code: Annotated[Letter, "107"] = None
    tax_assessed_amount: Annotated[Amount | None, "120"] = None
    payment_amount: Annotated[Amount | None, "378"] = None


class DutyTaxFee(Record, kw_only=True):
    """Duty tax fee (50A)."""

    wco_class: ClassVar[str] = "50A"

    ad_valorem_tax_base_amount: Annotated[Amount | None, "116"] = None
    deduct_amount: Annotated[Amount | None, "111"] = None
    duty_regime_code: Annotated[Code3, "164"] = None
    specific_tax_base_quantity: Annotated[Quantity | None, "129"] = None
    tax_rate_numeric: Annotated[TaxRate, "115"] = None
    type_code: Annotated[Code3, "113"] = None
    quota_order_id: Annotated[Id17, "401"] = None
    payment: Payment | None = None


class GoodsMeasure(Record, kw_only=True):
    """Goods measure (65A)."""

    wco_class: ClassVar[str] = "65A"

    gross_mass_measure: Annotated[Quantity | None, "126"] = None
    net_net_weight_measure: Annotated[Quantity | None, "128"] = None
    tariff_quantity: Annotated[Quantity | None, "130"] = None


class InvoiceLine(Record, kw_only=True):
    """Invoice line (79A)."""

    wco_class: ClassVar[str] = "79A"

    item_charge_amount: Annotated[Amount | None, "112"] = None


class ItemTransportEquipment(Record, kw_only=True):
    """Transport equipment (31B)."""

    wco_class: ClassVar[str] = "31B"

    sequence_numeric: Annotated[MandatorySequence, "006"]
    id: Annotated[Id17, "159"] = None


class Commodity(Record, kw_only=True):
    """Commodity (23A)."""

    wco_class: ClassVar[str] = "23A"

    description: Annotated[Text512, "137"] = None
    classifications: tuple[Classification, ...] = ()
    dangerous_goods: tuple[DangerousGoods, ...] = ()
    duty_tax_fees: tuple[DutyTaxFee, ...] = ()
    goods_measure: GoodsMeasure | None = None
    invoice_line: InvoiceLine | None = None
    transport_equipment: tuple[ItemTransportEquipment, ...] = ()


class CustomsValuation(Record, kw_only=True):
    """Customs valuation (41A)."""

    wco_class: ClassVar[str] = "41A"

    method_code: Annotated[Code3, "122"] = None
    charge_deductions: tuple[ChargeDeduction, ...] = ()


class GovernmentProcedure(Record, kw_only=True):
    """Government procedure (70A)."""

    wco_class: ClassVar[str] = "70A"

    current_code: Annotated[Code7, "166"] = None
    previous_code: Annotated[Code7, "161"] = None


class Origin(Record, kw_only=True):
    """Origin (92A)."""

    wco_class: ClassVar[str] = "92A"

    country_code: Annotated[Code4, "063"] = None
    region_id: Annotated[Id9, "066"] = None
    type_code: Annotated[Code3, "501"] = None


class Packaging(Record, kw_only=True):
    """Packaging (93A)."""

    wco_class: ClassVar[str] = "93A"

    sequence_numeric: Annotated[MandatorySequence, "006"]
    marks_numbers_id: Annotated[Id512, "142"] = None
    quantity_quantity: Annotated[Count8 | None, "144"] = None
    type_code: Annotated[Code2, "141"] = None
    packing_material_description: Annotated[Text256, "344"] = None
    length_measure: Annotated[Count15 | None, "367"] = None
    width_measure: Annotated[Count15 | None, "368"] = None
    height_measure: Annotated[Count15 | None, "402"] = None
    volume_measure: Annotated[Quantity | None, "395"] = None


class ValuationAdjustment(Record, kw_only=True):
    """Valuation adjustment (39B)."""

    wco_class: ClassVar[str] = "39B"

    addition_code: Annotated[Code4, "188"] = None


class GovernmentAgencyGoodsItem(Record, kw_only=True):
    """Government agency goods item (68A)."""

    wco_class: ClassVar[str] = "68A"

    customs_value_amount: Annotated[Amount | None, "108"] = None
    sequence_numeric: Annotated[MandatorySequence, "006"]
    statistical_value_amount: Annotated[Amount | None, "114"] = None
    transaction_nature_code: Annotated[Digits2, "103"] = None
    additional_documents: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    aeo_mutual_recognition_parties: tuple[AEOMutualRecognitionParty, ...] = ()
    buyer: Buyer | None = None
    commodity: Commodity | None = None
    consignee: Consignee | None = None
    consignor: Consignor | None = None
    customs_valuation: CustomsValuation | None = None
    destination: Destination | None = None
    domestic_duty_tax_parties: tuple[DomesticDutyTaxParty, ...] = ()
    export_country: ExportCountry | None = None
    government_procedures: tuple[GovernmentProcedure, ...] = ()
    origins: tuple[Origin, ...] = ()
    packagings: tuple[Packaging, ...] = ()
    previous_documents: tuple[PreviousDocument, ...] = ()
    seller: Seller | None = None
    ucr: UCR | None = None
    valuation_adjustment: ValuationAdjustment | None = None
