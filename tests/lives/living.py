"""What golden lives do with one call: ask and expect, report a vessel, pay, read the books."""

from __future__ import annotations

import json

from tests.lives.conftest import IMPORTER, local

from clearway.accounts.ready import READY

BOX = "CSQU3054383"
TERMINAL = next(one.identifier for one in READY if one.name == "terminal")
CARRIER = "XP3000000001"
HEAD = "reference,account,amount,currency,value_date,payer_name,payer_iban,told"


def instant(text):
    """Return a local time of the card as the API writes it."""
    return local(text).isoformat().replace("+00:00", "Z")


def at(border, text):
    """Let it be a local time."""
    border.clock.advance(local(text))


def asked(border, who, method, path, body=None, status=200, **more):
    """Ask the API as somebody, expect a status, and return what it answers."""
    answer = border.ask(who, method, path, body, **more)
    assert answer.status == status, answer.json
    return answer.json


def refused(border, who, method, path, body=None, status=409, **more):
    """Ask the API for what it refuses, and return the refusal's sentence."""
    return asked(border, who, method, path, body, status, **more)["detail"]


def reported(border, expected="2026-03-02T06:00"):
    """Report the vessel and return its number."""
    return asked(border, "carrier", "post", "/conveyances", {
        "reference": "VOY-1", "mode": "1", "means": "9074729", "means_name": "Rhumb Star",
        "carrier": CARRIER, "journey": "001E", "place": "VNSGN",
        "expected_at": instant(expected),
    }, 201)["id"]  # fmt: skip


def billed(border, ship=None, number="HBL-GOLD", packages=20, mass="6000", **more):
    """Report a transport document of a vessel, with the container of GOLD-01.

    ``more`` is what else its report says: of a house, ``master_number`` and no container.
    """
    if ship is not None:
        more["conveyance"] = ship
    return asked(border, "carrier", "post", "/transport-documents", {
        "number": number, "consignor_name": "Bund Machinery Ltd",
        "consignor_address": "1 Bund, Shanghai, CN", "consignee": IMPORTER,
        "consignee_name": "Rhumb Line Trading", "consignee_address": "2 Quay Street",
        "discharge_place": "VNSGN", "description": "Static converters and transformers",
        "package_type": "CT", "packages": packages, "gross_mass": mass,
        "containers": [{"number": BOX, "size_type": "45G1", "fullness": "5"}], **more,
    }, 201)["id"]  # fmt: skip


def arrived(border, ship, when="2026-03-02T06:00"):
    """Tell that the vessel is here."""
    told = {"arrived_at": instant(when)}
    asked(border, "carrier", "post", f"/conveyances/{ship}/arrival", told)


def paid(border, reference, notice, amount, day="2026-03-03"):
    """Hand in the bank's file of one payment of a notice."""
    row = f"{reference},VN-TREASURY,{amount},VND,{day},Rhumb,,{notice['reference']}"
    asked(border, "cashier", "post", "/bank-files", f"{HEAD}\n{row}\n".encode(), 201,
          content_type="text/csv")  # fmt: skip


def stands(border, mrn, who="rhumb"):
    """Return the three states of a declaration: its own, its goods', its debt's."""
    told = asked(border, who, "get", f"/declarations/{mrn}")
    return told["state"], told["goods_state"], told["debt_state"]


def accounts():
    """Return what the ledger's accounts hold, those of nothing left out; together they are 0."""
    from clearway.payments.queries import balances

    held = balances()
    assert sum(held.values()) == 0
    return {name: amount for name, amount in held.items() if amount}


def looked_at(lives, news, mrn):
    """Let whoever was drawn look at the goods and find them in order."""
    (look,) = asked(lives, "supervisor", "get", f"/declarations/{mrn}/inspections")["items"]
    told = asked(lives, "supervisor", "get", f"/inspections/{look['id']}")
    (drawn,) = told["team"]
    who = next(name for name in ("ann", "ben") if lives.actors[name].name == drawn)
    other = {"ann": "ben", "ben": "ann"}[who]
    path = f"/inspections/{look['id']}"
    assert refused(lives, other, "post", f"{path}/start", {})
    asked(lives, who, "post", f"{path}/start", {})
    order = {"decision": "accept", "goods_controlled": True}
    assert refused(lives, "supervisor", "post", f"/declarations/{mrn}/decision", order)
    done = asked(lives, who, "post", f"{path}/result",
                 {"outcome": "satisfactory", "rest_in_order": True})  # fmt: skip
    assert (done["state"], done["outcome"]) == ("closed", "satisfactory")
    news()


def codes(mrn):
    """Return the notification codes that went out about a declaration, in their order."""
    from clearway.events.models import Event

    rows = Event.objects.filter(subject=f"declaration:{mrn}").order_by("id")
    told = [json.loads(bytes(row.body)).get("code") for row in rows]
    return [one for one in told if one]
