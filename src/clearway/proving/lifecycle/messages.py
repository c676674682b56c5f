"""The declarations that the machine lodges: a few kinds, one goods item or two, as JSON."""

from __future__ import annotations

from typing import Any, Final

import msgspec

OFFICE: Final = "XP000110"
TRADER: Final = "XP1000000001"
PACKAGES: Final = 10
BOX: Final = "CSQU3054383"
"""The container in which all houses of a run come."""
WHEAT_TAKES: Final = 90
"""Kilograms, net, of each declaration of wheat."""
_HERE = {"CityName": "Cartouche", "CountryCode": "XP", "Line": "2 Quay Street"}
_ABROAD = {"CityName": "Houston", "CountryCode": "US", "Line": "1 Main Street"}


class Goods(msgspec.Struct, frozen=True):
    """A kind of declaration: its type, what is in it, and which agency's paper it names."""

    type_code: str = "IMA"
    commodity: str = "39269000"
    description: str = "Cable ties of nylon"
    origin: str = "US"
    price: int = 10_000
    paper: str = ""
    pieces: int = 0
    parts: tuple[int, ...] = (PACKAGES,)
    """The packages of each of its goods items."""
    boxed: bool = False
    """Whether it comes in a container, with others of its kind."""

    @property
    def is_export(self) -> bool:
        """Whether the goods go out."""
        return self.type_code.startswith("EX")


KINDS: Final = {
    "plain": Goods(),
    "shirts": Goods(
        commodity="61091010",
        description="T-shirts of cotton",
        pieces=400,
        price=1000,
    ),
    "bicycles": Goods(commodity="87120090", description="Bicycles", origin="VN", pieces=10),
    "dear": Goods(
        commodity="87120090", description="Bicycles", origin="VN", pieces=10, price=2_000_000
    ),
    "two": Goods(parts=(4, 6)),
    "house": Goods(boxed=True),
    "advance": Goods(type_code="IMD"),
    "simplified": Goods(type_code="IMC"),
    "supplement": Goods(type_code="IMY"),
    "permit": Goods(commodity="10019910", description="Wheat", paper="PHI26000001"),
    "paper": Goods(commodity="10019910", description="Wheat", paper="US-PHYTO-1"),
    "export": Goods(type_code="EXA"),
    "export_advance": Goods(type_code="EXD"),
}
LODGED: Final = tuple(sorted(set(KINDS) - {"supplement"}))
"""The kinds that are lodged by themselves; a supplementary declaration completes another."""


def message(
    kind: str, lrn: str, document: str, more: int = 0, mrn: str = "", completes: str = ""
) -> bytes:
    """Return a declaration of a kind.

    Args:
        kind: one of ``KINDS``.
        lrn: its local reference.
        document: its transport document; none where empty.
        more: added to the price, in the country's currency.
        mrn: of the declaration that it amends.
        completes: MRN of the simplified declaration that it completes.
    """
    goods = KINDS[kind]
    away = goods.is_export
    firm = {"Name": "Atlas Trading SA", "ID": TRADER, "Address": _HERE}
    other = {"Name": "Gulf Plastics Inc", "Address": _ABROAD}
    price = goods.price + more
    declaration: dict[str, Any] = {
        "FunctionCode": "9",
        "FunctionalReferenceID": lrn,
        "TypeCode": goods.type_code,
        "GoodsItemQuantity": {"value": str(len(goods.parts))},
        "DeclarationOfficeID": OFFICE,
        "InvoiceAmount": _amount(price),
        "TotalGrossMassMeasure": {"value": "100", "unitCode": "KGM"},
        "TotalPackageQuantity": {"value": str(PACKAGES)},
        "BorderTransportMeans": {"ModeCode": "1"},
        "Declarant": firm,
        "Exporter": firm if away else other,
        "GoodsShipment": {
            "TransactionNatureCode": "11",
            "Destination": {"CountryCode": "US" if away else "XP"},
            "ExportCountry": {"ID": "XP" if away else goods.origin},
            "GovernmentAgencyGoodsItem": _items(goods, price),
            "Importer": other if away else firm,
            "TradeTerms": {"ConditionCode": "CIF", "LocationName": "Cartouche"},
        },
    }
    if mrn:
        declaration["ID"] = mrn
    if completes:
        named = {"CategoryCode": "Y", "ID": completes, "TypeCode": "MRN"}
        declaration["GoodsShipment"]["PreviousDocument"] = [named]
    if document:
        named = {"CategoryCode": "X", "ID": document, "TypeCode": "705"}
        declaration["GoodsShipment"]["PreviousDocument"] = [named]
    return msgspec.json.encode(declaration)


def _amount(price: int) -> dict[str, str]:
    return {"value": f"{price}.00", "currencyID": "XPR"}


def _items(goods: Goods, price: int) -> list[dict[str, Any]]:
    """Return the goods items, each with its share of price and mass by its packages."""
    rest = [price * part // PACKAGES for part in goods.parts[1:]]
    prices = [price - sum(rest), *rest]
    return [
        _item(goods, number, part, _amount(prices[number - 1]))
        for number, part in enumerate(goods.parts, 1)
    ]


def _item(goods: Goods, number: int, packages: int, amount: dict[str, str]) -> dict[str, Any]:
    away = goods.is_export
    pieces = {"value": str(goods.pieces), "unitCode": "NAR"}
    papers = [{"CategoryCode": "N", "ID": "INV-1", "TypeCode": "380"}]
    if goods.paper:
        papers.append({"CategoryCode": "N", "ID": goods.paper, "TypeCode": "851"})
    return {
        "SequenceNumeric": number,
        "AdditionalDocument": papers,
        "Commodity": {
            "Description": goods.description,
            "Classification": [{"ID": goods.commodity, "IdentificationTypeCode": "TSP"}],
            "DutyTaxFee": [{"DutyRegimeCode": "100"}],
            "GoodsMeasure": {
                "GrossMassMeasure": {"value": str(10 * packages), "unitCode": "KGM"},
                "NetNetWeightMeasure": {
                    "value": str(WHEAT_TAKES * packages // PACKAGES),
                    "unitCode": "KGM",
                },
                **({"TariffQuantity": pieces} if goods.pieces else {}),
            },
            "InvoiceLine": {"ItemChargeAmount": amount},
        },
        "CustomsValuation": {"MethodCode": "1"},
        "GovernmentProcedure": [{"CurrentCode": "10" if away else "40", "PreviousCode": "00"}],
        "Origin": [{"CountryCode": "XP" if away else goods.origin, "TypeCode": "1"}],
        "Packaging": [
            {
                "SequenceNumeric": 1,
                "MarksNumbersID": "ATLAS",
                "QuantityQuantity": {"value": str(packages)},
                "TypeCode": "CT",
            }
        ],
    }
