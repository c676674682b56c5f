"""Card C10, **Accept**: a mandate ends with 3 March; what is lodged on 4 March is refused.

The day is that of Ho Chi Minh City, seven hours ahead of UTC: it ends at 17:00 UTC.
"""

from __future__ import annotations

from msgspec import structs
from tests.lives.conftest import one_item
from tests.lives.living import asked, at

from clearway.accounts.ready import READY
from clearway.audit.models import Leaf
from clearway.messages import parties, write_json

BROKER = next(one for one in READY if one.name == "broker")


def message(lrn):
    made = one_item(
        lrn=lrn, code="85044090", price="20000.00", quantity="10", document=f"HBL-{lrn}"
    )
    declarant = parties.Declarant(
        name=BROKER.organisation, id=BROKER.identifier, address=made.declarant.address
    )
    return write_json(structs.replace(made, declarant=declarant))


def test_a_broker_lodges_to_the_last_minute_of_his_mandate_and_not_after(lives):
    assert "CLW4303" in lives.lodge("broker", message=message("M-0")).rules, "he has none yet"
    given = asked(lives, "rhumb", "post", "/mandates", {
        "agent": BROKER.identifier, "procedures": ["40"], "valid_from": "2026-03-02",
        "valid_to": "2026-03-04",
    }, 201)  # fmt: skip
    assert given["valid_to"] == "2026-03-04", "the first day without it"
    at(lives, "2026-03-03T23:59")
    mrn = lives.lodged("broker", message=message("M-1"))
    assert asked(lives, "rhumb", "get", f"/declarations/{mrn}")["declarant"] == BROKER.identifier
    at(lives, "2026-03-04T00:00")
    refused = lives.lodge("broker", message=message("M-2"))
    assert (refused.status, refused.rules) == (422, ["CLW4303"])
    assert Leaf.objects.filter(subject__contains="declaration").exists()
    asked(lives, "broker2", "get", f"/declarations/{mrn}", status=404)
    assert Leaf.objects.filter(kind="refusal", subject=f"declaration:{mrn}").exists()
