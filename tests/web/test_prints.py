"""Prints on the pages: issued about a declaration, listed, taken as a file and as data."""

from __future__ import annotations

import hashlib

import pypdfium2
import pytest

from clearway.clearance import printing
from clearway.documents.models import IssuedDocument, Rendering


@pytest.fixture
def lodged(border):
    border.report("HBL-1", arrived=True)
    return border.lodged()


def print_it(client, mrn, kind="declaration_print", language="en"):
    return client.post(f"/declarations/{mrn}/prints", {"kind": kind, "language": language})


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_a_trader_prints_his_declaration_by_its_page(border, signed, lodged, language):
    client = signed("trader")
    shown = client.get(f"/declarations/{lodged}").content.decode()
    assert f'action="/declarations/{lodged}/prints"' in shown
    answer = print_it(client, lodged, language=language)
    row = IssuedDocument.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/prints/{row.number}/{language}.pdf")
    file = client.get(answer["Location"])
    assert file["Content-Type"] == "application/pdf"
    assert len(pypdfium2.PdfDocument(file.content)) == 1
    digest = hashlib.sha256(file.content).hexdigest()
    assert Rendering.objects.get().sha256 == digest
    assert client.get(answer["Location"]).content == file.content
    assert Rendering.objects.count() == 1
    assert digest in client.get(f"/verify/{row.token}").content.decode()
    assert row.number in client.get(f"/declarations/{lodged}").content.decode()


def test_the_data_are_given_out_as_they_are_hashed(border, signed, lodged):
    client = signed("trader")
    print_it(client, lodged)
    row = IssuedDocument.objects.get()
    data = client.get(f"/prints/{row.number}.json")
    assert hashlib.sha256(data.content).hexdigest() == row.sha256


def test_a_void_one_is_marked_and_keeps_its_place(border, signed, lodged):
    client = signed("trader")
    print_it(client, lodged)
    row = IssuedDocument.objects.get()
    IssuedDocument.objects.update(sha256="0" * 64)
    printing.follow(lodged)
    shown = client.get(f"/declarations/{lodged}").content.decode()
    assert shown.count('href="/prints/DP-') == 4, "two prints, each as a file and as data"
    assert 'class="state bad"' in shown
    listed = client.get("/prints/?print_state=void").content.decode()
    assert row.number in listed
    file = client.get(f"/prints/{row.number}/en.pdf").content
    assert "VOID" in pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()


def test_anothers_prints_are_as_if_they_were_not_there(border, signed, lodged):
    print_it(signed("trader"), lodged)
    row = IssuedDocument.objects.get()
    other = signed("trader2")
    for address in (f"/prints/{row.number}/en.pdf", f"/prints/{row.number}.json"):
        assert other.get(address).status_code == 404
    assert row.number not in other.get("/prints/").content.decode()
    assert print_it(other, lodged).status_code == 404
    assert signed("officer").get(f"/prints/{row.number}/en.pdf").status_code == 200


def test_what_cannot_be_printed_yet_is_refused_with_its_reason(border, signed, lodged):
    answer = print_it(signed("trader"), lodged, "release_note", "en")
    assert answer.status_code == 409
    assert "There is nothing to print of this kind yet." in answer.content.decode()


def test_a_file_in_a_language_that_nobody_asked_for_is_none(border, signed, lodged):
    client = signed("trader")
    print_it(client, lodged)
    number = IssuedDocument.objects.get().number
    assert client.get(f"/prints/{number}/de.pdf").status_code == 404
    assert client.get("/prints/XX-26-0000001/en.pdf").status_code == 404
