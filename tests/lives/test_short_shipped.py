"""The life of an export of which three cartons stayed on the quay.

Ten cartons of converters, 24,000.00 USD at 25,000 VND: 600,000,000 VND; a licence for 800 kg and
700,000,000 VND, of which the declaration writes off 500 kg and 600,000,000. Seven cartons go
aboard, so that three tenths come back: 150 kg and 180,000,000 VND. Written off stay 350 kg and
420,000,000; the licence has 450 kg and 280,000,000 left.
"""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.lives.conftest import one_item
from tests.lives.living import TERMINAL, accounts, asked, at, codes, refused, stands

from clearway.messages import goods, parties, shipment, write_json
from clearway.messages.values import Amount, Count5, Count8, Quantity

VESSEL = "9074729"
ABROAD = parties.Address(city_name="Shanghai", country_code="CN", line="1 Bund", postcode_id="2000")


def licensed(lives):
    """Apply for the licence as the exporter, let the agency grant it, and return its number."""
    made = asked(lives, "rhumb", "post", "/applications", {
        "direction": "EX", "country": "CN", "procedure": "10",
        "lines": [{
            "commodity": "85044090", "description": "Static converters", "quantity": "800",
            "unit": "KGM", "value": 700_000_000,
        }],
    }, 201)  # fmt: skip
    (case,) = made["cases"]
    done = asked(
        lives, "agency6", "post", f"/permit-cases/{case['id']}/decision", {"approve": True}
    )
    (permit,) = done["permits"]
    return permit["permit"]


def message(licence, *, more=False):
    made = one_item(lrn="EX-1", type_code="EXA", code="85044090", price="24000.00", quantity="500")
    firm = {name: getattr(made.declarant, name) for name in ("name", "id", "address")}
    written_off = goods.WriteOff(
        quantity_quantity=Quantity(value="500", unit="KGM"),
        amount_amount=Amount(value="600000000", currency="VND"),
    )
    (item,) = made.goods_shipment.goods_items
    paper = goods.AdditionalDocument(
        category_code="X", type_code="002", id=licence, write_off=written_off
    )
    measure = structs.replace(
        item.commodity.goods_measure, net_net_weight_measure=Quantity(value="500", unit="KGM")
    )
    item = structs.replace(
        item,
        additional_documents=(*item.additional_documents, paper),
        government_procedures=(goods.GovernmentProcedure(current_code="10", previous_code="00"),),
        origins=(goods.Origin(country_code="VN", type_code="1"),),
        commodity=structs.replace(item.commodity, goods_measure=measure, transport_equipment=()),
    )
    plain = goods.Classification(id="85043499", identification_type_code="TSP")
    second = structs.replace(
        item,
        sequence_numeric=2,
        additional_documents=item.additional_documents[:1],
        commodity=structs.replace(item.commodity, classifications=(plain,)),
    )
    if more:
        made = structs.replace(
            made,
            goods_item_quantity=Count5(value="2"),
            invoice_amount=Amount(value="48000.00", currency="USD"),
            total_gross_mass_measure=Quantity(value="2000", unit="KGM"),
            total_package_quantity=Count8(value="20"),
        )
    goods_shipment = structs.replace(
        made.goods_shipment,
        consignment=shipment.ShipmentConsignment(container_code="0"),
        destination=goods.Destination(country_code="CN"),
        export_country=goods.ExportCountry(id="VN"),
        goods_items=(item, second) if more else (item,),
        importer=parties.Importer(name="Bund Machinery Ltd", address=ABROAD),
        previous_documents=(),
    )
    return write_json(structs.replace(
        made, exporter=parties.Exporter(**firm), goods_shipment=goods_shipment
    ))  # fmt: skip


def balance(lives, licence):
    rows = asked(lives, "rhumb", "get", "/permits")["items"]
    (row,) = [one for one in rows if one["permit"] == licence]
    return float(row["left_quantity"]), row["left_value"]


