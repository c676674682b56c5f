"""Transport documents by form: reported, corrected, cancelled, tallied, closed; who sees what."""

import re

import pytest

from clearway.audit import sequencer
from clearway.audit.models import Leaf
from clearway.cargo.models import TransportDocument

FORM = {
    "number": "MEDU7700001",
    "consignor_name": "Hangzhou Textile Co Ltd",
    "consignor_address": "88 Wulin Road",
    "consignee": "XP1000000001",
    "consignee_name": "Atlas Trading SA",
    "consignee_address": "",
    "loading_place": "cnsha",
    "discharge_place": "XPLOD",
    "description": "Men's knitted cotton shirts",
    "package_type": "ct",
    "packages": "١٠٠",
    "gross_mass": "1250.5",
    "dangerous_goods": "",
    "container": ["csqu3054383", "", ""],
    "size_type": ["22G1", "", ""],
    "fullness": ["5", "", ""],
    "container_packages": ["100", "", ""],
    "container_gross_mass": ["", "", ""],
    "seals": ["SL4411 CA; SL4412", "", ""],
}


def the(number="MEDU7700001"):
    return TransportDocument.objects.get(number=number)


def page_of(number="MEDU7700001"):
    return f"/cargo/{the(number).pk}"


def land(border, ship):
    border.post("carrier", f"/conveyances/{ship['id']}/arrival",
                {"arrived_at": border.clock.now().isoformat()})  # fmt: skip


def test_a_document_is_reported_by_form_with_its_container_and_seals(border, sign_in):
    ship = border.ship()
    carrier = sign_in("carrier")
    assert (
        f'value="{ship["id"]}" selected' in carrier.get(f"/cargo/new?conveyance={ship['id']}").told
    )
    answer = carrier.post("/cargo/new", {**FORM, "conveyance": str(ship["id"])})
    assert answer.status_code == 303, answer.told
    made = the()
    assert answer.headers["Location"] == page_of()
    assert (made.packages, made.gross_mass, made.package_type) == (100, 1_250_500_000, "CT")
    (container,) = made.containers.all()
    assert container.number == "CSQU3054383"
    assert container.seals == [
        {"number": "SL4411", "party": "CA"},
        {"number": "SL4412", "party": ""},
    ]
    page = carrier.get(page_of()).told
    assert "CSQU3054383" in page
    assert "SL4412" in page
    assert "1,250.5" in page


def test_more_containers_are_given_room_and_nothing_typed_is_lost(border, sign_in):
    border.ship()
    answer = sign_in("carrier").post("/cargo/new", {**FORM, "more": "1"})
    assert answer.status_code == 200
    assert answer.told.count('name="container"') == 3  # the one typed, and two blank ones
    assert 'value="SL4411 CA; SL4412"' in answer.told
    assert not TransportDocument.objects.exists()


def test_a_form_that_would_lose_containers_is_not_shown(border, sign_in, monkeypatch):
    ship = border.ship()
    containers = [
        {"number": number, "seals": [{"number": "SL 44 11", "party": "CA"}, {"number": "X 2"}]}
        for number in ("CSQU3054383", "MSCU0000060")
    ]
    border.bill(conveyance=ship["id"], containers=containers)
    carrier = sign_in("carrier")
    assert 'value="SL 44 11 CA; X 2"' in carrier.get(f"{page_of()}/correct").told
    again = {"container": [one["number"] for one in containers], "seals": ["SL 44 11 CA; X 2"] * 2}
    for name in ("size_type", "fullness", "container_packages", "container_gross_mass"):
        again[name] = ["", ""]
    changed = {**FORM, **again, "version": "1", "reason": "More exact"}
    assert carrier.post(f"{page_of()}/correct", changed).status_code == 303
    kept = [container.seals for container in the().containers.all()]
    assert kept == [[{"number": "SL 44 11", "party": "CA"}, {"number": "X 2", "party": ""}]] * 2
    monkeypatch.setattr("clearway.web.cargo.forming.MOST_CONTAINERS", 1)
    assert carrier.get(f"{page_of()}/correct").status_code == 409


def test_faults_name_their_field_a_containers_too(border, sign_in):
    ship = border.ship()
    wrong = {**FORM, "conveyance": ship["id"], "container": ["", "CSQU3054384", ""],
             "packages": "a hundred", "description": ""}  # fmt: skip
    wrong["seals"] = ["", "", ""]
    wrong["size_type"], wrong["fullness"] = ["", "", ""], ["", "", ""]
    wrong["container_packages"] = ["", "", ""]
    carrier = sign_in("carrier")
    answer = carrier.post("/cargo/new", wrong)
    assert answer.status_code == 422
    assert {"#packages", "#description"} <= set(re.findall(r'<a href="(#[\w-]+)">', answer.told))
    assert 'value="a hundred"' in answer.told
    answer = carrier.post("/cargo/new", {**wrong, "packages": "100", "description": "Shirts"})
    assert answer.status_code == 422
    assert '<a href="#container-0">' in answer.told
    assert 'id="container-0-wrong"' in answer.told
    answer = carrier.post("/cargo/new", {**FORM, "conveyance": ""})
    assert '<a href="#conveyance">' in answer.told


