"""What waits: unmatched on both sides, asked about, overdue; pre-loading; the counts of it all."""

from datetime import timedelta

import pytest

from clearway.declarations.models import Declaration
from clearway.web.cargo.overview import overview
from clearway.web.words import LANGUAGES, words

EIGHT = {
    "house_number": "HAWB-1",
    "consignor_name": "Hangzhou Textile Co Ltd",
    "consignor_address": "88 Wulin Road, Hangzhou",
    "consignee_name": "Atlas Trading SA",
    "consignee_address": "3 Quadrant Quay, Lodestar",
    "pieces": "12",
    "gross_mass": "340.5",
    "description": "Men's knitted cotton shirts",
    "departure_at": "2026-03-02T20:00",
    "origin_country": "cn",
}


def waiting(number, at, organisation, document="NOT-REPORTED", **varied):
    return Declaration.objects.create(**{
        "id": number, "declarant": "D", "lrn": f"L{number}", "mrn": f"26XP000000000000{number}",
        "organisation": organisation, "direction": "IM", "kind": "standard", "state": "assessed",
        "goods_state": "unmatched", "debt_state": "none", "office": "XP000110",
        "importer": "XP1000000001", "exporter": "E", "transport_document": document,
        "fingerprint": bytes([number]), "consignment_key": f"K{number}", "draw_day": 0,
        "received_at": at, **varied,
    })  # fmt: skip


def test_declarations_that_wait_for_a_report_are_for_those_who_may_read_them(border, sign_in):
    now, mine = border.clock.now(), border.actors["trader"].organisation
    waiting(11, now, mine)
    waiting(12, now, mine, document="HERE", goods_state="reported")
    waiting(13, now, mine, state="invalidated", document="GONE")
    waiting(14, now, mine, document="AWAY", office="XP000210")
    officer = sign_in("officer").get("/cargo/waiting").told
    assert "NOT-REPORTED" in officer
    assert 'data-live="declaration transport_document"' in officer
    for other in ("HERE", "GONE", "AWAY"):
        assert other not in officer
    assert "AWAY" in sign_in("trader").get("/cargo/waiting").told
    assert "NOT-REPORTED" not in sign_in("trader2").get("/cargo/waiting").told
    carrier = sign_in("carrier")
    assert carrier.get("/cargo/waiting").status_code == 403
    assert "/cargo/waiting" not in carrier.get("/cargo/").told


def test_reports_that_nobody_has_declared(border, sign_in, document, stock):
    mine = border.actors["carrier"].organisation
    document("NOBODY", organisation=mine)
    document("DRAWN", organisation=mine)
    document("MASTER", organisation=mine, houses=1)
    document("AWAY", organisation=99)
    stock.reserve(("DRAWN", 1, 1, 1))
    page = sign_in("carrier").get("/cargo/undeclared").told
    assert "NOBODY" in page
    for other in ("DRAWN", "MASTER", "AWAY"):
        assert f">{other}<" not in page
    assert "NOBODY" not in sign_in("carrier").get("/cargo/undeclared", here="yes").told
    assert "AWAY" in sign_in("terminal").get("/cargo/undeclared").told


def test_overdue_goods_are_told_before_the_round_marks_them(border, sign_in, document):
    now, mine = border.clock.now(), border.actors["carrier"].organisation
    late = {"organisation": mine, "arrived_at": now - timedelta(days=100)}
    document("LATE", state="arrived", due_at=now - timedelta(days=10), **late)
    document("MARKED", state="overdue", due_at=now - timedelta(days=10), **late)
    document("GONE", state="fully_written_off", due_at=now - timedelta(days=10), **late)
    document("NEW", state="arrived", due_at=now + timedelta(days=10), **late)
    page = sign_in("carrier").get("/cargo/overdue").told
    for number, there in {"LATE": True, "MARKED": True, "GONE": False, "NEW": False}.items():
        assert (f">{number}<" in page) is there