def test_what_was_left_on_the_quay_comes_back_and_the_rest_is_confirmed_out(lives, news):
    licence = licensed(lives)
    assert balance(lives, licence) == (800, 700_000_000)
    mrn = lives.lodged("rhumb", message=message(licence))
    news()
    assert balance(lives, licence) == (300, 100_000_000)
    assert stands(lives, mrn) == ("cleared", "released", "none")
    unit = {"kind": "packages", "number": mrn}
    refused(lives, "terminal", "post", "/units/departure", unit)

    gate = asked(lives, "terminal", "post", "/gates", {"code": "G1"}, 201)["id"]
    wanted = {"direction": "in", "kind": "packages", "number": mrn, "terminal": TERMINAL}
    refused(lives, "rhumb", "post", "/gate-tokens", {**wanted, "direction": "out"})
    token = asked(lives, "rhumb", "post", "/gate-tokens", wanted, 201)
    at(lives, "2026-03-03T10:00")
    shown = {"code": token["code"], "direction": "in", "unit": mrn}
    passed = asked(lives, "terminal", "post", f"/gates/{gate}/passages", shown, 201)
    assert passed["verdict"] == "accepted"
    news()
    assert stands(lives, mrn)[1] == "gated_in"

    at(lives, "2026-03-03T20:00")
    aboard = {**unit, "packages": 4, "means": VESSEL}
    asked(lives, "terminal", "post", "/units/loading", aboard)
    asked(lives, "terminal", "post", "/units/loading", {**aboard, "packages": 3})
    refused(lives, "terminal", "post", "/units/loading", {**aboard, "packages": 4}, status=422)
    news()
    assert stands(lives, mrn) == ("cleared", "loaded", "none")
    assert balance(lives, licence) == (300, 100_000_000)

    at(lives, "2026-03-04T02:00")
    asked(lives, "terminal", "post", "/units/departure", unit)
    assert stands(lives, mrn)[1] == "departed"
    news()
    assert stands(lives, mrn) == ("exited", "exit_confirmed", "none")
    way = asked(lives, "rhumb", "get", f"/declarations/{mrn}/standing")["exit"]
    assert (way["packages"], way["loaded"], way["short"], way["ended"]) == (10, 7, 3, "confirmed")
    assert codes(mrn) == ["02", "01", "13", "08", "09", "16"]
    assert balance(lives, licence) == (450, 280_000_000)
    assert asked(lives, "supervisor", "get", "/exits")["items"] == []
    assert accounts() == {}
    refused(lives, "supervisor", "post", f"/declarations/{mrn}/exit", {"proof": "Again"})


@pytest.mark.parametrize(
    ("aboard", "left"),
    [
        ({1: 10, 2: 4}, (300, 100_000_000)),  # transformers stayed, which need no licence
        ({1: 5, 2: 10}, (550, 400_000_000)),  # half of the converters stayed
        ({1: 10, 2: 10}, (300, 100_000_000)),
        ({1: 7}, (450, 280_000_000)),
    ],
)
def test_what_stayed_is_counted_by_goods_items(lives, news, aboard, left):
    """Two items of ten cartons: what comes back to a licence is the share of its own item."""
    licence = licensed(lives)
    mrn = lives.lodged("rhumb", message=message(licence, more=True))
    news()
    assert stands(lives, mrn) == ("cleared", "released", "none")
    assert balance(lives, licence) == (300, 100_000_000)
    unit = {"kind": "packages", "number": mrn}
    for item, packages in aboard.items():
        part = {**unit, "item": item, "packages": packages, "means": VESSEL}
        asked(lives, "terminal", "post", "/units/loading", part)
    refused(lives, "terminal", "post", "/units/loading", {**unit, "item": 3}, status=422)
    refused(lives, "terminal", "post", "/units/loading", {**unit, "packages": 1}, status=422)
    over = {**unit, "item": 1, "packages": 11 - aboard[1]}
    refused(lives, "terminal", "post", "/units/loading", over, status=422)
    asked(lives, "terminal", "post", "/units/departure", unit)
    news()
    assert stands(lives, mrn) == ("exited", "exit_confirmed", "none")
    way = asked(lives, "rhumb", "get", f"/declarations/{mrn}/standing")["exit"]
    assert (way["loaded"], way["short"]) == (sum(aboard.values()), 20 - sum(aboard.values()))
    assert balance(lives, licence) == left