def test_a_correction_shows_what_it_changed_and_keeps_what_it_must(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    carrier = sign_in("carrier")
    form = carrier.get(f"{page_of()}/correct").told
    assert 'name="number"' not in form
    assert 'name="version" value="1"' in form
    changed = {**FORM, "packages": "90", "version": "1", "reason": "Ten left behind"}
    assert carrier.post(f"{page_of()}/correct", {**changed, "reason": ""}).status_code == 422
    assert carrier.post(f"{page_of()}/correct", changed).status_code == 303
    assert (the().packages, the().version, the().conveyance_id) == (90, 2, ship["id"])
    page = carrier.get(page_of()).told
    assert "<del>100</del> <ins>90</ins>" in page
    assert "Ten left behind" in page
    # Who had the form open since before is told, and undoes nothing.
    assert carrier.post(f"{page_of()}/correct", changed).status_code == 409
    assert the().version == 2


def test_after_arrival_an_officer_corrects(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    land(border, ship)
    carrier, officer = sign_in("carrier"), sign_in("officer")
    changed = {**FORM, "packages": "90", "version": "1", "reason": "Counted anew"}
    assert f"{page_of()}/correct" not in carrier.get(page_of()).told
    assert carrier.post(f"{page_of()}/correct", changed).status_code == 409
    assert f"{page_of()}/correct" in officer.get(page_of()).told
    assert officer.post(f"{page_of()}/correct", changed).status_code == 303
    assert the().packages == 90
    assert the().organisation == border.actors["carrier"].organisation


def test_a_tally_flags_and_leads_on_to_the_next(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    border.bill(conveyance=ship["id"], number="MEDU7700002")
    terminal = sign_in("terminal")
    assert 'id="tally"' not in terminal.get(page_of()).told
    land(border, ship)
    assert "MEDU7700002" in terminal.get("/cargo/untallied").told
    answer = terminal.post(f"{page_of()}/tally", {"packages": "98", "next": "1"})
    assert answer.headers["Location"] == f"{page_of('MEDU7700002')}#tally"
    assert the().state == "short"
    told = terminal.get(page_of("MEDU7700002")).told
    assert "MEDU7700001 was found short" in told
    answer = terminal.post(f"{page_of('MEDU7700002')}/tally", {"packages": "103", "next": "1"})
    assert answer.headers["Location"] == "/cargo/untallied"
    assert "MEDU7700002 was found over" in terminal.get("/cargo/untallied").told
    short = terminal.get("/cargo/discrepancies", discrepancy="short").told
    assert "MEDU7700001" in short
    assert "MEDU7700002" not in short
    assert "-2" in short.replace("\N{MINUS SIGN}", "-")
    both = sign_in("officer").get("/cargo/discrepancies").told
    assert "MEDU7700001" in both
    assert "MEDU7700002" in both


def test_bulk_goods_want_their_mass(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"], package_type="VR", packages=0, gross_mass="5000")
    land(border, ship)
    terminal = sign_in("terminal")
    answer = terminal.post(f"{page_of()}/tally", {"packages": "0", "remarks": "wet"})
    assert answer.status_code == 422
    assert '<a href="#gross_mass">' in answer.told
    assert ">wet</textarea>" in answer.told
    assert (
        terminal.post(f"{page_of()}/tally", {"packages": "0", "gross_mass": "4990"}).status_code
        == 303
    )
    assert the().state == "short"


def test_write_offs_are_shown_with_their_declarations_to_those_who_may_know(
    border, sign_in, document, stock, as_it_stands
):
    carrier = border.actors["carrier"]
    made = document("MAEU1", organisation=carrier.organisation, consignee="XP1000000001")
    stock.reserve(("MAEU1", 1, 60, 600), ("MAEU1", 2, 30, 300))
    stock.finalise(1)
    as_it_stands(made)
    officer = sign_in("officer").get(f"/cargo/{made.pk}").told
    assert "26XP00000000000010" in officer
    assert "Written off at release" in officer
    assert ">10</b>" in officer  # left of 100
    own = sign_in("carrier").get(f"/cargo/{made.pk}").told
    assert "26XP00000000000010" not in own
    assert own.count("another&#x27;s declaration") == 3
    consignee = sign_in("trader").get(f"/cargo/{made.pk}").told
    assert "another&#x27;s declaration" not in consignee
    assert "Versions" not in consignee


def test_cancelling_and_closing_want_a_reason(border, sign_in, document):
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    carrier = sign_in("carrier")
    answer = carrier.post(f"{page_of()}/cancel", {"reason": " "})
    assert answer.status_code == 422
    assert '<a href="#reason">' in answer.told
    assert carrier.post(f"{page_of()}/cancel", {"reason": "Not shipped"}).status_code == 303
    assert the().state == "cancelled"
    assert f"{page_of()}/cancel" not in carrier.get(page_of()).told
    done = document("MAEU2", state="fully_written_off", drawn_packages=100, final_packages=100)
    address = f"/cargo/{done.pk}"
    terminal = sign_in("terminal")
    assert f"{address}/close" in terminal.get(address).told
    assert terminal.post(f"{address}/close", {"reason": "All gone"}).status_code == 303
    assert the("MAEU2").state == "closed"


def test_a_house_is_filed_by_the_forwarder_and_not_shown_to_the_carrier(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"], consignee="XP2000000001")
    broker = sign_in("broker")
    form = broker.get("/cargo/new?master_number=MEDU7700001").told
    assert 'name="conveyance"' not in form
    assert 'value="MEDU7700001"' in form
    house = {**FORM, "number": "HBL-1", "packages": "10", "gross_mass": "100",
             "master_number": "MEDU7700001", "container_packages": ["10", "", ""]}  # fmt: skip
    assert broker.post("/cargo/new", {**house, "master_number": ""}).status_code == 422
    assert broker.post("/cargo/new", house).status_code == 303
    assert "HBL-1" in broker.get(page_of()).told
    carrier = sign_in("carrier").get(page_of()).told
    assert "HBL-1" not in carrier
    assert "reported by others" in carrier
    assert sign_in("carrier").get(page_of("HBL-1")).status_code == 404


def test_anothers_document_is_not_there(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    airline, trader = sign_in("airline"), sign_in("trader")
    for visitor in (airline, trader):
        assert visitor.get(page_of()).status_code == 404
        assert "MEDU7700001" not in visitor.get("/cargo/").told
        assert visitor.get("/cargo/number/MEDU7700001").status_code == 404
    for act in ("correct", "cancel"):
        assert airline.post(f"{page_of()}/{act}", {**FORM, "reason": "x"}).status_code == 404
    assert airline.post(f"{page_of()}/tally", {"packages": "1"}).status_code == 403
    assert the().version == 1


def test_reads_of_anothers_are_logged_before_they_are_shown(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    reads = Leaf.objects.filter(kind="read")
    sign_in("carrier").get(page_of())
    assert not reads.exists()
    officer = sign_in("officer")
    officer.get(page_of())
    assert reads.count() == 1
    officer.get("/cargo/")
    assert reads.count() == 2
    officer.get("/cargo/", format="csv")
    assert reads.count() == 3
    assert officer.get("/cargo/number/MEDU7700001").headers["Location"] == page_of()


def test_news_lead_to_the_document_whatever_its_number(border, sign_in, document):
    mine = border.actors["carrier"].organisation
    made = document("MAEU/12 ?3", organisation=mine)
    carrier = sign_in("carrier")
    asked = carrier.get("/cargo/number/MAEU/12%20%3F3")
    assert asked.headers["Location"] == f"/cargo/{made.pk}"
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    while sequencer.place():
        pass
    news = carrier.get("/notifications").told
    assert 'href="/cargo/number/MEDU7700001"' in news
    assert f'href="/conveyances/{ship["id"]}"' in news
    assert "Transport document reported or corrected" in news


def test_the_page_is_told_of_its_own_news(border, sign_in):
    ship = border.ship()
    border.bill(conveyance=ship["id"])
    page = sign_in("carrier").get(page_of()).told
    assert 'data-live="transport_document:MEDU7700001"' in page
    border.bill(conveyance=ship["id"], number="AB 12")
    assert 'data-live="transport_document"' in sign_in("carrier").get(page_of("AB 12")).told
    part = sign_in("carrier").get(f"{page_of()}?part=whole").told
    assert "<html" not in part
    assert 'id="whole"' in part


@pytest.mark.parametrize("filters", [
    {"document_words": "medu77"}, {"document_words": "knitted"}, {"conveyance": "ARM-026W"},
    {"container": "csqu3054383"}, {"document_state": "ok"}, {"level": "master"},
])  # fmt: skip
def test_the_list_is_narrowed(border, sign_in, filters):
    ship = border.ship()
    border.bill(conveyance=ship["id"], containers=[{"number": "CSQU3054383"}])
    other = border.ship(reference="OTHER", journey="1")
    border.bill(conveyance=other["id"], number="AAAA1", description="FAK", consignee_name="Cedar")
    border.bill(
        master_number="AAAA1", number="AAAA2", description="general cargo", consignee_name="Fig"
    )
    page = sign_in("carrier").get("/cargo/", **filters).told
    assert "MEDU7700001" in page
    assert "AAAA2" not in page


def test_a_page_asks_as_often_whatever_it_shows(
    border, sign_in, document, stock, django_assert_max_num_queries
):
    made = document("MAEU1", organisation=border.actors["carrier"].organisation)
    stock.reserve(*(("MAEU1", number, 2, 10) for number in range(1, 31)))
    officer = sign_in("officer")
    with django_assert_max_num_queries(34):
        page = officer.get(f"/cargo/{made.pk}").told
    assert page.count(">Reserved<") == 30
