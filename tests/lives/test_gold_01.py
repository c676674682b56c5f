"""GOLD-01 through the API, from the vessel's report to the gate, to the đồng and the minute.

The card's figures: 43,215 USD at 25,000 are 1,080,375,000 VND; duty 108,037,500, VAT 118,841,250,
together 226,878,750. Arrived 2 March 06:00, lodged 3 March 09:15, released 16:40, out of the gate
on 4 March at 08:20, all by the clocks of Ho Chi Minh City.
"""

from __future__ import annotations

from tests.lives.conftest import gold_message
from tests.lives.living import BOX, TERMINAL, arrived, asked, at, billed, instant, paid, reported

TOTAL, FIRST = 226_878_750, 200_000_000


def vessel(gold):
    """Report the vessel with its bill of lading and container, and that it has arrived."""
    ship = reported(gold)
    billed(gold, ship)
    arrived(gold, ship)


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
