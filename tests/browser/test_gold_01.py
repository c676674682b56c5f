"""GOLD-01 in a real browser, from the vessel's report to the gate, to the đồng and the minute.

The same life and figures as ``tests/lives/test_gold_01.py``, by the pages alone: a carrier, a
trader, an officer, a cashier and a terminal each do their part. Only the clock is told the hours
by a program, since the demonstration's clock stands still.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import urllib.request

import pytest
from tests.browser.conftest import sign_in
from tests.browser.test_gate import show
from tests.browser.test_trader import fill, go_on, send
from tests.lives.conftest import IMPORTER, VND_PACK, local

from clearway.accounts.ready import READY, demo_secret
from clearway.site.server_process import ServerProcess
from clearway.web.words import words

BOX, BILL = "CSQU3054383", "HBL-GOLD"
TERMINAL = next(one.identifier for one in READY if one.name == "terminal")
TOLD = words("en")
PEOPLE = f"""
from clearway.site.preparing import prepare
prepare()
from clearway.accounts.ready import Ready
from clearway.accounts.seeding import ready_one
from clearway.audit.actor import Role
rhumb = Ready("rhumb", "Rhumb Line Trading", "trader", (Role.TRADER,), "{IMPORTER}")
ready_one(rhumb, country="VN")
ready_one(Ready("ann", "Portolan Customs", "administration", (Role.OFFICER,), office="VN02CI"))
"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HEAD = "reference,account,amount,currency,value_date,payer_name,payer_iban,told"


PROFILE = """
[[profiles]]
code = "GOLD-01"
version = 1
name = "Converters and transformers"
condition = "hs LIKE '8504%'"
lane = "yellow"
weight = 0
channel = "profile"
trader_text = ""
owner = "Electrical Desk"
author = "a.one"
approver = "b.two"
valid_from = 2026-01-01
valid_to = 2027-07-01
"""
"""The card's lane is yellow: by a profile here, and nobody is drawn, so that no chance decides."""
DRAWN, NOBODY_DRAWN = 'random_rate = "15 %"', 'random_rate = "0 %"'


class Day:
    """A served border of GOLD-01: its clock, and one page for each person."""

    def __init__(self, url, chromium, closing):
        self.url, self._chromium, self._closing, self._pages = url, chromium, closing, {}

    def at(self, text):
        """Let it be a local time of the card."""
        headers = {
            "Authorization": f"Bearer {demo_secret('auditor')}",
            "Clearway-Simulated-Time": local(text).isoformat(),
        }
        asked = urllib.request.Request(f"{self.url}/api/v1/declarations", headers=headers)
        urllib.request.urlopen(asked).close()

    def page(self, who):
        """Return the page of a person who signed in once."""
        if who not in self._pages:
            context = self._chromium.new_context(base_url=self.url, locale="en")
            self._closing.callback(context.close)
            context.set_default_timeout(30_000)
            self._pages[who] = context.new_page()
            sign_in(self._pages[who], who)
        return self._pages[who]


