"""Where each datum stands in the WCO Data Model: the pointer of every field of a lodgement.

A pointer is the path of class identifiers from the declaration down and the identifier of the
element: ``42A/67A/68A[2]/92A:063`` is the country of origin of the second goods item. The
numbers are those that the WCO Data Model 3.6 gives its classes and elements.

Conventions. A goods item always has its position, counted from 1. Another class that may occur
several times has a position where the field of a lodgement is a list; origin has none, as the
kernel knows one non-preferential origin, and the preferential one is ``92A[2]``. A field that
gathers several elements points to the class. Text that the kernel splits (type code, procedure)
points to the element it came from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

ITEM: Final = "42A/67A/68A[{i}]"

_PARTY_TAGS: Final = {
    "declarant": ("42A/57B", "R123", "R124"),
    "agent": ("42A/05A", "R004", "R003"),
    "carrier": ("42A/28A/18A", "R012", "R011"),
    "importer": ("42A/67A/74A", "R038", "R037"),
    "exporter": ("42A/57A", "R032", "R031"),
    "consignor": ("42A/28A/30A", "R021", "R020"),
    "consignee": ("42A/67A/27A", "R015", "R014"),
    "seller": ("42A/67A/09B", "R051", "R050"),
    "buyer": ("42A/67A/16A", "R010", "R009"),
    "items.consignor": (f"{ITEM}/30A", "R021", "R020"),
    "items.consignee": (f"{ITEM}/27A", "R015", "R014"),
    "items.seller": (f"{ITEM}/09B", "R051", "R050"),
    "items.buyer": (f"{ITEM}/16A", "R010", "R009"),
}

_DECLARATION: Final = {
    "lrn": "42A:D026",
    "id": "42A:D014",
    "function_code": "42A:017",
    "type_code": "42A:D013",
    "direction": "42A:D013",
    "additional_type": "42A:D013",
    "legal_date": "42A:023",
    "acceptance_text": "42A:023",
    "acceptance_format": "42A:023",
    "issue_text": "42A:D011",
    "issue_format": "42A:D011",
    "office": "42A:065",
    "exit_office": "42A/56A:G005",
    "presentation_office": "42A/15C:G015",
    "supervising_office": "42A/97B:G012",
    "item_count": "42A:228",
    "total_packages": "42A:146",
    "total_gross_mass": "42A:131",
    "invoice_amount": "42A:109",
    "invoice_currency": "42A:109",
    "exchange_rates": "42A/40A[{n}]",
    "exchange_rates.currency": "42A/40A[{n}]:135",
    "exchange_rates.rate": "42A/40A[{n}]:118",
    "agent_status": "42A/05A:102",
    "aeo_parties": "42A/67A/16C[{n}]",
    "aeo_parties.id": "42A/67A/16C[{n}]:R143",
    "aeo_parties.role": "42A/67A/16C[{n}]:R005",
    "duty_tax_parties": "42A/67A/55B[{n}]",
    "duty_tax_parties.id": "42A/67A/55B[{n}]:R119",
    "duty_tax_parties.role": "42A/67A/55B[{n}]:R005",
    "authorisations": "42A/17C[{n}]",
    "authorisations.id": "42A/17C[{n}]:R144",
    "authorisations.category": "42A/17C[{n}]:R145",
    "guarantees": "42A/90A[{n}]",
    "guarantees.type": "42A/90A[{n}]:101",
    "guarantees.reference": "42A/90A[{n}]:100",
    "border_mode": "42A/15A:T022",
    "border_nationality": "42A/15A:T014",
    "border_means_id": "42A/15A:T006",
    "border_means_type": "42A/15A:T018",
    "arrival_means_id": "42A/67A/28A/10A:T002",
    "arrival_means_type": "42A/67A/28A/10A:T034",
    "container_indicator": "42A/67A/28A:096",
    "containers": "42A/67A/28A/31B[{n}]:159",
    "seals": "42A/67A/28A/31B/44B[{n}]:165",
    "loading_location": "42A/67A/28A/83A:L010",
    "goods_location": "42A/67A/28A/64A:L017",
    "goods_location_country": "42A/67A/28A/64A/04A:242",
    "export_country": "42A/67A/95B:062",
    "destination_country": "42A/67A/99B:465",
    "routing_countries": "42A/28A/81A[{n}]:064",
    "transaction_nature": "42A/67A:103",
    "incoterm": "42A/67A/22B:090",
    "incoterm_place": "42A/67A/22B:L002",
    "freight_amount": "42A/67A/41A:117",
    "freight_currency": "42A/67A/41A:117",
    "charges": "42A/67A/41A/58B[{n}]",
    "charges.type_code": "42A/67A/41A/58B[{n}]:371",
    "charges.amount": "42A/67A/41A/58B[{n}]:181",
    "charges.currency": "42A/67A/41A/58B[{n}]:181",
    "warehouse": "42A/67A/43B:L019",
    "ucr": "42A/67A/35B:016",
    "statements": "42A/03A[{n}]",
    "statements.code": "42A/03A[{n}]:226",
    "statements.text": "42A/03A[{n}]:225",
    "items": "42A/67A/68A[{i}]",
}

_ITEM: Final = {
    "sequence": ":006",
    "commodity": "/23A/21A:145",
    "description": "/23A:137",
    "additional_codes": "/23A/21A[{n}]:145",
    "origin": "/92A:063",
    "preferential_origin": "/92A[2]:063",
    "procedure": "/70A:166",
    "previous_procedure": "/70A:161",
    "additional_procedures": "/70A[{n}]:166",
    "preference": "/23A/50A:164",
    "quota_order": "/23A/50A:401",
    "item_amount": "/23A/79A:112",
    "item_currency": "/23A/79A:112",
    "customs_value_amount": ":108",
    "customs_value_currency": ":108",
    "statistical_amount": ":114",
    "statistical_currency": ":114",
    "valuation_method": "/41A:122",
    "valuation_indicators": "/39B:188",
    "charges": "/41A/58B[{n}]",
    "charges.type_code": "/41A/58B[{n}]:371",
    "charges.amount": "/41A/58B[{n}]:181",
    "charges.currency": "/41A/58B[{n}]:181",
    "gross_mass": "/23A/65A:126",
    "net_mass": "/23A/65A:128",
    "mass_units": "/23A/65A",
    "quantity": "/23A/65A:130",
    "quantity_unit": "/23A/65A:130",
    "packages": "/93A:144",
    "package_types": "/93A[{n}]:141",
    "package_counts": "/93A[{n}]:144",
    "package_marks": "/93A[{n}]:142",
    "containers": "/23A/31B[{n}]:159",
    "dangerous_goods": "/23A/12C[{n}]:506",
    "export_country": "/95B:062",
    "destination_country": "/99B:465",
    "transaction_nature": ":103",
    "taxes": "/23A/50A[{n}]",
    "taxes.type_code": "/23A/50A[{n}]:113",
    "taxes.payment_method": "/23A/50A[{n}]/94A:107",
    "taxes.base_quantity": "/23A/50A[{n}]:129",
    "taxes.base_unit": "/23A/50A[{n}]:129",
    "taxes.base_amount": "/23A/50A[{n}]:116",
    "taxes.base_currency": "/23A/50A[{n}]:116",
    "taxes.rate": "/23A/50A[{n}]:115",
    "taxes.assessed_amount": "/23A/50A[{n}]/94A:120",
    "taxes.assessed_currency": "/23A/50A[{n}]/94A:120",
    "statements": "/03A[{n}]",
    "statements.code": "/03A[{n}]:226",
    "statements.text": "/03A[{n}]:225",
    "ucr": "/35B:016",
}

# Rows that hang on a goods item, or on the declaration where their ``item`` is 0.
_ROWS: Final = {
    "documents": ("02A", {"code": "D006", "reference": "D005", "name": "D028"}),
    "previous_documents": (
        "99A",
        {"category": "D031", "code": "D019", "reference": "D018", "line": "171"},
    ),
}
_DOCUMENT_EXTRAS: Final = {
    "exemption_code": ":360",
    "effective_date": ":276",
    "write_off_quantity": "/22C:502",
    "write_off_unit": "/22C:502",
    "write_off_amount": "/22C:503",
    "write_off_currency": "/22C:503",
}
_ADDRESS: Final = {"country": "242", "city": "241", "line": "239", "postcode": "245"}


def _table() -> dict[str, str]:
    table = dict(_DECLARATION)
    table |= {f"items.{field}": f"{ITEM}{path}" for field, path in _ITEM.items()}
    for field, (path, identifier, name) in _PARTY_TAGS.items():
        table[field] = path
        table[f"{field}.id"] = f"{path}:{identifier}"
        table[f"{field}.name"] = f"{path}:{name}"
        table |= {f"{field}.{part}": f"{path}/04A:{tag}" for part, tag in _ADDRESS.items()}
    for field, (row, tags) in _ROWS.items():
        # A declaration's own documents stand under 42A, its previous documents under 67A.
        own = f"42A/{row}[{{n}}]" if field == "documents" else f"42A/67A/{row}[{{n}}]"
        for where, start in ((field, own), (f"items.{field}", f"{ITEM}/{row}[{{n}}]")):
            table[where] = start
            table |= {f"{where}.{part}": f"{start}:{tag}" for part, tag in tags.items()}
            if field == "documents":
                table |= {f"{where}.{part}": start + end for part, end in _DOCUMENT_EXTRAS.items()}
    return table


POINTERS: Final = _table()
"""The pointer of each field by its name: ``office``, ``items.origin``, ``items.charges.amount``,
``declarant.id``, ``documents.code`` (the declaration's own) and ``items.documents.code``."""


@lru_cache(maxsize=4096)
def pointer(field: str, i: int = 0, n: int = 0) -> str:
    """Return the WCO pointer of a field.

    Args:
        field: a name of ``POINTERS``.
        i: the 1-based position of the goods item, where the field belongs to one.
        n: the 1-based position in the field's own list, where it is one.

    >>> pointer("items.origin", 2), pointer("total_packages")
    ('42A/67A/68A[2]/92A:063', '42A:146')

    Raises:
        KeyError: there is no such field.
    """
    return POINTERS[field].replace("{i}", str(i)).replace("{n}", str(n))
