"""A trader's day in a browser: by form, by file, by key; mended, amended, cancelled, copied."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import time
import urllib.error
import urllib.request
from functools import cache
from itertools import count

import pytest
from tests.browser.conftest import lodge

from clearway.messages import read_json, write_csv
from clearway.proving.synthetic_messages import AT, Messages
from clearway.web.words import words

LANGUAGES = ("en", "ar")
KEY_DELAY = 200
"""Milliseconds between two keys of somebody who types with some practice."""
_numbers = count(4_000)
MRN = re.compile(r"26XP[0-9A-Z]{14}")

PARTIES = {
    "importer-line": "Quay Road 12", "importer-city": "Bayview", "importer-country": "XP",
    "exporter-name": "Atlas Works", "exporter-line": "Main Street 1", "exporter-city": "Izmir",
    "exporter-postcode": "35000", "exporter-country": "TR",
}  # fmt: skip
TRANSPORT = {
    "office": "XP000110", "export-country": "TR", "destination": "XP", "mode": "1",
    "means-type": "10", "means": "9074729", "nationality": "TR", "arrival-type": "10",
    "arrival": "9074729", "document-type": "705", "containerised": "0",
}  # fmt: skip
ITEM = {
    "description": "Wooden office desks", "origin": "TR", "amount-currency": "USD",
    "gross": "2531.62", "net": "2366", "package-type": "CT", "packages": "107", "marks": "A 1/107",
}  # fmt: skip
DOCUMENTS = {
    "invoice": "INV-7", "incoterm": "CIF", "incoterm-place": "Bayview", "nature": "11",
}  # fmt: skip


@cache
def messages():
    """Return the messages; to make them takes seconds, which no other test shall wait for."""
    return Messages(9_000, "desk")


def a_message(change=None):
    """Return a message of a consignment of its own, changed where that is asked for."""
    tree = json.loads(messages()[next(_numbers)])
    if change is not None:
        change(tree["Declaration"])
    return json.dumps(tree).encode()


def lodged(border, change=None):
    """Lodge a message by programme, and return its reference, whatever becomes of it."""
    message = a_message(change)
    reference = json.loads(message)["Declaration"]["FunctionalReferenceID"]
    with contextlib.suppress(urllib.error.HTTPError):
        lodge(border, "trader", message, reference)
    return reference


def opened(page, reference):
    """Open a declaration of one's own, found by its reference."""
    page.goto(f"/search?q={reference}")
    with page.expect_navigation():
        page.click("main .stack a >> nth=0")
    assert reference in page.inner_text("main .head")


