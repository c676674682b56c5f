"""Attached documents: looked into, written once, read back as they were, and only by whom."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from clearway.audit.models import Leaf
from clearway.declarations import documents
from clearway.declarations.models import AttachedDocument

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def attach(border, mrn, who="trader", name="invoice.pdf", content=PDF, type_code="N380"):
    form = {"file": SimpleUploadedFile(name, content), "type_code": type_code, "reference": "I-1"}
    return border.ask(who, "post", f"/declarations/{mrn}/documents", form=form)


def test_a_document_comes_back_byte_for_byte(border):
    mrn = border.lodged()
    made = attach(border, mrn)
    assert made.status == 201, made.json
    assert made.json["media_type"] == "application/pdf"
    assert made.json["sha256"] == hashlib.sha256(PDF).hexdigest()
    listed = border.ask("officer", "get", f"/declarations/{mrn}/documents").json
    assert [one["id"] for one in listed["items"]] == [made.json["id"]]
    got = border.ask("officer", "get", f"/declarations/{mrn}/documents/{made.json['id']}")
    assert got.content == PDF
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]
    assert border.events(mrn)[-1] == "document_attached"


def test_the_same_file_is_attached_once(border):
    mrn = border.lodged()
    assert attach(border, mrn).status == 201
    assert attach(border, mrn).status == 409
    assert attach(border, mrn, type_code="N325").status == 201
    assert len(list((documents.settings.DATA / "documents").rglob("?" * 64))) == 1


def test_what_is_refused_is_not_kept(border):
    mrn = border.lodged()
    large = b"x" * ((20 << 20) + 1)
    for change, status in (
        ({"type_code": "XXXX"}, 422),
        ({"type_code": "n380"}, 422),
        ({"name": "invoice.png"}, 422),
        ({"content": b"MZ" + bytes(99)}, 422),
        ({"content": large, "name": "a.txt"}, 422),
        ({"who": "trader2"}, 404),
        ({"who": "officer"}, 403),
    ):
        assert attach(border, mrn, **change).status == status, change
    assert not AttachedDocument.objects.exists()


def test_the_files_of_a_declaration_have_a_limit_together(border, monkeypatch):
    mrn = border.lodged()
    monkeypatch.setattr(documents, "_MEBIBYTE", 1)
    assert attach(border, mrn, name="a.txt", content=b"a" * 20).status == 201
    for letter in "bcde":
        assert attach(border, mrn, name="a.txt", content=letter.encode() * 20).status == 201
    assert attach(border, mrn, name="a.txt", content=b"f").status == 422


def test_what_was_changed_on_disk_is_not_given_out(border):
    mrn = border.lodged()
    number = attach(border, mrn).json["id"]
    place: Path = documents.place_of(hashlib.sha256(PDF).hexdigest())
    place.write_bytes(PDF.replace(b"1.7", b"1.6"))
    assert border.ask("trader", "get", f"/declarations/{mrn}/documents/{number}").status == 500


def test_anothers_document_is_not_there(border):
    mrn, other = border.lodged(), border.lodged(lrn="B", document="HBL-2")
    number = attach(border, mrn).json["id"]
    assert border.ask("trader2", "get", f"/declarations/{mrn}/documents/{number}").status == 404
    assert border.ask("trader", "get", f"/declarations/{other}/documents/{number}").status == 404


def test_a_read_by_a_stranger_is_logged_before_it_leaves(border):
    mrn = border.lodged()
    number = attach(border, mrn).json["id"]

    def reads():
        return Leaf.objects.filter(kind="read", subject=f"declaration:{mrn}").count()

    border.ask("trader", "get", f"/declarations/{mrn}/documents/{number}")
    assert reads() == 0
    border.ask("auditor", "get", f"/declarations/{mrn}/documents/{number}")
    border.ask("auditor", "get", f"/declarations/{mrn}")
    assert reads() == 2


def test_nothing_is_attached_to_what_is_cancelled(border):
    mrn = border.lodged(type_code="IMD")
    border.ask("trader", "post", f"/declarations/{mrn}/cancellation", {"reason": "Sold"})
    assert attach(border, mrn).status == 409
