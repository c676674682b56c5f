"""GOLD-01 through the API, from the vessel's report to the gate, to the đồng and the minute.

The card's figures: 43,215 USD at 25,000 are 1,080,375,000 VND; duty 108,037,500, VAT 118,841,250,
together 226,878,750. Arrived 2 March 06:00, lodged 3 March 09:15, released 16:40, out of the gate
on 4 March at 08:20, all by the clocks of Ho Chi Minh City.
"""

from __future__ import annotations

import pytest
from tests.declarations.conftest import _packs  # noqa: F401 - fixture
from tests.lives.conftest import IMPORTER, gold_message, local

from clearway.accounts.ready import READY

BOX = "CSQU3054383"
TERMINAL = next(one.identifier for one in READY if one.name == "terminal")
TOTAL, FIRST = 226_878_750, 200_000_000
HEAD = "reference,account,amount,currency,value_date,payer_name,payer_iban,told"


def instant(text):
    return local(text).isoformat().replace("+00:00", "Z")


@pytest.fixture
def news(gold):
    """Let every room hear what happened, as the dispatcher tells it."""
    from clearway.audit import sequencer
    from clearway.events.dispatch import Dispatcher
    from clearway.site.subscriptions import SUBSCRIPTIONS

    mine = [one for one in SUBSCRIPTIONS if not one.name.startswith("events.")]
    dispatcher = Dispatcher(mine)

    def heard():
        moved = True
        while moved:
            while sequencer.place():
                pass
            moved = any([dispatcher.step(one) for one in mine])  # noqa: C419 - each is told

    return heard


def at(gold, text):
    gold.clock.advance(local(text))


def asked(gold, who, method, path, body=None, status=200, **more):
    answer = gold.ask(who, method, path, body, **more)
    assert answer.status == status, answer.json
    return answer.json


def vessel(gold):
    """Report the vessel with its bill of lading and container, and that it has arrived."""
    ship = asked(gold, "carrier", "post", "/conveyances", {
        "reference": "VOY-1", "mode": "1", "means": "9074729", "means_name": "Rhumb Star",
        "carrier": "XP3000000001", "journey": "001E", "place": "VNSGN",
        "expected_at": instant("2026-03-02T06:00"),
    }, 201)["id"]  # fmt: skip
    asked(gold, "carrier", "post", "/transport-documents", {
        "number": "HBL-GOLD", "conveyance": ship, "consignor_name": "Bund Machinery Ltd",
        "consignor_address": "1 Bund, Shanghai, CN", "consignee": IMPORTER,
        "consignee_name": "Rhumb Line Trading", "consignee_address": "2 Quay Street",
        "discharge_place": "VNSGN", "description": "Static converters and transformers",
        "package_type": "CT", "packages": 20, "gross_mass": "6000",
        "containers": [{"number": BOX, "size_type": "45G1", "fullness": "5"}],
    }, 201)  # fmt: skip
    told = {"arrived_at": instant("2026-03-02T06:00")}
    asked(gold, "carrier", "post", f"/conveyances/{ship}/arrival", told)


def paid(gold, reference, notice, amount):
    row = f"{reference},VN-TREASURY,{amount},VND,2026-03-03,Rhumb,,{notice['reference']}"
    asked(gold, "cashier", "post", "/bank-files", f"{HEAD}\n{row}\n".encode(), 201,
          content_type="text/csv")  # fmt: skip


def test_gold_01_from_the_vessel_to_the_gate(gold, news):
    vessel(gold)
    news()
    mrn = gold.lodged("rhumb", message=gold_message())
    news()
    path = f"/declarations/{mrn}"
    wanted = {"decision": "ask", "reason": "The price list"}
    asked(gold, "supervisor", "post", f"{path}/decision", wanted)
    assert asked(gold, "rhumb", "get", path)["state"] == "documents_requested"
    (notice,) = asked(gold, "rhumb", "get", "/notices")["items"]
    assert (notice["amount"], notice["currency"]) == (TOTAL, "VND")
    assert [one["amount"] for one in notice["lines"]] == [108_037_500, 118_841_250]

    at(gold, "2026-03-03T11:00")
    found = {"decision": "accept", "documents_checked": True}
    assert asked(gold, "supervisor", "post", f"{path}/decision", found)["outcome"] == "assessed"
    at(gold, "2026-03-03T14:00")
    paid(gold, "B-1", notice, FIRST)
    news()
    debt = asked(gold, "rhumb", "get", f"{path}/debt")
    assert (debt["paid"], debt["outstanding"]) == (FIRST, TOTAL - FIRST) == (FIRST, 26_878_750)
    refused = gold.ask("supervisor", "post", f"{path}/release", {"reason": "at once"})
    assert refused.status == 409
    token = {"kind": "container", "number": BOX, "terminal": TERMINAL}
    assert gold.ask("rhumb", "post", "/gate-tokens", token).status == 409

    at(gold, "2026-03-03T16:40")
    paid(gold, "B-2", notice, TOTAL - FIRST)
    news()
    if asked(gold, "rhumb", "get", path)["state"] == "assessed":
        asked(gold, "supervisor", "post", f"{path}/release", {"reason": "in order"})
    news()
    stands = asked(gold, "rhumb", "get", path)
    assert stands["state"] in {"released", "cleared"}
    assert stands["released_at"] == instant("2026-03-03T16:40")

    gate = asked(gold, "terminal", "post", "/gates", {"code": "G1"}, 201)["id"]
    given = asked(gold, "rhumb", "post", "/gate-tokens", token, 201)
    at(gold, "2026-03-04T08:20")
    shown = {"code": given["code"], "direction": "out", "unit": BOX}
    passed = asked(gold, "terminal", "post", f"/gates/{gate}/passages", shown, 201)
    assert (passed["verdict"], passed["at"]) == ("accepted", instant("2026-03-04T08:20"))
    news()
    assert asked(gold, "rhumb", "get", path)["goods_state"] == "gated_out"
    again = asked(gold, "terminal", "post", f"/gates/{gate}/passages", shown, 201)
    assert (again["verdict"], again["reason"], again["alarm"]) == ("refused", "replayed", True)

    from clearway.declarations.models import Declaration
    from clearway.payments.queries import balances, debt_of

    assert sum(balances().values()) == 0
    assert debt_of(Declaration.objects.get(mrn=mrn).pk).outstanding == 0
