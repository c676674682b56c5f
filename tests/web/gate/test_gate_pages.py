"""The gate's pages: a token asked for, shown and recalled; a booking; a receipt; the lists."""

from __future__ import annotations

import re

import pytest
from msgspec import structs
from tests.gate.conftest import CONTAINER, PLATE, TERMINAL, Terminal
from tests.web.conftest import text_of

from clearway.cargo.models import Conveyance, TransportDocument
from clearway.declarations.models import Declaration
from clearway.gate import issuing, passing, sealing
from clearway.gate.models import Booking, Receipt, Token
from clearway.web.words import LANGUAGES, words


@pytest.fixture
def terminal(border, people):
    return Terminal(border, people)


def asked(**changed):
    told = {
        "fetched_kind": "container", "fetched_unit": CONTAINER, "passage_direction": "out",
        "terminal": TERMINAL, "plate": PLATE, "gate_code": "", "packages": "",
    }  # fmt: skip
    return told | changed


def test_a_trader_asks_for_a_token_and_the_clerk_opens_the_barrier_once(terminal, signed):
    mrn = terminal.boxed()
    trader, clerk = signed("trader"), signed("terminal")
    early = trader.post("/tokens/new", asked())
    assert early.status_code == 422
    assert "not released" in text_of(early)
    terminal.release(mrn)
    given = trader.post("/tokens/new", asked())
    token = Token.objects.get()
    assert (given.status_code, given["Location"]) == (303, f"/tokens/{token.serial}")
    page = trader.get(given["Location"]).content.decode()
    assert "data:image/svg+xml" in page
    assert mrn in page
    shown = {"code": token.code, "unit": CONTAINER, "plate": PLATE, "direction": "out"}
    gate = f"/gates/{terminal.one.pk}"
    opened = clerk.post(f"{gate}/show", shown)
    assert words("en")["gate_verdict_accepted"] in text_of(opened)
    assert "notice verdict well" in opened.content.decode()
    again = clerk.post(f"{gate}/show", shown)
    assert "notice verdict alarm" in again.content.decode()
    assert words("en")["gate_reason_replayed"] in text_of(again)
    assert CONTAINER in text_of(clerk.get("/gates/alarms/"))
    alarm = token.passages.get(alarm=True)
    assert clerk.post(f"/gates/alarms/{alarm.pk}").status_code == 303
    assert CONTAINER not in text_of(clerk.get("/gates/alarms/"))


def test_what_is_wrong_stands_at_its_field(terminal, signed):
    terminal.release(terminal.boxed())
    answer = signed("trader").post(
        "/tokens/new", asked(terminal="XP1000000001", plate="--", packages="3")
    )
    page = answer.content.decode()
    for field in ("terminal", "plate", "packages"):
        assert f'href="#id_{field}"' in page
    unknown = signed("trader2").post("/tokens/new", asked())
    assert words("en")["unit_not_known"] in text_of(unknown)


def test_a_token_is_recalled_by_who_asked_for_it_and_its_order_is_issued(terminal, signed):
    token = terminal.token()
    trader = signed("trader")
    ordered = trader.post(f"/tokens/{token.serial}/order", follow=True)
    assert text_of(ordered).count("DO-") == 2, "it is told, and the page leads to it"
    paper = re.search(r'href="(/[^"]+)">DO-', ordered.content.decode())[1]
    assert token.serial in text_of(signed("trader2").get(paper)), "anybody may ask whether it holds"
    assert trader.post(f"/tokens/{token.serial}/recall", {"reason": " "}).status_code == 422
    done = trader.post(f"/tokens/{token.serial}/recall", {"reason": "Broken down"}, follow=True)
    assert "Broken down" in text_of(done)
    assert "data:image" not in done.content.decode(), "what is recalled is not to be scanned"
    assert signed("trader2").get(f"/tokens/{token.serial}").status_code == 404


def test_a_receipt_is_made_and_disputed(terminal, signed):
    token = terminal.token()
    passage = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    clerk, trader = signed("terminal"), signed("trader")
    stated = {"unit_conditions": ["DT"], "condition_place": "left", "seals": "SL4411 SL4412"}
    assert clerk.get(f"/gates/passages/{passage.pk}/receipt").status_code == 200
    wrong = clerk.post(f"/gates/passages/{passage.pk}/receipt", {"unit_conditions": ["OK", "DT"]})
    assert wrong.status_code == 422
    weighed = {"size_type": "22g1", "tare_mass": "2230", "gross_mass": "24380,5"}
    for name, typed in (("size_type", "20FT"), ("tare_mass", "30000"), ("gross_mass", "heavy")):
        bad = stated | weighed | {name: typed}
        answer = clerk.post(f"/gates/passages/{passage.pk}/receipt", bad)
        assert answer.status_code == 422
        assert f'href="#id_{name}"' in answer.content.decode()
    stated |= weighed | {"unit_filled": "full"}
    assert clerk.post(f"/gates/passages/{passage.pk}/receipt", stated).status_code == 303
    receipt = Receipt.objects.get()
    address = f"/interchange/{receipt.number}"
    page = text_of(trader.get(address))
    assert "Dented" in page
    assert "22G1 full Tare 2,230 kg Gross mass 24,380.5 kg" in page
    assert words("en")["state_condition"] in page
    trader.post(address, {"unit_conditions": ["OK"], "seals": "SL4411"})
    page = text_of(trader.get(address))
    assert "Disputed" in page
    assert page.count(words("en")["signature_proved"]) == 2


