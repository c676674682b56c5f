"""A small law and a clean declaration, shared by the tests of validation and permits."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from clearway.kernel.lodgement import (
    Charge,
    DocumentRow,
    Item,
    Lodgement,
    Party,
    PreviousDocumentRow,
    SuppliedTax,
)
from clearway.kernel.measures import OPEN_END, MeasureTable
from clearway.kernel.reference import (
    CodeEntry,
    CodeList,
    CommodityLine,
    ExchangeRate,
    IncotermRule,
    Period,
    PreferenceRule,
    Reference,
    TaxRule,
    ValuationRules,
)
from clearway.vocabulary.code_lists import (
    INCOTERMS_2020,
    TRANSPORT_MODES,
    UNITS,
    country_codes,
    currency_codes,
)
from clearway.vocabulary.dates import day_from_iso

DAY = day_from_iso("2026-03-03")


def empty_measures() -> MeasureTable:
    columns = {}
    types = MeasureTable.__annotations__
    for name, kind in types.items():
        if "NDArray" in kind:
            dtype = kind[kind.index("[") + 1 : -1].removeprefix("np.")
            size = 1 if name in {"first_of_commodity", "rate_first"} else 0
            columns[name] = np.zeros(size, dtype=dtype)
        else:
            columns[name] = ()
    return MeasureTable(**columns)


def code_list(name, codes, **properties):
    entries = {code: (CodeEntry(code, properties=properties.get(code, {})),) for code in codes}
    return CodeList(name, entries)


PROCEDURES = {
    "P40": {"direction": "IM CO", "previous": "00 P71"},
    "P71": {"direction": "IM", "requires_warehouse": "yes", "previous": "00"},
    "P51": {"direction": "IM", "requires_authorisation": "IPO", "previous": "00"},
    "P53": {"direction": "IM", "requires_guarantee": "yes", "previous": "00"},
    "P45": {"direction": "IM", "requires_previous_document": "yes", "previous": "00"},
    "P10": {"direction": "EX"},
}


def lists() -> dict[str, CodeList]:
    old, soon = Period(0, DAY), Period(DAY + 1, OPEN_END)
    plain = {
        "country": country_codes() | {"XI"},
        "currency": currency_codes(),
        "transport_mode": TRANSPORT_MODES,
        "incoterm": INCOTERMS_2020,
        "unit": UNITS,
        "declaration_type": ["IM", "EX", "CO"],
        "additional_type": ["A", "D"],
        "function": ["9", "5", "1"],
        "office": ["VN0001", "VN0002"],
        "transport_means_type": ["10", "11", "30", "40"],
        "transaction_nature": ["1", "2"],
        "agent_status": ["2", "3"],
        "authorisation": ["IPO", "DPO"],
        "guarantee": ["0", "1"],
        "location": ["CNSHA", "VNHPH"],
        "duty_tax_party_role": ["FR1"],
        "statement": ["00100"],
        "additional_code": ["A999", "B999"],
        "preference": ["100", "200", "300", "120"],
        "quota_order": ["090001"],
        "valuation_method": ["1", "2", "7"],
        "charge_type": ["AK", "AB", "BA"],
        "package": ["BX", "CT", "VL"],
        "dangerous_goods": ["1263"],
        "tax": ["A00", "B00"],
        "payment_method": ["A", "E"],
        "document": ["N935", "N740", "C001"],
        "document_status": ["AC", "XX"],
        "previous_document": ["705", "MRN", "740"],
        "previous_document_category": ["N", "Z"],
    }
    built = {name: code_list(name, codes) for name, codes in plain.items()}
    built["procedure"] = code_list("procedure", PROCEDURES, **PROCEDURES)
    built["additional_procedure"] = code_list(
        "additional_procedure", ["000", "F15"], F15={"procedures": "P71"}
    )
    built["aeo_role"] = code_list(
        "aeo_role", ["IM", "MF"], IM={"party": "importer"}, MF={"party": ""}
    )
    office = dict(built["office"].entries)
    office["VN0009"] = (CodeEntry("VN0009", period=old),)
    office["VN0010"] = (CodeEntry("VN0010", period=soon),)
    built["office"] = CodeList("office", office)
    return built


def commodities():
    def line(code, unit="", period=None):
        return (CommodityLine(code, "goods", unit, period or Period()),)

    return {
        "85044000": line("85044000"),
        "85043400": line("85043400", "NAR"),
        "22042100": line("22042100", "LTR"),
        "85043300": line("85043300", period=Period(0, DAY)),
        "85043200": line("85043200", period=Period(DAY + 1, OPEN_END)),
    }


def make_reference(**changes) -> Reference:
    fields = {
        "name": "test",
        "version": "1",
        "hash": "0" * 64,
        "country": "VN",
        "currency": "VND",
        "exponent": 0,
        "time_zone": "Asia/Ho_Chi_Minh",
        "languages": ("en", "vi"),
        "commodities": commodities(),
        "measures": empty_measures(),
        "measure_types": {},
        "areas": {"2005": (CodeEntry("CN"),)},
        "preferences": {
            "100": PreferenceRule("100", ("103",)),
            "300": PreferenceRule("300", ("142",), by_origin="preferential"),
            "120": PreferenceRule("120", ("122",), quota=True),
        },
        "taxes": (TaxRule("A00", "duty", "duty", ("value",)),),
        "valuation": ValuationRules(
            cost_boundary="CIF",
            charge_roles={"AK": "freight", "AB": "addition", "BA": "deduction"},
            incoterms={
                "FOB": IncotermRule("FOB", freight_included=False, insurance_included=False),
                "CIF": IncotermRule("CIF", freight_included=True, insurance_included=True),
            },
        ),
        "exchange_rates": {
            "USD": (
                ExchangeRate("USD", 25_000, 1, Period(0, DAY + 1)),
                ExchangeRate("USD", 25_100, 1, Period(DAY + 1, OPEN_END)),
            )
        },
        "code_lists": lists(),
    }
    return Reference(**(fields | changes))


def make_item(**changes) -> Item:
    fields = {
        "sequence": 1,
        "commodity": "85044000",
        "description": "Static converters for telecommunication apparatus",
        "additional_codes": ("A999",),
        "origin": "CN",
        "procedure": "P40",
        "previous_procedure": "00",
        "additional_procedures": ("000",),
        "preference": "100",
        "item_amount": 24_000_000,
        "item_currency": "USD",
        "valuation_method": "1",
        "valuation_indicators": "0000",
        "gross_mass": 1_200_000_000,
        "net_mass": 1_100_000_000,
        "packages": 40,
        "package_types": ("BX",),
        "package_counts": (40,),
        "package_marks": ("HPH 1/40",),
        "containers": ("CSQU3054383",),
        "transaction_nature": "1",
        "taxes": (SuppliedTax("A00", "E"), SuppliedTax("B00", "E")),
    }
    return Item(**(fields | changes))


def make_second_item(**changes) -> Item:
    fields = {
        "sequence": 2,
        "commodity": "85043400",
        "description": "Transformers of more than 500 kVA",
        "item_amount": 16_000_000,
        "gross_mass": 4_800_000_000,
        "net_mass": 4_500_000_000,
        "quantity": 4_000_000,
        "quantity_unit": "NAR",
        "packages": 60,
        "package_counts": (60,),
        "package_marks": ("HPH 41/100",),
    }
    return make_item(**(fields | changes))


def make_lodgement(**changes) -> Lodgement:
    fields = {
        "lrn": "GOLD-01",
        "function_code": "9",
        "type_code": "IMA",
        "direction": "IM",
        "additional_type": "A",
        "legal_date": DAY,
        "observed_on": DAY,
        "acceptance_text": "20260303091500+07",
        "acceptance_format": "304",
        "issue_text": "20260303",
        "issue_format": "102",
        "office": "VN0001",
        "item_count": 2,
        "total_packages": 100,
        "total_gross_mass": 6_000_000_000,
        "invoice_amount": 40_000_000,
        "invoice_currency": "USD",
        "exchange_rates": (("USD", "25000"),),
        "declarant": Party("VN0312345678", "Đại lý Hải Phòng", "VN", "Hải Phòng", "1 Lê Lợi"),
        "agent": Party("VN0312345678"),
        "agent_status": "2",
        "importer": Party("VN0101234567", "Công ty Điện Á", "VN", "Hà Nội", "2 Tràng Tiền"),
        "exporter": Party("", "上海电气出口公司", "CN", "上海", "南京路 100 号"),
        "carrier": Party("CN00000018"),
        "border_mode": "1",
        "border_nationality": "PA",
        "border_means_id": "9074729",
        "border_means_type": "10",
        "container_indicator": "1",
        "containers": ("CSQU3054383",),
        "seals": ("SH-778812",),
        "loading_location": "CNSHA",
        "goods_location": "VNHPH",
        "goods_location_country": "VN",
        "export_country": "CN",
        "destination_country": "VN",
        "routing_countries": ("CN", "VN"),
        "incoterm": "FOB",
        "incoterm_place": "Shanghai",
        "freight_amount": 3_000_000,
        "freight_currency": "USD",
        "charges": (Charge("AB", 215_000, "USD"),),
        "items": (make_item(), make_second_item()),
        "documents": (
            DocumentRow(1, "N935", "INV-2026-118"),
            DocumentRow(2, "N935", "INV-2026-118"),
        ),
        "previous_documents": (PreviousDocumentRow(0, "N", "705", "COSU6251234567"),),
    }
    return Lodgement(**(fields | changes))


def with_item(**changes) -> Lodgement:
    return make_lodgement(items=(make_item(**changes), make_second_item()))


def with_row(**changes) -> Lodgement:
    row = {"item": 1, "code": "N935", "reference": "INV-2026-118"} | changes
    return make_lodgement(documents=(DocumentRow(**row),))


@pytest.fixture(scope="session")
def make():
    """The builders, by short names."""
    return SimpleNamespace(
        lodgement=make_lodgement,
        item=make_item,
        second=make_second_item,
        with_item=with_item,
        with_row=with_row,
        reference=make_reference,
        lists=lists,
        day=DAY,
    )


@pytest.fixture(scope="session")
def law() -> Reference:
    return make_reference()


@pytest.fixture
def clean() -> Lodgement:
    return make_lodgement()
