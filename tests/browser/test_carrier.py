"""A carrier's voyage: a manifest with wrong lines is mended, corrected, arrives and is counted."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from clearway.web.words import words

HEAD = ("number", "conveyance", "consignor_name", "consignee_name", "description", "package_type",
        "packages", "gross_mass")  # fmt: skip


def a_table(rows, head=HEAD):
    file = io.StringIO()
    writer = csv.DictWriter(file, head, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return {"name": "manifest.csv", "mimeType": "text/csv", "buffer": file.getvalue().encode()}


def lines(voyage, *numbers):
    return [
        {
            "number": f"{voyage}{number}",
            "conveyance": voyage,
            "consignor_name": "Gulf Plastics Inc",
            "consignee_name": "Atlas Trading SA",
            "description": "Cable ties of nylon",
            "package_type": "CT",
            "packages": "10",
            "gross_mass": "100",
        }
        for number in numbers
    ]


def send(page, button="main form button[type=submit]"):
    with page.expect_navigation():
        page.click(button)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_manifest_is_mended_corrected_and_counted(visit, language):
    told, voyage = words(language), {"en": "SEXT101", "ar": "SEXT202"}[language]
    page = visit("carrier", language, expected=("422",))
    ship = report_conveyance(page, told, voyage)
    upload_and_mend(page, told, voyage)
    document = correct_by_form(page, told, voyage)

    page.goto(ship)
    page.fill("#arrived_at", "2026-03-03T06:00")
    send(page, "form[action$='/arrival'] button")
    assert told["cargo_arrival_notified"] in page.inner_text(".notice")

    # The terminal counts, one after the other; what is short or too much stands in a list.
    counting = visit("terminal", language)
    counting.goto(document)
    for packages, kind in (("11", "short"), ("13", "excess")):
        counting.fill("#packages", packages)
        send(counting, "form[action$='/tally'] [name=next]")
        said = told[f"cargo_tallied_{kind}"].partition("}")[2]
        assert said in counting.inner_text(".notice")
    page.goto(f"/cargo/untallied?conveyance={voyage}")
    assert page.locator("#list tbody tr").count() == 2
    page.goto(f"/cargo/discrepancies?conveyance={voyage}")
    listed = page.inner_text("#list")
    assert told["document_short"] in listed
    assert told["document_excess"] in listed
    page.goto(f"/cargo/undeclared?conveyance={voyage}")
    assert page.locator("#list tbody tr").count() == 4, "nobody has declared any of it yet"
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


def report_conveyance(page, told, voyage):
    page.goto("/conveyances/new")
    for name, value in {
        "reference": voyage,
        "means": "9074729",
        "means_name": "EVER MERIDIAN",
        "journey": "101W",
        "place": "XPLOD",
        "expected_at": "2026-03-04T06:00",
    }.items():
        page.fill(f"#{name}", value)
    send(page)
    assert told["cargo_conveyance_reported"] in page.inner_text(".notice")
    return page.url


def upload_and_mend(page, told, voyage):
    """Two of four lines are wrong: the good ones are taken, each wrong one says why."""
    rows = lines(voyage, 1, 2, 3, 4)
    rows[1]["packages"] = "many"
    rows[2]["gross_mass"] = "1,5"
    with page.expect_navigation():
        page.keyboard.press("u")
    page.set_input_files("#file", a_table(rows))
    send(page)
    assert told["cargo_partly_taken"] in page.inner_text("h1")
    wrong = page.locator("section[aria-labelledby=wrong] tbody tr")
    assert [wrong.nth(at).locator("th").inner_text() for at in range(2)] == ["3", "4"]
    assert f"{voyage}2" in wrong.nth(0).inner_text()
    with page.expect_download() as kept:
        page.click("a[href$='/wrong.csv']")
    back = list(csv.DictReader(io.StringIO(text_of(kept.value.path()))))
    numbers = [(row["row"], row["number"]) for row in back]
    assert numbers == [("3", f"{voyage}2"), ("4", f"{voyage}3")]
    assert all(row["field"] and row["reason"] for row in back)
    back[0]["packages"], back[1]["gross_mass"] = "10", "1.5"
    page.goto("/cargo/upload")
    page.set_input_files("#file", a_table(back, tuple(back[0])))
    send(page)
    assert told["cargo_all_taken"] in page.inner_text("h1")


def correct_by_form(page, told, voyage):
    """One document is corrected by form; what it was before stays to be seen."""
    with page.expect_navigation():
        page.click(f"section[aria-labelledby=taken] a:has-text('{voyage}2')")
    document = page.url
    with page.expect_navigation():
        page.keyboard.press("e")
    page.fill("#packages", "")
    page.fill("#reason", "Counted anew at loading.")
    send(page, "main form button[type=submit]:not([name])")
    page.click(".errors a[href='#packages']")
    assert page.evaluate("document.activeElement.id") == "packages"
    page.keyboard.type("12")
    send(page, "main form button[type=submit]:not([name])")
    assert told["cargo_corrected"] in page.inner_text(".notice")
    assert "Counted anew at loading." in page.inner_text("section[aria-labelledby=versions]")
    return document


def text_of(path):
    return Path(path).read_text("utf-8-sig")