def test_a_seals_alarm_stands_on_the_port_and_on_its_container_until_somebody_looked(
    terminal, signed
):
    terminal.boxed()
    told = sealing.Signal(
        event_id="1", device="ES4411", kind="armed", unit=CONTAINER, seal_class="H",
        at=terminal.border.clock.now(),
    )  # fmt: skip
    sealing.tell(terminal.clerk, told)
    opened = sealing.tell(
        terminal.clerk, structs.replace(told, event_id="2", kind="opened", place="XPLOD")
    )
    page = f"/port/seals/{opened.pk}"
    for who in ("terminal", "officer"):
        port = signed(who).get("/port")
        assert page in port.content.decode()
        assert f"{CONTAINER} ES4411 XPLOD opened" in text_of(port)
        container = text_of(signed(who).get(f"/port?kind=container&number={CONTAINER}"))
        assert "ES4411 high security XPLOD opened" in container
        assert "ES4411 high security armed" in container
    auditor = signed("auditor").get("/port").content.decode()
    assert "ES4411" in auditor
    assert page not in auditor, "he reads"
    officer = signed("officer")
    assert "Seal opened away from an approved place" in text_of(officer.get(page))
    assert signed("carrier").get(page).status_code == 403
    assert officer.post(page).status_code == 303
    assert page not in officer.get("/port").content.decode()
    assert officer.post(page).status_code == 303, "once is enough, twice does no harm"


def test_a_booking_from_its_wish_to_the_yard(terminal, signed):
    border = terminal.border
    ship = Conveyance.objects.create(
        reference="V1", organisation=border.actors["carrier"].organisation, mode="1",
        means="9074729", carrier="XP3000000001", place="XPLOD", state="expected",
        expected_at=border.clock.now(), reported_at=border.clock.now(),
    )  # fmt: skip
    terminal.boxed()
    TransportDocument.objects.update(conveyance=ship)
    wish = {
        "way": "pick_up", "fetched_kind": "container", "fetched_unit": CONTAINER,
        "terminal": TERMINAL, "plate": PLATE, "planned_at": "2026-03-03T18:30",
    }  # fmt: skip
    trader, carrier, clerk = signed("trader"), signed("carrier"), signed("terminal")
    assert trader.post("/bookings/new", wish | {"fetched_unit": "X1"}).status_code == 422
    assert trader.post("/bookings/new", wish).status_code == 303
    booking = Booking.objects.get()
    address = f"/bookings/{booking.number}"
    assert words("en")["lacks_carrier"] in text_of(trader.get(address))
    ahead = words("en")["booking_expected"]
    assert ahead not in text_of(trader.get(address)), "nothing is lodged ahead"
    Declaration.objects.update(state="received")
    assert ahead in text_of(trader.get(address))
    assert ahead not in text_of(clerk.get(address)), "what is owed is not the terminal's to know"
    for client in (carrier, clerk):
        assert client.post(f"{address}/accept").status_code == 303
    early = {"slot_from": "2026-03-03T19:10", "slot_to": "2026-03-03T18:10"}
    assert clerk.post(f"{address}/slot", early).status_code == 422
    slot = {"slot_from": "2026-03-03T18:10", "slot_to": "2026-03-03T19:10"}
    assert clerk.post(f"{address}/slot", slot).status_code == 303
    assert words("en")["lacks_carrier"] not in text_of(trader.get(address))
    late = clerk.post(f"{address}/move", {"act": "come", "plate": PLATE})
    assert late.status_code == 409
    done = clerk.post(f"{address}/move", {"act": "fall_back", "reason": "Crane"}, follow=True)
    assert words("en")["booking_yard"] in text_of(done)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_explain_each_row(terminal, signed, language):
    token = terminal.token()
    page = text_of(signed("officer").get("/reconciliation/released", {"lang": language}))
    assert words(language)["gate_row_token_waits"] in page
    assert token.serial in page
    assert issuing.issue(terminal.actors["trader"], terminal.wanted()).pk == token.pk
    gated = signed("officer").get("/reconciliation/gated", {"lang": language})
    assert words(language)["gated_not_released_hint"] in text_of(gated)


def test_the_gate_screen_holds_its_words_and_its_worker_is_a_script(terminal, signed):
    clerk = signed("terminal")
    page = clerk.get(f"/gates/{terminal.one.pk}").content.decode()
    assert page.count("data-word=") == 17
    assert "<script>" not in page
    assert "data-gate" not in signed("officer").get(f"/gates/{terminal.one.pk}").content.decode()
    worker = clerk.get("/gates/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert signed("trader").get(f"/gates/{terminal.one.pk}").status_code == 403


def test_the_page_of_a_declaration_leads_to_its_tokens(terminal, signed):
    mrn = terminal.boxed()
    terminal.release(mrn)
    token = terminal.token()
    page = signed("trader").get(f"/declarations/{mrn}").content.decode()
    assert f'href="/tokens/?mrn={mrn}"' in page
    assert 'href="/tokens/new?kind=packages&amp;unit=HBL1"' in page
    assert token.serial in text_of(signed("trader").get("/tokens/", {"mrn": mrn}))
    asking = signed("trader").get("/tokens/new?kind=packages&unit=HBL1").content.decode()
    assert '<option value="packages" selected>' in asking
    assert 'value="HBL1"' in asking
