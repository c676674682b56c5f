"""Pages about goods: holds by a key, lifting, the port's figures, the freight station, the ball."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.clearance.test_holds import BOX, LAW, goods_of
from tests.web.conftest import text_of

from clearway.clearance import deciding, exits, holds, moving, port
from clearway.clearance.models import Exit, Hold, Move
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


def dialog(client, mrn):
    """Return what the dialog behind the key H sends where nothing is typed into it."""
    page = client.get(f"/declarations/{mrn}").content.decode()
    form = page.split('<dialog id="hold"')[1].split("</form>")[0]
    fields = re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', form)
    assert 'data-key="h"' in page
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def test_an_officer_holds_goods_by_two_keys(signed, inside):
    mrn, officer = inside("HBL-1"), signed("officer")
    sent = dialog(officer, mrn)  # H, and Enter in the field that has the focus
    assert sent["legal_reason"] == "Customs Act of Portolan, section 12"
    done = officer.post(reverse("place_hold"), sent)
    assert (done.status_code, done["Location"]) == (303, f"/declarations/{mrn}")
    assert goods_of(mrn) == "held"
    page = officer.get(f"/declarations/{mrn}")
    assert "XP000110" in text_of(page)
    assert reverse("lift_hold", args=[Hold.objects.get().pk]) in page.content.decode()


def test_a_trader_sees_who_holds_the_goods_and_cannot_lift(signed, people, inside):
    mrn = inside("HBL-1")
    holds.place(people.ann, mrn, LAW)
    page = signed("trader").get(f"/declarations/{mrn}")
    assert "Customs Act, section 12" in text_of(page)
    assert "Lift the hold" in text_of(page), "as what is to be done, and by whom"
    assert "/holds/" not in page.content.decode()
    assert signed("trader").get("/holds/").status_code == 403


def test_an_agency_holds_a_container_and_lifts_it(signed, inside):
    mrn, agent = inside("HBL-1"), signed("agency")
    assert agent.get("/holds/new").status_code == 200
    wanted = {"unit_kind": "container", "held": "csqu 305438 3", "legal_reason": "Plants Act, 4"}
    assert agent.post("/holds/new", wanted).status_code == 303
    row = Hold.objects.get()
    assert (row.unit_number, row.owner) == (BOX.number, "PHI")
    assert BOX.number in text_of(agent.get("/holds/"))
    address = reverse("lift_hold", args=[row.pk])
    assert agent.post(address, {"lifted_why": " "}).status_code == 422
    assert agent.post(address, {"lifted_why": "Free of pests"}).status_code == 303
    assert goods_of(mrn) == "arrived"
    agent.get("/holds/")  # which tells once that it was lifted
    assert BOX.number not in text_of(agent.get("/holds/"))
    assert BOX.number in text_of(agent.get("/holds/?hold_state=lifted"))


def test_what_cannot_be_held_is_told_at_its_field(signed, inside):
    officer = signed("officer")
    wanted = {"unit_kind": "declaration", "held": "26XP0000000000000", "legal_reason": "Law"}
    answer = officer.post("/holds/new", wanted)
    assert answer.status_code == 422
    assert "There is no such declaration or unit for you." in text_of(answer)
    mrn = inside("HBL-1")
    Declaration.objects.filter(mrn=mrn).update(goods_state="gated_out")
    answer = officer.post("/holds/new", {**wanted, "held": mrn})
    assert answer.status_code == 422
    assert "The goods have left" in text_of(answer)


def test_a_supervisor_lifts_anothers_hold_by_order_alone(signed, people, inside):
    mrn = inside("HBL-1")
    hold = holds.place(people.ann, mrn, LAW)
    head, address = signed("supervisor"), reverse("lift_hold", args=[hold.pk])
    assert "Order of the court" in text_of(head.get(address))
    assert head.post(address, {"lifted_why": "Asked"}).status_code == 422
    ordered = {"lifted_why": "By order", "court_order": "Cartouche 26/114"}
    assert head.post(address, ordered).status_code == 303
    assert goods_of(mrn) == "arrived"
    assert "Cartouche 26/114" in text_of(head.get(address))


@pytest.mark.parametrize("who", ["terminal", "officer", "supervisor", "auditor"])
def test_the_ports_figures_are_the_lists(signed, people, inside, who):
    first, second = inside("HBL-1"), inside("HBL-2", "MSCU0000060")
    inside("HBL-3", "CSQU1111112")
    deciding.release(people.ann, first, SEEN)
    deciding.release(people.ann, second, SEEN)
    holds.place(people.ann, second, LAW)
    client = signed(who)
    page = client.get("/port").content.decode()
    for name in ("here", *port.LISTS):
        figure = re.search(rf'href="/port/{name}/">(\d+)<', page)
        listed = client.get(f"/port/{name}/").content.decode()
        rows = listed.split("</tbody>")[0].count("<tr>") - 1 if "<tbody>" in listed else 0
        assert int(figure[1]) == rows, name
    assert f">{first}<" in client.get("/port/leaving/").content.decode()
    assert f">{second}<" in client.get("/port/recalled/").content.decode()


def test_the_port_says_whether_a_unit_may_leave(signed, people, inside):
    mrn, terminal = inside("HBL-1"), signed("terminal")
    asked = f"/port?kind=container&number={BOX.number}"
    assert "Not released" in text_of(terminal.get(asked))
    deciding.release(people.ann, mrn, SEEN)
    assert "May leave" in text_of(terminal.get(asked))
    assert signed("trader").get("/port").status_code == 403


def test_a_keeper_takes_in_what_comes_and_sees_its_lots(signed, people, inside, border):
    mrn, terminal = inside("HBL-1"), signed("terminal")
    to = moving.Destination(station=border.actors["terminal"].identifier, seals="CU-1")
    moving.authorise(people.ann, BOX, to)
    assert BOX.number in text_of(terminal.get("/station"))
    assert terminal.post(f"/station/{Move.objects.get().pk}/receive").status_code == 303
    assert "Not released" in text_of(terminal.get("/station"))
    deciding.release(people.ann, mrn, SEEN)
    assert "May leave" in text_of(terminal.get("/station?part=now"))
    assert signed("officer").get("/station").status_code == 403


def test_an_officer_says_what_is_known_of_an_exit(signed, border, lot):
    mrn, _ = lot
    border.later(days=91)
    exits.enquire(border.clock.now())
    officer = signed("officer")
    assert f"/declarations/{mrn}/exit" in officer.get(f"/declarations/{mrn}").content.decode()
    address = f"/declarations/{mrn}/exit"
    assert officer.get(address).status_code == 200
    assert officer.post(address, {"exit": "left"}).status_code == 422
    assert officer.post(address, {"exit": "never_left"}).status_code == 422
    done = officer.post(address, {"exit": "left", "proof": "Entry 118-2"})
    assert done.status_code == 303
    assert Declaration.objects.get(mrn=mrn).state == "exited"


def test_a_terminal_counts_what_went_aboard_by_goods_items(signed, lot):
    """Ten packages are released, all of item 1: six go aboard, four are short-shipped."""
    mrn, terminal = lot[0], signed("terminal")
    assert 'href="/loading"' in terminal.get("/port").content.decode()
    told = {"loading": "aboard", "fetched_kind": "packages", "aboard_unit": mrn.lower()}

    def said(**more):
        answer = terminal.post("/loading", {**told, "means": "9074729", **more})
        return answer.status_code, answer.headers.get("Location") or text_of(answer)

    status, page = said(aboard_item="2", aboard_packages="1")
    assert status == 422
    assert "Goods item of which they are: The declaration has no such goods item" in page
    status, page = said(aboard_item="1", aboard_packages="eleven")
    assert status == 422
    assert "Packages that went aboard: A whole number, no more than was released" in page
    for packages, status in (("4", 303), ("7", 422), ("2", 303)):
        assert said(aboard_item="1", aboard_packages=packages)[0] == status
    way = Exit.objects.get()
    assert (way.loaded, way.by_item, way.means) == (6, {"1": 6}, "9074729")
    again = said(aboard_item="1", aboard_packages="0")
    assert again[0] == 422, "nothing is no count"
    _, location = said(loading="departed")
    assert location == f"/loading?kind=packages&number={mrn}&means=9074729"
    page = terminal.get(location).content.decode()
    assert f'value="{mrn}"' in page, "the next count of the lot needs no typing"
    way.refresh_from_db()
    assert (way.short, goods_of(mrn)) == (4, "departed")
    assert said(loading="departed")[0] == 422, "it has departed"
    assert said(aboard_unit="26XP0000000000000")[0] == 422
    assert signed("carrier").get("/loading").status_code == 200
    assert signed("officer").get("/loading").status_code == 403


@pytest.mark.parametrize("language", ["en", "fr", "zh", "vi", "ar"])
def test_the_pages_speak_every_language(signed, people, inside, language):
    mrn = inside("HBL-1")
    hold = holds.place(people.ann, mrn, LAW)
    for who, address in (
        ("officer", f"/declarations/{mrn}"), ("officer", "/holds/"), ("officer", "/holds/new"),
        ("officer", "/port"), ("terminal", "/station"), ("terminal", "/loading"),
        ("supervisor", f"/holds/{hold.pk}"),
    ):  # fmt: skip
        answer = signed(who).get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address
        assert f'lang="{language}"' in answer.content.decode()
