"""Declarations for the decoding bench: plausible JSON messages, a share of them with errors."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec

_COUNTRIES = ("CN", "VN", "US", "JP", "KR", "IN", "TR", "BR")
_WORDS = (
    "cotton",
    "shirts",
    "knitted",
    "steel",
    "pipes",
    "printed",
    "circuits",
    "frozen",
    "prawns",
)


def make_messages(count: int, share: float, chance: random.Random) -> list[bytes]:
    """Return ``count`` messages of one to ten items; ``share`` of them have errors.

    Args:
        count: how many messages.
        share: 0 to 1.
        chance: the source of randomness; a seeded one gives the same messages again.
    """
    messages = []
    for number in range(count):
        tree = _declaration(number, chance)
        if chance.random() < share:
            for mistake in chance.sample(_MISTAKES, chance.randint(1, 4)):
                mistake(tree["Declaration"], chance)
        messages.append(msgspec.json.encode(tree))
    return messages


def _declaration(number: int, chance: random.Random) -> dict[str, Any]:
    items = [_item(position, chance) for position in range(1, chance.randint(1, 10) + 1)]
    return {
        "WCODataModelVersionCode": "3.6",
        "WCOTypeName": "DEC",
        "Declaration": {
            "FunctionCode": "9",
            "FunctionalReferenceID": f"BENCH-{number:07d}",
            "TypeCode": "IMA",
            "GoodsItemQuantity": {"value": str(len(items))},
            "InvoiceAmount": {"value": f"{chance.randint(1, 9_999_999)}.50", "currencyID": "USD"},
            "TotalGrossMassMeasure": {
                "value": f"{chance.randint(1, 90_000)}.125",
                "unitCode": "KGM",
            },
            "TotalPackageQuantity": {"value": str(chance.randint(1, 900))},
            "AuthorisationHolder": [{"ID": "GB553202734852", "CategoryCode": "DPO"}],
            "BorderTransportMeans": {"RegistrationNationalityCode": "PA", "ModeCode": "1"},
            "CurrencyExchange": [{"CurrencyTypeCode": "USD", "RateNumeric": "1.25310"}],
            "Declarant": {"ID": "GB603202734852"},
            "Exporter": {"Name": "Harbour Mills", "Address": _address(chance)},
            "GoodsShipment": {
                "TransactionNatureCode": "1",
                "Consignment": {
                    "ContainerCode": "1",
                    "ArrivalTransportMeans": {"ID": "9074729", "IdentificationTypeCode": "10"},
                    "GoodsLocation": {"ID": "GBFXT001", "TypeCode": "A"},
                    "TransportEquipment": [{"SequenceNumeric": 1, "ID": "CSQU3054383"}],
                },
                "Destination": {"CountryCode": "GB"},
                "ExportCountry": {"ID": chance.choice(_COUNTRIES)},
                "GovernmentAgencyGoodsItem": items,
                "Importer": {"ID": "GB603202734852"},
                "TradeTerms": {"ConditionCode": "CIF", "LocationID": "GBFXT"},
            },
        },
    }


def _address(chance: random.Random) -> dict[str, Any]:
    return {
        "CityName": "Hai Phong",
        "CountryCode": chance.choice(_COUNTRIES),
        "Line": f"{chance.randint(1, 400)} Quay Road",
        "PostcodeID": str(chance.randint(10_000, 99_999)),
    }


def _item(position: int, chance: random.Random) -> dict[str, Any]:
    mass = chance.randint(10, 9_000)
    return {
        "SequenceNumeric": position,
        "StatisticalValueAmount": {
            "value": f"{chance.randint(1, 900_000)}.00",
            "currencyID": "GBP",
        },
        "AdditionalDocument": [
            {"CategoryCode": "N", "ID": f"INV/{chance.randint(1, 99_999)}", "TypeCode": "935"},
            {"CategoryCode": "C", "ID": "GBDPO1108654", "TypeCode": "506"},
        ],
        "Commodity": {
            "Description": " ".join(chance.sample(_WORDS, 5)),
            "Classification": [
                {
                    "ID": str(chance.randint(10_000_000, 99_999_999)),
                    "IdentificationTypeCode": "TSP",
                },
                {"ID": "00", "IdentificationTypeCode": "TRC"},
            ],
            "DutyTaxFee": [
                {
                    "DutyRegimeCode": "100",
                    "TypeCode": "A00",
                    "Payment": {"MethodCode": "E"},
                }
            ],
            "GoodsMeasure": {
                "GrossMassMeasure": {"value": f"{mass + 3}.5", "unitCode": "KGM"},
                "NetNetWeightMeasure": {"value": f"{mass}.25", "unitCode": "KGM"},
            },
            "InvoiceLine": {
                "ItemChargeAmount": {
                    "value": f"{chance.randint(1, 900_000)}.75",
                    "currencyID": "USD",
                }
            },
        },
        "CustomsValuation": {"MethodCode": "1"},
        "GovernmentProcedure": [
            {"CurrentCode": "40", "PreviousCode": "00"},
            {"CurrentCode": "000"},
        ],
        "Origin": [{"CountryCode": chance.choice(_COUNTRIES), "TypeCode": "1"}],
        "Packaging": [
            {
                "SequenceNumeric": 1,
                "MarksNumbersID": "MARKS 1-40",
                "QuantityQuantity": {"value": str(chance.randint(1, 90))},
                "TypeCode": "PK",
            }
        ],
    }


def _last_item(declaration: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = declaration["GoodsShipment"]["GovernmentAgencyGoodsItem"][-1]
    return item


def _long_description(declaration: dict[str, Any], chance: random.Random) -> None:
    _last_item(declaration)["Commodity"]["Description"] = "x" * chance.randint(513, 600)


def _unknown_key(declaration: dict[str, Any], _: random.Random) -> None:
    declaration["Declarant"]["Nickname"] = "x"


def _text_in_number(declaration: dict[str, Any], chance: random.Random) -> None:
    bad = chance.choice(("12,50", "NaN", "1e309", "１２３", "twelve", "1.23456"))
    declaration["InvoiceAmount"]["value"] = bad


def _no_sequence(declaration: dict[str, Any], _: random.Random) -> None:
    del _last_item(declaration)["SequenceNumeric"]


def _bad_country(declaration: dict[str, Any], _: random.Random) -> None:
    declaration["Exporter"]["Address"]["CountryCode"] = "V1"


def _bad_function(declaration: dict[str, Any], _: random.Random) -> None:
    declaration["FunctionCode"] = "7"


def _bad_currency(declaration: dict[str, Any], _: random.Random) -> None:
    _last_item(declaration)["StatisticalValueAmount"]["currencyID"] = "gbp"


def _wrong_type(declaration: dict[str, Any], _: random.Random) -> None:
    declaration["TypeCode"] = 7


def _blank_name(declaration: dict[str, Any], _: random.Random) -> None:
    declaration["Exporter"]["Name"] = "  "


_MISTAKES: tuple[Callable[[dict[str, Any], random.Random], None], ...] = (
    _long_description,
    _unknown_key,
    _text_in_number,
    _no_sequence,
    _bad_country,
    _bad_function,
    _bad_currency,
    _wrong_type,
    _blank_name,
)