def test_the_counts_lead_to_lists_of_as_many(border, sign_in, document, django_assert_num_queries):
    mine = border.actors["carrier"].organisation
    here = {"organisation": mine, "arrived_at": border.clock.now()}
    border.ship()
    document("A1", organisation=mine, state="rfi")
    document("A2", state="short", tallied_packages=98, **here)
    document("A3", state="excess", tallied_packages=101, **here)
    document("A4", state="arrived", **here)
    document("A5", organisation=99, state="short", tallied_packages=1)
    with django_assert_num_queries(2):
        carrier = {one.word: one for one in overview(border.actors["carrier"])}
    told = {word.removeprefix("cargo_count_"): one.number for word, one in carrier.items()}
    assert told == {
        "expected": 1, "doubted": 1, "undeclared": 4, "short": 1, "excess": 1, "overdue": 0,
    }  # fmt: skip
    assert [one.word for one in carrier.values() if one.urgent] == [
        "cargo_count_doubted", "cargo_count_short", "cargo_count_excess",
    ]  # fmt: skip
    visitor = sign_in("carrier")
    for one in carrier.values():
        page = visitor.get(one.address)
        assert page.status_code == 200
        assert page.told.count('<th scope="row">') == one.number
        assert one.word in words("en")
    terminal = {one.word: one.number for one in overview(border.actors["terminal"])}
    assert terminal["cargo_count_untallied"] == 1
    assert terminal["cargo_count_short"] == 2
    assert overview(border.actors["operator"]) == []


def test_pre_loading_data_are_answered_at_once_and_lodged_again(border, sign_in):
    airline = sign_in("airline")
    answer = airline.post("/cargo/pre-loading/new", {**EIGHT, "consignee_name": "to order"})
    page = airline.get(answer.headers["Location"]).told
    assert "Information asked (RFI)" in page
    assert "<b>Consignee:</b>" in page
    former = answer.headers["Location"].rpartition("/")[2]
    form = airline.get("/cargo/pre-loading/new", again=former).told
    assert 'value="to order"' in form
    answer = airline.post("/cargo/pre-loading/new", EIGHT)
    assert "The goods may be loaded." in airline.get(answer.headers["Location"]).told
    assert airline.get("/cargo/pre-loading/").told.count("HAWB-1") == 2
    assert airline.get("/cargo/pre-loading/", answer="rfi").told.count("HAWB-1") == 1
    broker = sign_in("broker")
    assert broker.get(answer.headers["Location"]).status_code == 404
    taken = broker.post("/cargo/pre-loading/new", EIGHT)
    assert taken.status_code == 422
    assert '<a href="#house_number">' in taken.told
    assert sign_in("officer").get(answer.headers["Location"]).status_code == 200
    wrong = airline.post("/cargo/pre-loading/new", {**EIGHT, "pieces": "x", "departure_at": ""})
    assert wrong.status_code == 422
    assert '<a href="#departure_at">' in wrong.told


def test_a_house_waybills_answer_stands_on_its_page(border, sign_in):
    flight = border.ship(who="airline", reference="F1", mode="4", means="", journey="WR123",
                         carrier="XP3000000002")  # fmt: skip
    border.bill("airline", number="020-12345675", conveyance=flight["id"])
    house = border.bill("airline", number="HAWB-1", master_number="020-12345675", packages=12,
                        gross_mass="340.5").told  # fmt: skip
    airline = sign_in("airline")
    address = f"/cargo/{house['id']}"
    assert f"/cargo/pre-loading/new?document={house['id']}" in airline.get(address).told
    form = airline.get("/cargo/pre-loading/new", document=house["id"]).told
    assert 'value="HAWB-1"' in form
    assert 'value="12"' in form
    airline.post("/cargo/pre-loading/new", {**EIGHT, "description": "FAK"})
    assert "Information asked (RFI)" in airline.get(address).told
    assert "HAWB-1" in airline.get("/cargo/doubted").told
    assert airline.get("/cargo/pre-loading/new", document="9" * 18).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_and_state_has_its_word(language):
    from clearway.cargo.life_cycle import STATES
    from clearway.cargo.pre_loading import ANSWERS
    from clearway.web.cargo import reading

    told = words(language)
    groups = (reading.CONVEYANCE, reading.DOCUMENT, reading.CONTAINER, reading.PRE_LOADING,
              reading.TALLY)  # fmt: skip
    needed = {f"cargo_field_{field.name}" for group in groups for field in group}
    needed |= {f"document_{state}" for state in STATES}
    needed |= {f"cargo_answered_{answer}" for answer in ANSWERS}
    needed |= {f"cargo_mode_{mode}" for mode in reading.MODES}
    needed |= {f"cargo_fullness_{one}" for one in reading.FULLNESS}
    assert needed <= told.keys()
    assert all(told[f"document_{state}"] != state for state in STATES)
