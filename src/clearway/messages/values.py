"""Values that carry an attribute, and the base of every record.

A number is kept *as written* ("1000.00" is not "1000.0"): what a trader signed can be shown
again letter by letter, and no amount ever passes through a float. ``.decimal`` computes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from clearway.messages.formats import N5, N8, N15, DateFormat, Leaf

# Attribute and tag names that do not follow from the snake_case name.
_ACRONYMS = {
    "id": "ID",
    "undgid": "UNDGID",
    "ucr": "UCR",
    "aeo": "AEO",
    "lpco": "LPCO",
    "wco": "WCO",
}
# Repeated classes have plural names in Python and the class's own name on the wire.
_PLURALS = {
    "additional_documents": "AdditionalDocument",
    "additional_information": "AdditionalInformation",
    "aeo_mutual_recognition_parties": "AEOMutualRecognitionParty",
    "amendments": "Amendment",
    "authorisation_holders": "AuthorisationHolder",
    "charge_deductions": "ChargeDeduction",
    "classifications": "Classification",
    "communications": "Communication",
    "consignment_items": "ConsignmentItem",
    "contact_offices": "ContactOffice",
    "currency_exchanges": "CurrencyExchange",
    "dangerous_goods": "DangerousGoods",
    "domestic_duty_tax_parties": "DomesticDutyTaxParty",
    "duty_tax_fees": "DutyTaxFee",
    "errors": "Error",
    "goods_items": "GovernmentAgencyGoodsItem",
    "government_procedures": "GovernmentProcedure",
    "itineraries": "Itinerary",
    "obligation_guarantees": "ObligationGuarantee",
    "origins": "Origin",
    "packagings": "Packaging",
    "pointers": "Pointer",
    "previous_documents": "PreviousDocument",
    "responses": "Response",
    "seals": "Seal",
    "statuses": "Status",
    "transport_equipment": "TransportEquipment",
    "wco_data_model_version_code": "WCODataModelVersionCode",
    "attributes": "@",
}


def tag_of(attribute: str) -> str:
    """Return the WCO tag of a record's attribute: ``country_code`` → ``CountryCode``."""
    known = _PLURALS.get(attribute)
    if known:
        return known
    return "".join(_ACRONYMS.get(word, word.capitalize()) for word in attribute.split("_"))


class Record(
    msgspec.Struct,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename=tag_of,
    gc=False,
):
    """Base of the WCO classes.

    ``attributes`` holds the rare supplementary attributes of text leaves (``listID``,
    ``schemeID``, ``languageID`` …) by ``Tag@attribute``; in JSON its key is ``@``.
    """

    wco_class: ClassVar[str] = ""

    attributes: dict[str, str] | None = None


class Amount(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """An amount of money as written, ``n..16,3``, with its currency."""

    value: Annotated[str, Leaf("amount", "n..16,3", digits=16, decimals=3)]
    currency: Annotated[str, Meta(min_length=3, max_length=3)] = msgspec.field(
        default="", name="currencyID"
    )

    @property
    def decimal(self) -> Decimal:
        """The exact number, with the exponent it was written with."""
        return Decimal(self.value)


class Quantity(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A mass, volume or other quantity as written, ``n..16,6``, with its unit (UN/ECE Rec 20)."""

    value: Annotated[str, Leaf("quantity", "n..16,6", digits=16, decimals=6)]
    unit: Annotated[str, Meta(min_length=1, max_length=5)] = msgspec.field(
        default="", name="unitCode"
    )

    @property
    def decimal(self) -> Decimal:
        """The exact number, with the exponent it was written with."""
        return Decimal(self.value)


class Count5(Quantity, gc=False):
    """A whole number of up to five digits: goods items, loading lists."""

    value: Annotated[str, Meta(pattern=N5), Leaf("quantity", "n..5", digits=5, decimals=0)]


class Count8(Quantity, gc=False):
    """A whole number of up to eight digits: packages."""

    value: Annotated[str, Meta(pattern=N8), Leaf("quantity", "n..8", digits=8, decimals=0)]


class Count15(Quantity, gc=False):
    """A whole number of up to fifteen digits: length, width, height of a package."""

    value: Annotated[str, Meta(pattern=N15), Leaf("quantity", "n..15", digits=15, decimals=0)]


class DateTime(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A date or instant as written.

    ``format`` is the UN/EDIFACT 2379 code: 102 is ``20260131``, 304 adds the time of day and
    the offset in whole hours, ``20260131093000+07`` or ``…Z``.
    """

    value: Annotated[
        str,
        Leaf("datetime", "an..35", 35),
    ]
    format: DateFormat = msgspec.field(name="formatCode")
