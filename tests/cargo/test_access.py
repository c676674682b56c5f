"""Who sees and does what with cargo: another's document answers like an absent one."""

import pytest

from clearway.audit.models import Leaf


@pytest.fixture
def scene(border, stock):
    """A ship with a bill for Atlas (trader), one for nobody known, and a house by the broker."""
    ship = border.ship()
    border.bill(conveyance=ship["id"], number="ATLAS", consignee="XP1000000001")
    border.bill(conveyance=ship["id"], number="OPEN")
    border.bill(conveyance=ship["id"], number="CLOSED", consignee="XP2000000002")
    border.bill("broker", number="HOUSE", master_number="OPEN", packages=5, gross_mass="50")
    border.ship_id = ship["id"]
    return border


SEES = {
    "carrier": {"ATLAS", "OPEN", "CLOSED"},
    "airline": set(),
    "broker": {"HOUSE"},
    "broker2": {"CLOSED"},
    "trader": {"ATLAS"},
    "trader2": set(),
    "terminal": {"ATLAS", "OPEN", "CLOSED", "HOUSE"},
    "officer": {"ATLAS", "OPEN", "CLOSED", "HOUSE"},
    "auditor": {"ATLAS", "OPEN", "CLOSED", "HOUSE"},
}


@pytest.mark.parametrize("who", SEES)
def test_each_sees_his_own(scene, who):
    listed = {item["number"] for item in scene.get(who, "/transport-documents").told["items"]}
    assert listed == SEES[who]
    absent = scene.get(who, "/transport-documents/ABSENT").told
    for number in ("ATLAS", "OPEN", "CLOSED", "HOUSE"):
        answer = scene.get(who, f"/transport-documents/{number}")
        assert answer.status_code == (200 if number in SEES[who] else 404)
        if answer.status_code == 404:
            assert answer.told["type"] == absent["type"]
            assert answer.told["title"] == absent["title"]


def test_roles_without_cargo_are_refused(scene):
    for who in ("operator", "tariff", "registrar"):
        assert scene.get(who, "/transport-documents").status_code == 403
        assert scene.get(who, f"/conveyances/{scene.ship_id}").status_code == 403


def test_conveyances_are_the_carriers_own(scene):
    assert scene.get("airline", f"/conveyances/{scene.ship_id}").status_code == 404
    assert scene.get("carrier", f"/conveyances/{scene.ship_id}").status_code == 200
    arrival = {"arrived_at": "2026-03-02T07:00:00Z"}
    assert (
        scene.post("airline", f"/conveyances/{scene.ship_id}/arrival", arrival).status_code == 404
    )
    answer = scene.bill("airline", conveyance=scene.ship_id, number="X1")
    assert answer.status_code == 404
    assert scene.bill("trader", conveyance=scene.ship_id, number="X1").status_code == 403


def test_houses_are_filed_by_the_masters_consignee(scene):
    refused = scene.bill("broker", number="H9", master_number="CLOSED", packages=1, gross_mass="1")
    absent = scene.bill("broker", number="H9", master_number="ABSENT", packages=1, gross_mass="1")
    assert refused.status_code == absent.status_code == 422
    assert refused.told["errors"][0]["detail"][:8] == absent.told["errors"][0]["detail"][:8]
    granted = scene.bill("broker2", number="H9", master_number="CLOSED", packages=1, gross_mass="1")
    assert granted.status_code == 201


def test_only_terminals_and_officers_tally(scene):
    path = "/transport-documents/ATLAS/discharge"
    assert scene.post("carrier", path, {"packages": 1}).status_code == 403
    assert scene.post("terminal", path, {"packages": 1}).status_code == 409  # not arrived


def test_another_does_not_correct(scene):
    from tests.cargo.conftest import bill

    body = bill(number="ATLAS", conveyance=scene.ship_id, reason="mine now")
    path = "/transport-documents/ATLAS/corrections"
    assert scene.post("broker", path, body).status_code == 404
    assert scene.post("trader", path, body).status_code == 403


def test_a_declaration_that_draws_opens_the_document_to_its_lodger_alone(scene, stock):
    from django.db import connection, transaction
    from tests.cargo.conftest import NOW

    from clearway.cargo.stock import Reservation, reserve_many

    def draw(declaration, who):
        actor = scene.actors[who]
        wanted = Reservation(
            "CLOSED", declaration, 1, 5, 0, f"26XP{declaration:013}0", actor.organisation,
            actor.identifier,
        )  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            return reserve_many(cursor, [wanted], NOW)[0].kind

    assert draw(1, "trader2") == "unmatched"
    assert scene.get("trader2", "/transport-documents/CLOSED").status_code == 404
    assert draw(2, "broker2") == "reserved"
    rows = scene.get("broker2", "/transport-documents/CLOSED/write-offs").told["items"]
    assert [row["mrn"] for row in rows] == ["26XP00000000000020"]
    seen_by_carrier = scene.get("carrier", "/transport-documents/CLOSED/write-offs").told["items"]
    assert [(row["mrn"], row["packages"]) for row in seen_by_carrier] == [("", 5)]


def test_reads_of_anothers_data_and_refusals_are_logged(scene):
    def leaves(kind):
        return list(Leaf.objects.filter(kind=kind).values_list("actor", "subject"))

    scene.get("carrier", "/transport-documents/ATLAS")
    assert leaves("read") == []
    scene.get("officer", "/transport-documents/ATLAS")
    scene.get("trader", "/transport-documents/ATLAS")
    officer, trader = scene.actors["officer"].name, scene.actors["trader"].name
    assert leaves("read") == [
        (officer, "transport_document:ATLAS"),
        (trader, "transport_document:ATLAS"),
    ]
    before = len(leaves("refusal"))
    scene.bill(conveyance=scene.ship_id, number="BAD", packages=0)
    scene.bill("trader", conveyance=scene.ship_id, number="BAD")
    assert len(leaves("refusal")) == before + 2
