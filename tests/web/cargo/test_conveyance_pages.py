"""Conveyances by form: reported, corrected, arrived; another's are not there."""

import re

from clearway.cargo.models import Conveyance, TransportDocument

FORM = {
    "reference": "ARM-027W",
    "mode": "1",
    "means": "9074729",
    "means_name": "EVER MERIDIAN",
    "nationality": "pa",
    "journey": "027W",
    "carrier": "XP3000000001",
    "place": "xplod",
    "expected_at": "2026-03-04T06:00",
    "departed_at": "",
}


def test_a_conveyance_is_reported_corrected_and_arrives(border, sign_in):
    carrier = sign_in("carrier")
    assert 'value="XP3000000001"' in carrier.get("/conveyances/new").told
    answer = carrier.post("/conveyances/new", FORM)
    assert answer.status_code == 303
    ship = Conveyance.objects.get()
    assert answer.headers["Location"] == f"/conveyances/{ship.pk}"
    assert (ship.place, ship.nationality) == ("XPLOD", "PA")
    border.bill(conveyance=ship.pk)
    address = f"/conveyances/{ship.pk}"
    form = carrier.get(f"{address}/correct").told
    assert 'value="2026-03-04T06:00"' in form
    assert 'name="reference"' not in form
    changed = {**FORM, "journey": "028W", "reason": "Another voyage", "version": "1"}
    assert carrier.post(f"{address}/correct", changed).status_code == 303
    late = carrier.post(f"{address}/correct", {**changed, "journey": "029W"})
    assert late.status_code == 409, "somebody corrected it since the form was opened"
    page = carrier.get(address).told
    assert "028W" in page
    assert "Another voyage" in page
    assert "MEDU7700001" in page
    border.clock.advance(ship.expected_at)
    carrier = sign_in("carrier")
    arrival = {"arrived_at": "2026-03-04T06:00", "place": ""}
    assert carrier.post(f"{address}/arrival", arrival).status_code == 303
    ship.refresh_from_db()
    assert ship.state == "arrived"
    assert TransportDocument.objects.get().state == "arrived"
    assert f"{address}/arrival" not in carrier.get(address).told


def test_what_is_wrong_is_told_beside_its_field_and_all_words_are_kept(border, sign_in):
    carrier = sign_in("carrier")
    wrong = {**FORM, "means": "9074728", "place": "", "means_name": "<b>EVER</b>"}
    answer = carrier.post("/conveyances/new", wrong)
    assert answer.status_code == 422
    assert '<a href="#place">' in answer.told
    assert 'id="place-wrong"' in answer.told
    assert 'aria-describedby="place-hint place-wrong" aria-invalid="true"' in answer.told
    assert 'value="9074728"' in answer.told
    assert "&lt;b&gt;EVER" in answer.told
    answer = carrier.post("/conveyances/new", {**wrong, "place": "XPLOD"})
    assert "CLW5102" in answer.told
    assert '<a href="#means">' in answer.told
    answer = carrier.post("/conveyances/new", {**FORM, "expected_at": "tomorrow", "mode": "7"})
    assert {"#expected_at", "#mode"} <= set(re.findall(r'<a href="(#\w+)">', answer.told))
    for far in ("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "1899-12-31T00:00"):
        answer = carrier.post("/conveyances/new", {**FORM, "departed_at": far})
        assert '<a href="#departed_at">' in answer.told
    assert not Conveyance.objects.exists()


def test_a_reference_is_used_once(border, sign_in):
    carrier = sign_in("carrier")
    carrier.post("/conveyances/new", FORM)
    answer = carrier.post("/conveyances/new", {**FORM, "journey": "029W"})
    assert answer.status_code == 422
    assert '<a href="#reference">' in answer.told
    assert Conveyance.objects.count() == 1


def test_an_arrival_in_the_future_is_asked_again(border, sign_in):
    ship = border.ship()
    answer = sign_in("terminal").post(
        f"/conveyances/{ship['id']}/arrival", {"arrived_at": "2026-03-09T06:00", "place": "XPLOD"}
    )
    assert answer.status_code == 422
    assert '<a href="#arrived_at">' in answer.told
    assert 'value="2026-03-09T06:00"' in answer.told
    assert Conveyance.objects.get().state == "expected"


def test_anothers_conveyance_is_not_there(border, sign_in):
    ship = border.ship()
    address = f"/conveyances/{ship['id']}"
    airline = sign_in("airline")
    for path in (address, f"{address}/correct"):
        assert airline.get(path).status_code == 404
    assert airline.post(f"{address}/arrival", {"arrived_at": "2026-03-02T07:00"}).status_code == 404
    assert "ARM-026W" not in airline.get("/conveyances/").told
    assert sign_in("trader").get(address).status_code == 403
    officer = sign_in("officer")
    assert "ARM-026W" in officer.get("/conveyances/").told
    assert f"{address}/correct" not in officer.get(address).told
    assert officer.get("/conveyances/new").status_code == 403
    assert sign_in("auditor").get(address).status_code == 200


def test_the_list_is_filtered_exported_and_live(border, sign_in):
    border.ship()
    border.ship(reference="TRUCK-1", mode="3", means="XP 12 AB", journey="")
    carrier = sign_in("carrier")
    page = carrier.get("/conveyances/", mode="3").told
    assert "TRUCK-1" in page
    assert "ARM-026W" not in page
    assert 'data-live="conveyance"' in page
    assert "ARM-026W" in carrier.get("/conveyances/", conveyance_words="026w").told
    assert "TRUCK-1" not in carrier.get("/conveyances/", conveyance_state="arrived").told
    table = carrier.get("/conveyances/", format="csv").told
    assert "TRUCK-1" in table
    assert "ARM-026W" in table


def test_a_page_asks_as_often_whatever_is_on_board(border, sign_in, django_assert_max_num_queries):
    ship = border.ship()
    for number in range(12):
        container = {"number": "CSQU3054383", "seals": [{"number": "SL1", "party": "CA"}]}
        border.bill(number=f"MEDU-{number}", conveyance=ship["id"], containers=[container])
    carrier = sign_in("carrier")
    with django_assert_max_num_queries(24):
        page = carrier.get(f"/conveyances/{ship['id']}").told
    assert page.count("SL1") == 12
