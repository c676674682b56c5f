"""From the record tree to the kernel's flat rows, every field by hand."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.kernel.lodgement import Charge, DocumentRow, Party
from clearway.messages import read_json, to_lodgement
from clearway.messages.lodgement import local_day, scaled_text
from clearway.messages.records import MetaData
from clearway.messages.values import DateTime

TREE = {
    "Declaration": {
        "AcceptanceDateTime": {"value": "20260303235900+07", "formatCode": "304"},
        "FunctionCode": "9",
        "FunctionalReferenceID": "LRN-1",
        "TypeCode": "IMD",
        "GoodsItemQuantity": {"value": "2"},
        "DeclarationOfficeID": "VNHPH",
        "InvoiceAmount": {"value": "40000.50", "currencyID": "USD"},
        "TotalGrossMassMeasure": {"value": "1200.125", "unitCode": "KGM"},
        "TotalPackageQuantity": {"value": "100"},
        "AdditionalDocument": [{"CategoryCode": "1", "ID": "DAN1", "TypeCode": "DAN"}],
        "Agent": {"ID": "AG1", "FunctionCode": "2"},
        "AuthorisationHolder": [{"ID": "GB1", "CategoryCode": "DPO"}],
        "BorderTransportMeans": {
            "ID": "9074729",
            "RegistrationNationalityCode": "PA",
            "ModeCode": "1",
        },
        "CurrencyExchange": [{"CurrencyTypeCode": "USD", "RateNumeric": "25000"}],
        "Exporter": {"Name": "Mills", "Address": {"CityName": "Ningbo", "CountryCode": "CN"}},
        "GoodsShipment": {
            "Consignment": {
                "ContainerCode": "1",
                "TransportEquipment": [
                    {
                        "SequenceNumeric": 1,
                        "ID": "CSQU3054383",
                        "Seal": [{"SequenceNumeric": 1, "ID": "S1"}],
                    }
                ],
            },
            "CustomsValuation": {
                "FreightChargeAmount": {"value": "3000", "currencyID": "USD"},
                "ChargeDeduction": [
                    {
                        "ChargesTypeCode": "AK",
                        "OtherChargeDeductionAmount": {"value": "215", "currencyID": "USD"},
                    }
                ],
            },
            "ExportCountry": {"ID": "CN"},
            "GovernmentAgencyGoodsItem": [
                {
                    "SequenceNumeric": 1,
                    "AdditionalDocument": [
                        {
                            "CategoryCode": "N",
                            "EffectiveDateTime": {"value": "20260101", "formatCode": "102"},
                            "ID": "INV1",
                            "TypeCode": "935",
                            "WriteOff": {"QuantityQuantity": {"value": "10", "unitCode": "KGM"}},
                        }
                    ],
                    "Commodity": {
                        "Description": "Shirts",
                        "Classification": [
                            {"ID": "VATZ", "IdentificationTypeCode": "GN"},
                            {"ID": "00", "IdentificationTypeCode": "TRC"},
                            {"ID": "61091000", "IdentificationTypeCode": "TSP"},
                        ],
                        "DutyTaxFee": [
                            {
                                "AdValoremTaxBaseAmount": {"value": "9.5", "currencyID": "USD"},
                                "DutyRegimeCode": "300",
                                "TaxRateNumeric": "2.70",
                                "TypeCode": "A00",
                                "QuotaOrderID": "090001",
                                "Payment": {"MethodCode": "E"},
                            }
                        ],
                        "GoodsMeasure": {
                            "GrossMassMeasure": {"value": "12.5", "unitCode": "KGM"},
                            "NetNetWeightMeasure": {"value": "12.000001"},
                            "TariffQuantity": {"value": "7", "unitCode": "NAR"},
                        },
                        "InvoiceLine": {
                            "ItemChargeAmount": {"value": "24000", "currencyID": "USD"}
                        },
                    },
                    "GovernmentProcedure": [
                        {"CurrentCode": "40", "PreviousCode": "71"},
                        {"CurrentCode": "1SW"},
                        {"CurrentCode": "F15"},
                    ],
                    "Origin": [
                        {"CountryCode": "VN", "TypeCode": "2"},
                        {"CountryCode": "CN", "TypeCode": "1"},
                    ],
                    "Packaging": [
                        {
                            "SequenceNumeric": 1,
                            "QuantityQuantity": {"value": "60"},
                            "TypeCode": "CT",
                        },
                        {
                            "SequenceNumeric": 2,
                            "QuantityQuantity": {"value": "40"},
                            "TypeCode": "PK",
                        },
                    ],
                },
                {"SequenceNumeric": 2, "Commodity": {"Classification": [{"ID": "0201100021"}]}},
            ],
        },
    }
}


@pytest.fixture(scope="module")
def lodgement():
    reading = read_json(msgspec.json.encode(TREE))
    assert reading.problems == ()
    made, problems = to_lodgement(reading.record, observed_on=20_000, features={"x": 1})
    assert problems == []
    return made


def day(year, month, number):
    return (date(year, month, number) - date(1970, 1, 1)).days


def test_header(lodgement):
    assert (lodgement.lrn, lodgement.type_code) == ("LRN-1", "IMD")
    assert (lodgement.direction, lodgement.additional_type) == ("IM", "D")
    assert lodgement.legal_date == day(2026, 3, 3)
    assert lodgement.acceptance_text == "20260303235900+07"
    assert (lodgement.observed_on, lodgement.features) == (20_000, {"x": 1})
    assert (lodgement.item_count, lodgement.total_packages) == (2, 100)
    assert (lodgement.invoice_amount, lodgement.invoice_currency) == (40_000_500, "USD")
    assert lodgement.total_gross_mass == 1_200_125_000
    assert (lodgement.freight_amount, lodgement.charges) == (
        3_000_000,
        (Charge("AK", 215_000, "USD"),),
    )
    assert lodgement.exchange_rates == (("USD", "25000"),)
    assert lodgement.authorisations == (("GB1", "DPO"),)
    assert (lodgement.containers, lodgement.seals) == (("CSQU3054383",), ("S1",))
    assert lodgement.exporter == Party(name="Mills", country="CN", city="Ningbo")
    assert (lodgement.agent_status, lodgement.border_mode, lodgement.office) == ("2", "1", "VNHPH")


def test_item(lodgement):
    item = lodgement.items[0]
    assert (item.commodity, item.additional_codes) == ("6109100000", ("VATZ",))
    assert (item.procedure, item.previous_procedure) == ("40", "71")
    assert item.additional_procedures == ("1SW", "F15")
    assert (item.origin, item.preferential_origin) == ("CN", "VN")
    assert (item.preference, item.quota_order) == ("300", "090001")
    assert (item.gross_mass, item.net_mass, item.quantity) == (12_500_000, 12_000_001, 7_000_000)
    assert (item.quantity_unit, item.mass_units) == ("NAR", ("KGM",))
    assert (item.packages, item.package_counts, item.package_types) == (100, (60, 40), ("CT", "PK"))
    assert (item.item_amount, item.item_currency) == (24_000_000, "USD")
    assert item.export_country == ""
    (tax,) = item.taxes
    assert (tax.type_code, tax.rate, tax.base_amount, tax.payment_method) == (
        "A00",
        270_000_000,
        9_500,
        "E",
    )


def test_a_lone_tariff_line_is_the_commodity(lodgement):
    assert lodgement.items[1].commodity == "0201100021"
    assert lodgement.items[1].additional_codes == ()


def test_documents(lodgement):
    header, invoice = lodgement.documents
    assert header == DocumentRow(0, "1DAN", "DAN1")
    assert (invoice.item, invoice.code, invoice.reference) == (1, "N935", "INV1")
    assert invoice.effective_date == day(2026, 1, 1)
    assert (invoice.write_off_quantity, invoice.write_off_unit) == (10_000_000, "KGM")


def test_the_legal_date_is_given_only_where_none_is_declared():
    tree = {"Declaration": {"FunctionCode": "9"}}
    record = read_json(msgspec.json.encode(tree)).record
    assert to_lodgement(record)[0].legal_date is None
    assert to_lodgement(record, legal_date=7)[0].legal_date == 7


def test_no_declaration_no_lodgement():
    with pytest.raises(ValueError, match="no declaration"):
        to_lodgement(MetaData())


@pytest.mark.parametrize("text", ["20260230", "2026", "20261301000000Z"])
def test_days_that_are_none(text):
    assert local_day(DateTime(text, "102")) is None


@given(st.decimals(-(10**12), 10**12, places=6))
def test_scaling_is_exact(value):
    text = format(value, "f")
    assert scaled_text(text, 6) == int(value.scaleb(6))
    assert scaled_text(f"{text}000", 6) == int(value.scaleb(6))


@pytest.mark.parametrize("text", ["0.0001", "1.0000001"])
def test_what_the_scale_cannot_hold(text):
    assert scaled_text(text, 3) is None
    assert Decimal(text) != 0


@pytest.mark.parametrize("unit", ["LBR", "GRM", "TNE", "kgm"])
def test_a_mass_in_another_unit_is_told_and_never_taken_for_kilograms(unit):
    measure = {"GrossMassMeasure": {"value": "2204.6", "unitCode": unit}}
    item = {"SequenceNumeric": 1, "Commodity": {"GoodsMeasure": measure}}
    declaration = {
        "TotalGrossMassMeasure": {"value": "2204.6", "unitCode": unit},
        "GoodsShipment": {"GovernmentAgencyGoodsItem": [item]},
    }
    record = read_json(msgspec.json.encode({"Declaration": declaration})).record
    lodgement, problems = to_lodgement(record)
    assert lodgement.total_gross_mass is None
    assert lodgement.items[0].gross_mass is None
    assert [(one.rule, one.pointer, one.parameters) for one in problems] == [
        ("CLW1062", "42A:131", (("unit", unit),)),
        ("CLW1062", "42A/67A/68A[1]/23A/65A:126", (("unit", unit),)),
    ]
    assert unit in str(problems[0])
