"""Parties of a declaration: who declares, sells, buys, carries, pays; their addresses.

Fields stand in the order of the WCO Data Model 3.6 schema; the quoted word is the WCO id.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from clearway.messages.formats import Code3, Code4, Code9, Country, Id9, Id17, Id50, Text35, Text70
from clearway.messages.values import Record


class Address(Record, kw_only=True):
    """Address (04A)."""

    wco_class: ClassVar[str] = "04A"

    city_name: Annotated[Text35, "241"] = None
    country_code: Annotated[Country, "242"] = None
    country_sub_division_code: Annotated[Code9, "244"] = None
    country_sub_division_name: Annotated[Text35, "243"] = None
    line: Annotated[Text70, "239"] = None
    postcode_id: Annotated[Id9, "245"] = None


class ConsignmentAddress(Record, kw_only=True):
    """Address (04A)."""

    wco_class: ClassVar[str] = "04A"

    type_code: Annotated[Code3, "410"] = None
    city_name: Annotated[Text35, "241"] = None
    country_code: Annotated[Country, "242"] = None
    country_sub_division_code: Annotated[Code9, "244"] = None
    country_sub_division_name: Annotated[Text35, "243"] = None
    line: Annotated[Text70, "239"] = None
    postcode_id: Annotated[Id9, "245"] = None


class LocationAddress(Record, kw_only=True):
    """Address (04A)."""

    wco_class: ClassVar[str] = "04A"

    type_code: Annotated[Code3, "410"] = None
    city_name: Annotated[Text35, "241"] = None
    country_code: Annotated[Country, "242"] = None
    line: Annotated[Text70, "239"] = None
    postcode_id: Annotated[Id9, "245"] = None


class Communication(Record, kw_only=True):
    """Communication (25A)."""

    wco_class: ClassVar[str] = "25A"

    id: Annotated[Id50, "240"] = None
    type_code: Annotated[Code3, "253"] = None


class Contact(Record, kw_only=True):
    """Contact (34A)."""

    wco_class: ClassVar[str] = "34A"

    name: Annotated[Text70, "246"] = None


class Submitter(Record, kw_only=True):
    """Submitter (17B)."""

    wco_class: ClassVar[str] = "17B"

    name: Annotated[Text70, "R058"] = None
    id: Annotated[Id17, "R059"] = None
    address: Address | None = None


class IssuingAuthority(Record, kw_only=True):
    """Submitter (17B)."""

    wco_class: ClassVar[str] = "17B"

    name: Annotated[Text70, "R058"] = None
    role_code: Annotated[Code3, "R005"] = None


class Agent(Record, kw_only=True):
    """Agent (05A)."""

    wco_class: ClassVar[str] = "05A"

    name: Annotated[Text70, "R003"] = None
    id: Annotated[Id17, "R004"] = None
    function_code: Annotated[Code3, "102"] = None
    address: Address | None = None


class Carrier(Record, kw_only=True):
    """Carrier (18A)."""

    wco_class: ClassVar[str] = "18A"

    name: Annotated[Text70, "R011"] = None
    id: Annotated[Id17, "R012"] = None
    address: Address | None = None
    communication: Communication | None = None


class ConsignmentConsignor(Record, kw_only=True):
    """Consignor (30A)."""

    wco_class: ClassVar[str] = "30A"

    name: Annotated[Text70, "R020"] = None
    id: Annotated[Id17, "R021"] = None
    address: ConsignmentAddress | None = None


class Declarant(Record, kw_only=True):
    """Declarant (57B)."""

    wco_class: ClassVar[str] = "57B"

    name: Annotated[Text70, "R124"] = None
    id: Annotated[Id17, "R123"] = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Exporter(Record, kw_only=True):
    """Exporter (57A)."""

    wco_class: ClassVar[str] = "57A"

    name: Annotated[Text70, "R031"] = None
    id: Annotated[Id17, "R032"] = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class AEOMutualRecognitionParty(Record, kw_only=True):
    """AEOMutual recognition party (16C)."""

    wco_class: ClassVar[str] = "16C"

    id: Annotated[Id17, "R143"] = None
    role_code: Annotated[Code3, "R005"] = None


class Buyer(Record, kw_only=True):
    """Buyer (16A)."""

    wco_class: ClassVar[str] = "16A"

    name: Annotated[Text70, "R009"] = None
    id: Annotated[Id17, "R010"] = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Consignee(Record, kw_only=True):
    """Consignee (27A)."""

    wco_class: ClassVar[str] = "27A"

    name: Annotated[Text70, "R014"] = None
    id: Annotated[Id17, "R015"] = None
    address: Address | None = None


class Consignor(Record, kw_only=True):
    """Consignor (30A)."""

    wco_class: ClassVar[str] = "30A"

    name: Annotated[Text70, "R020"] = None
    id: Annotated[Id17, "R021"] = None
    address: Address | None = None


class DomesticDutyTaxParty(Record, kw_only=True):
    """Domestic duty tax party (55B)."""

    wco_class: ClassVar[str] = "55B"

    id: Annotated[Id17, "R119"] = None
    role_code: Annotated[Code3, "R005"] = None


class Importer(Record, kw_only=True):
    """Importer (74A)."""

    wco_class: ClassVar[str] = "74A"

    name: Annotated[Text70, "R037"] = None
    id: Annotated[Id17, "R038"] = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Payer(Record, kw_only=True):
    """Payer (56B)."""

    wco_class: ClassVar[str] = "56B"

    name: Annotated[Text70, "R120"] = None
    id: Annotated[Id17, "R121"] = None
    address: Address | None = None


class Seller(Record, kw_only=True):
    """Seller (09B)."""

    wco_class: ClassVar[str] = "09B"

    name: Annotated[Text70, "R050"] = None
    id: Annotated[Id17, "R051"] = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class Surety(Record, kw_only=True):
    """Surety (19B)."""

    wco_class: ClassVar[str] = "19B"

    name: Annotated[Text70, "R054"] = None
    id: Annotated[Id17, "R055"] = None
    address: Address | None = None


class AuthorisationHolder(Record, kw_only=True):
    """Authorisation holder (17C)."""

    wco_class: ClassVar[str] = "17C"

    id: Annotated[Id17, "R144"] = None
    category_code: Annotated[Code4, "R145"] = None