def fill(page, fields, item=0):
    """Fill in fields of a step as they are shown, and go on."""
    for name, value in fields.items():
        field = page.locator(f"#f-{f'items-{item}-' if item else ''}{name}")
        if field.evaluate("one => one.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)


def go_on(page):
    with page.expect_navigation():
        page.click("main form .actions button:not(.second)")


def send(page):
    """Lodge from the last page, by its shortcut."""
    with page.expect_navigation():
        page.keyboard.press("l")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lodges_by_the_guided_form(visit, language):
    told, page = words(language), visit("trader", language)
    page.goto("/dashboard")
    with page.expect_navigation():
        page.keyboard.press("n")
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert page.input_value("#f-importer-id") == "XP1000000001"  # what is known is not asked
    fill(page, PARTIES)
    go_on(page)
    fill(page, TRANSPORT | {"document": f"BL-FORM-{language}"})
    go_on(page)
    fill(page, ITEM, item=1)
    page.click("#f-items-1-commodity")
    page.keyboard.type("office furniture wooden")
    page.wait_for_selector("[role=option][data-value='94033000']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#f-items-1-commodity") == "94033000"
    # Figures are typed as the reader writes them, and the estimate follows by itself.
    assert not re.search(r"\d", page.inner_text("#estimate .total"))
    page.fill("#f-items-1-amount", "14,172.34" if language == "en" else "١٤١٧٢٫٣٤")
    page.keyboard.press("Tab")
    page.wait_for_selector("#estimate .total >> text=/\\d/")
    go_on(page)
    with page.expect_navigation():
        page.click("main form > .actions a.button")
    fill(page, DOCUMENTS)
    go_on(page)
    assert page.locator("main .errors").count() == 0, page.inner_text("main .errors")
    assert "Wooden office desks" in page.inner_text("main")
    estimated = re.search(r"[\d,]+\.\d\d", page.inner_text("#estimate .total"))[0]
    send(page)
    mrn = MRN.search(page.url)[0]
    assert told["lodge_accepted"].format(mrn=mrn) in page.inner_text(".notice")
    assert estimated in page.inner_text("main")
    page.wait_for_selector(f"#timeline >> text={told['event_declaration_accepted']}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lodges_by_a_file_and_mends_its_wrong_rows(visit, language, tmp_path):
    told, page = words(language), visit("trader", language)
    bodies = [a_message(_spoil if wrong else None) for wrong in (0, 1, 0, 0, 1, 0)]
    records = [read_json(body).record for body in bodies]
    text = io.StringIO(newline="")
    write_csv(records, text)
    hand_in(page, "march.csv", text.getvalue().encode())
    assert figures(page) == ["6", "4", "2", "0"]
    with page.expect_download() as fetched:
        page.click("[href$=to-mend]")
    back = tmp_path / fetched.value.suggested_filename
    fetched.value.save_as(back)
    rows = list(csv.DictReader(io.StringIO(back.read_text("utf-8-sig"), newline="")))
    reasons = [row["#reason"] for row in rows if row["#reason"]]
    assert len(reasons) == 2
    assert all(re.search(r"[\u0600-\u06ff]", one) is not None for one in reasons) == (
        language == "ar"
    )
    hand_in(page, back.name, _mended(rows))
    assert figures(page) == ["2", "2", "0", "0"]
    assert page.locator("#wrong-title").count() == 0
    assert told["file_finished"] in page.inner_text("#progress")


def _spoil(declaration):
    declaration["TotalPackageQuantity"]["value"] = str(
        int(declaration["TotalPackageQuantity"]["value"]) + 1
    )


def _mended(rows):
    """Mend rows as their owner would: the count put right, under a reference not used before."""
    packages, reference = "Declaration.TotalPackageQuantity", "Declaration.FunctionalReferenceID"
    for row in rows:
        if row[reference]:
            row[packages] = str(int(row[packages]) - 1)
            row[reference] += "-B"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def hand_in(page, name, content):
    """Hand in a file and wait until it is worked off; the page says so by itself."""
    page.goto("/files/")
    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    with page.expect_navigation():
        page.click("form.asking button")
    page.wait_for_selector("#progress .state.good")


def figures(page):
    """Return the figures of a file: rows worked off, accepted, rejected, unreadable."""
    return page.locator("#progress .figures dd").all_inner_texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_makes_a_key_and_lodges_by_it(visit, border, language):
    told, page = words(language), visit("trader", language)
    page.goto("/connections")
    with page.expect_navigation():
        page.click(f"text={told['make_key']}")
    page.fill("[name=key_name]", f"Warehouse {language}")
    with page.expect_navigation():
        page.click("form.asking button")
    secret = page.input_value("#secret")
    message = a_message()
    headers = {
        "Authorization": f"Bearer {secret}", "Content-Type": "application/json",
        "Idempotency-Key": f"by-key-{language}", **AT,
    }  # fmt: skip
    asked = urllib.request.Request(f"{border}/api/v1/declarations", message, headers)
    with urllib.request.urlopen(asked) as answer:
        mrn = json.load(answer)["mrn"]
    opened(page, json.loads(message)["Declaration"]["FunctionalReferenceID"])
    assert mrn in page.inner_text("main .head")
    page.goto("/connections")
    assert f"Warehouse {language}" in page.inner_text("#list")
    assert secret not in page.content()


@pytest.mark.parametrize("language", LANGUAGES)
def test_mends_a_rejected_one_from_its_error_summary(visit, border, language):
    def unknown_origin(declaration):
        item = declaration["GoodsShipment"]["GovernmentAgencyGoodsItem"][2]
        right.append(item["Origin"][0]["CountryCode"])
        item["Origin"][0]["CountryCode"] = "QQ"

    right: list[str] = []
    reference = lodged(border, unknown_origin)
    page = visit("trader", language)
    page.goto("/dashboard")
    with page.expect_navigation():
        page.click(f"[aria-labelledby=needs-title] a:has-text('{reference}')")
    with page.expect_navigation():
        page.keyboard.press("m")
    entry = page.locator("main .errors a[href*='#f-items-3-origin']").first
    with page.expect_navigation():
        entry.click()
    assert page.evaluate("document.activeElement.id") == "f-items-3-origin"
    assert page.get_attribute("#f-items-3-origin", "aria-invalid") == "true"
    page.keyboard.press("Control+a")
    page.keyboard.type(right[0])
    page.keyboard.press("Tab")
    page.wait_for_selector("#f-items-3-origin-why", state="hidden")
    with page.expect_navigation():
        page.click("#steps li:last-child a")
    assert page.locator("main .errors").count() == 0, page.inner_text("main .errors")
    send(page)
    mrn = MRN.search(page.url)[0]
    assert words(language)["lodge_accepted"].format(mrn=mrn) in page.inner_text(".notice")


@pytest.mark.parametrize("language", LANGUAGES)
def test_amends_an_accepted_one_and_cancels_another(visit, border, language):
    told, page = words(language), visit("trader", language)
    opened(page, lodged(border))
    with page.expect_navigation():
        page.click(f"button:has-text('{told['amend']}')")
    mass = int(page.input_value("#f-items-1-net").replace(",", "").partition(".")[0])
    page.fill("#f-items-1-net", str(mass - 1))
    page.fill("#reason", "Weighed again.")
    with page.expect_navigation():
        page.click("main form button:not(.second)")
    mrn = MRN.search(page.url)[0]
    assert told["lodge_asked"].format(mrn=mrn) in page.inner_text("main > .notice")
    assert "Weighed again." in page.inner_text("#whole")
    page.wait_for_selector(f"#timeline >> text={told['event_declaration_amendment_requested']}")

    def ahead(declaration):
        declaration["TypeCode"] = "IMD"
        declaration.pop("AcceptanceDateTime", None)

    opened(page, lodged(border, ahead))
    page.click(f"button:has-text('{told['cancel_declaration']}')")
    page.fill("#cancel-reason", "The sale was called off.")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert told["cancelled"] in page.inner_text("main > .notice")
    assert told["state_invalidated"] in page.inner_text("main .head")


class Hands:
    """Somebody's hands on keys and mouse, counted; each key takes its time."""

    def __init__(self, page):
        self.page = page
        self.keys = self.clicks = 0

    def type(self, text):
        self.page.keyboard.type(text, delay=KEY_DELAY)
        self.keys += len(text)

    def press(self, key, *, leads_on=False):
        time.sleep(KEY_DELAY / 1000)
        self.keys += 1
        if not leads_on:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lodges_a_known_kind_by_copy_within_a_minute(visit, border, language):
    page = visit("trader", language)
    opened(page, lodged(border))
    asked = page.url
    began, hands = time.monotonic(), Hands(page)
    hands.press("c", leads_on=True)
    page.wait_for_selector("#f-document:focus")
    hands.type(f"BL90210{language}")
    while page.evaluate("document.activeElement.id") != "f-invoice":
        hands.press("Tab")
        if page.evaluate("document.activeElement.id") == "f-containers":
            hands.type("CSQU3054383")
        if page.evaluate("document.activeElement.id") == "f-ucr":
            hands.type("6XP000000777")
    hands.type(f"INV-2-{language}")
    hands.press("Enter", leads_on=True)
    hands.press("l", leads_on=True)
    took = time.monotonic() - began
    mrn = MRN.search(page.url)[0]
    assert page.url != asked
    assert words(language)["lodge_accepted"].format(mrn=mrn) in page.inner_text(".notice")
    assert took < 60
    assert hands.clicks == 0
    assert hands.keys < 60, hands.keys
