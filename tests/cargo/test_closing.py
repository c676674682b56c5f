"""The end of a transport document, and what the demonstration's law says of cargo."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from fractions import Fraction

import pytest
from tests.cargo.conftest import KILO, NOW

from clearway.cargo.models import TransportDocument

PATH = "/transport-documents/MAEU1/closure"
WHY = {"reason": "All is out of the gate"}
_WHOLE = {
    "state": "fully_written_off", "arrived_at": NOW, "drawn_packages": 100, "final_packages": 100,
    "drawn_mass": 1000 * KILO, "final_mass": 1000 * KILO,
}  # fmt: skip
_SHORT = {"state": "short", "arrived_at": NOW, "tallied_packages": 98, "packages": 100}


def close(border, who="terminal"):
    return border.post(who, PATH, WHY)


def test_a_terminal_closes_what_is_written_off_whole(border, document, stock):
    document(**_WHOLE)
    answer = close(border)
    assert (answer.status_code, answer.told["state"]) == (200, "closed")
    (told,) = border.events("transport_document.closed", "transport_document:MAEU1")
    assert told[1] == {"number": "MAEU1", "reason": WHY["reason"], "left_packages": 0}
    assert close(border).status_code == 409
    assert [one.kind for one in stock.reserve(("MAEU1", 9, 1))] == ["closed"]


def test_what_is_short_is_an_officers_to_close(border, document):
    document(**_SHORT)
    assert close(border).status_code == 409
    assert TransportDocument.objects.get().state == "short"
    assert close(border, "officer").told["state"] == "closed"


def test_nothing_is_closed_while_a_declaration_waits_for_its_release(border, document, stock):
    document(**_SHORT)
    stock.reserve(("MAEU1", 1, 5))
    assert close(border, "officer").status_code == 409
    stock.give_back(1)
    assert close(border, "officer").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("trader", 403), ("carrier", 403), ("broker", 403), ("auditor", 403)]
)
def test_nobody_else_closes(border, document, who, status):
    document(**_WHOLE)
    assert close(border, who).status_code == status


def test_a_document_that_is_not_at_its_end_stays_open(border, document):
    document(state="arrived", arrived_at=NOW)
    assert close(border, "officer").status_code == 409


def test_the_demonstrations_law_of_cargo_is_the_one_that_rules(border):
    from clearway import packs

    told = tomllib.loads((packs.demo_pack() / "pack.toml").read_text())["settings"]["cargo"]
    assert {"bulk_tolerance", "packed_tolerance", "house_tolerance", "storage_days"} <= set(told)
    ship = border.ship(expected_at="2026-03-02T07:00:00Z")
    for number, kind, share in (("B1", "VR", "bulk_tolerance"), ("P1", "CT", "packed_tolerance")):
        answer = border.bill(
            number=number, conveyance=ship["id"], package_type=kind, gross_mass="1000"
        )
        assert answer.status_code == 201, answer.told
        kept = TransportDocument.objects.get(number=number)
        assert kept.mass_allowance == 1000 * KILO * (1 + Fraction(told[share]))
    arrived = {"arrived_at": "2026-03-02T07:30:00Z"}
    path = f"/conveyances/{ship['id']}/arrival"
    assert border.post("carrier", path, arrived).status_code == 200
    kept = TransportDocument.objects.get(number="P1")
    assert kept.due_at - kept.arrived_at == timedelta(days=int(told["storage_days"]))