@pytest.fixture
def day(chromium, tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(VND_PACK, pack)
    (pack / "profiles.toml").write_text(PROFILE)
    head = (pack / "pack.toml").read_text()
    assert DRAWN in head
    (pack / "pack.toml").write_text(head.replace(DRAWN, NOBODY_DRAWN))
    with (
        ServerProcess(tmp_path / "data", environment={"CLEARWAY_PACK": str(pack)}) as server,
        contextlib.ExitStack() as closing,
    ):
        server.data.mkdir()
        server.start()
        server.beside("-c", PEOPLE)
        yield Day(server.url, chromium, closing)
        server.stop()


def send_form(page, button="main form button[type=submit]"):
    with page.expect_navigation():
        page.click(button)


def type_in(page, given):
    for name, value in given.items():
        field = page.locator(f"#{name}, #id_{name}")
        if field.evaluate("one => one.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)


def report_the_vessel(day):
    day.at("2026-03-01T10:00")
    page = day.page("carrier")
    page.goto("/conveyances/new")
    type_in(page, {
        "reference": "VOY-1", "mode": "1", "means": "9074729", "means_name": "Rhumb Star",
        "journey": "001E", "carrier": "XP3000000001", "place": "VNSGN",
        "expected_at": "2026-03-02T06:00",
    })  # fmt: skip
    send_form(page)
    ship = page.url
    page.goto("/cargo/new")
    option = page.locator("#conveyance option", has_text="VOY-1")
    type_in(page, {
        "conveyance": option.get_attribute("value"), "number": BILL,
        "consignor_name": "Bund Machinery Ltd", "consignor_address": "1 Bund, Shanghai, CN",
        "consignee": IMPORTER, "consignee_name": "Rhumb Line Trading",
        "consignee_address": "2 Quay Street", "discharge_place": "VNSGN",
        "description": "Static converters and transformers", "package_type": "CT",
        "packages": "20", "gross_mass": "6000", "container-1": BOX, "size_type-1": "45G1",
    })  # fmt: skip
    send_form(page, "main form button[type=submit]:not([name])")
    day.at("2026-03-02T06:00")
    page.goto(ship)
    page.fill("#arrived_at", "2026-03-02T06:00")
    send_form(page, "form[action$='/arrival'] button")


ADDRESS = {"line": "2 Quay Street", "city": "Ho Chi Minh City", "postcode": "700000"}
PARTIES = {
    **{f"importer-{name}": value for name, value in ADDRESS.items()}, "importer-country": "VN",
    "exporter-name": "Bund Machinery Ltd", "exporter-line": "1 Bund", "exporter-city": "Shanghai",
    "exporter-postcode": "200000", "exporter-country": "CN",
}  # fmt: skip
TRANSPORT = {
    "office": "VN02CI", "export-country": "CN", "destination": "VN", "mode": "1",
    "document-type": "705", "document": BILL, "containerised": "1", "containers": BOX,
}  # fmt: skip
ITEM = {
    "origin": "CN", "procedure": "40", "previous": "00", "amount-currency": "USD",
    "package-type": "CT", "packages": "10", "marks": "RHUMB",
}  # fmt: skip
ITEMS = (
    {"description": "Static converters for welding", "commodity": "85044090", "amount": "24000",
     "gross": "1200", "net": "1100", "quantity": "40", **ITEM},
    {"description": "Transformers, oil-cooled, 630 kVA", "commodity": "85043499",
     "amount": "16000", "gross": "4800", "net": "4700", "quantity": "4", **ITEM},
)  # fmt: skip
PAPERS = {
    "invoice": "INV-1", "incoterm": "FOB", "incoterm-place": "Shanghai", "nature": "11",
    "freight": "3000", "freight-currency": "USD", "insurance": "215", "insurance-currency": "USD",
}  # fmt: skip


def lodge(day):
    day.at("2026-03-03T09:15")
    page = day.page("rhumb")
    page.goto("/drafts/new")
    with page.expect_navigation():
        page.click("main button[type=submit]")
    fill(page, PARTIES)
    go_on(page)
    fill(page, TRANSPORT)
    go_on(page)
    for place, item in enumerate(ITEMS, start=1):
        fill(page, item, item=place)
        go_on(page)
        if place < len(ITEMS):
            send_form(page, "button[value=add]")
    with page.expect_navigation():
        page.click("main form > .actions a.button")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    fill(page, PAPERS)
    go_on(page)
    assert page.locator("main .errors").count() == 0, page.inner_text("main .errors")
    assert "226,878,750" in page.inner_text("#estimate .total")
    send(page)
    return page.url.rpartition("/")[2]


def pay(day, name, reference, amount):
    """Let the cashier read in what the bank tells."""
    row = f"{name},VN-TREASURY,{amount},VND,2026-03-03,Rhumb,,{reference}"
    page = day.page("cashier")
    page.goto("/bank/")
    content = f"{HEAD}\n{row}\n".encode()
    page.set_input_files(
        "[name=bank_file]", {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": content}
    )
    send_form(page)


def asks_token(day):
    """Let the trader ask for a token for the container, and tell whether it is given."""
    page = day.page("rhumb")
    page.goto("/tokens/new")
    type_in(page, {"fetched_kind": "container", "fetched_unit": BOX, "terminal": TERMINAL})
    send_form(page)
    return page.locator("main .errors, main .wrong").count() == 0


def check_the_documents(day, mrn):
    """Let the officer ask for a document, the trader attach it, the officer find it in order."""
    officer, trader = day.page("ann"), day.page("rhumb")
    officer.goto("/queue/")
    with officer.expect_navigation():
        officer.keyboard.press("n")
    assert officer.url.endswith(mrn)
    officer.keyboard.press("d")
    officer.fill("#ask-wanted", "The price list of item 1.")
    with officer.expect_navigation():
        officer.press("#ask-wanted", "Tab")
        officer.keyboard.press("Enter")
    trader.goto(f"/declarations/{mrn}/documents/new")
    trader.select_option("#type_code", "N380")
    price_list = {"name": "prices.pdf", "mimeType": "application/pdf", "buffer": PDF}
    trader.set_input_files("#file", price_list)
    send_form(trader)
    day.at("2026-03-03T11:00")
    officer.goto(f"/queue/{mrn}")
    with officer.expect_navigation():
        officer.keyboard.press("a")
    assert mrn in officer.inner_text(".notice")


def pay_in_two_parts(day, mrn):
    """Nothing leaves while a part is open, nor when all is paid and nobody has released it."""
    trader = day.page("rhumb")
    day.at("2026-03-03T14:00")
    trader.goto("/payments/")
    with trader.expect_navigation():
        trader.click("#list tbody th a")
    reference = re.search(r"RF\d\d[0-9A-Z]+", trader.content())[0]
    pay(day, "B-1", reference, 200_000_000)
    trader.goto(f"/declarations/{mrn}")
    assert "26,878,750" in trader.inner_text("main")
    assert not asks_token(day)
    day.at("2026-03-03T16:40")
    pay(day, "B-2", reference, 26_878_750)
    trader.goto(f"/declarations/{mrn}")
    trader.wait_for_selector(f"#states >> text={TOLD['debt_paid']}")
    assert not asks_token(day)


def happened(page, mrn, kind):
    """Return what the timeline tells of an event, once it stands there."""
    page.goto(f"/declarations/{mrn}")
    told = page.locator("#timeline li:not(.ahead)", has_text=TOLD[f"event_declaration_{kind}"])
    told.first.wait_for()
    return told.first.inner_text()


def test_gold_01_by_the_pages(day):
    report_the_vessel(day)
    mrn = lodge(day)
    officer, trader, terminal = day.page("ann"), day.page("rhumb"), day.page("terminal")
    told = trader.inner_text("main")
    for figure in ("108,037,500", "118,841,250", "226,878,750"):
        assert figure in told, figure
    check_the_documents(day, mrn)
    pay_in_two_parts(day, mrn)

    officer.goto(f"/queue/{mrn}")
    with officer.expect_navigation():
        officer.keyboard.press("a")
    assert "4:40" in happened(trader, mrn, "released")

    terminal.goto("/gates/new")
    terminal.fill("[name=gate_code]", "G1")
    send_form(terminal)
    assert asks_token(day)
    token = {"code": trader.locator("#token-code").text_content(), "number": BOX}
    day.at("2026-03-04T08:20")
    terminal.reload()
    assert TOLD["gate_verdict_accepted"] in show(terminal, token)
    assert TOLD["gate_reason_replayed"] in show(terminal, token)
    assert "8:20" in happened(trader, mrn, "gated_out")

    auditor = day.page("auditor")
    auditor.goto(f"/declarations/{mrn}")
    stands = auditor.inner_text("#states")
    assert TOLD["goods_gated_out"] in stands
    assert TOLD["debt_final"] in stands
