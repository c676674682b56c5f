"""The API tells one's documents, gives their files, and says to anybody whether one holds."""

from __future__ import annotations

import hashlib

import rfc8785
from tests.declarations.conftest import border  # noqa: F401 - fixtures


def test_a_document_by_the_api(border):  # noqa: F811
    mrn = border.lodged()
    wanted = {"kind": "declaration_print", "language": "vi"}
    made = border.ask("trader", "post", f"/declarations/{mrn}/prints", wanted)
    assert made.status == 201, made.json
    again = border.ask("trader", "post", f"/declarations/{mrn}/prints", wanted)
    assert again.json == made.json
    number = made.json["number"]
    whole = border.ask("trader", "get", f"/documents/{number}").json
    assert hashlib.sha256(rfc8785.dumps(whole["data"])).hexdigest() == whole["sha256"]
    assert whole["about"] == f"declaration:{mrn}"
    listed = border.ask("trader", "get", f"/documents?record=declaration:{mrn}").json
    assert [one["number"] for one in listed["items"]] == [number]
    void = border.ask("trader", "get", "/documents?state=void")
    assert void.status == 200, void.content
    assert void.json["items"] == []
    file = border.ask("trader", "get", f"/documents/{number}/file?language=ar")
    assert (file.status, file.headers["Content-Type"]) == (200, "application/pdf")
    token = made.json["verification"].rsplit("/", 1)[1]
    told = border.ask("carrier", "get", f"/document-verification/{token}").json
    assert (told["state"], told["number"]) == ("valid", number)
    assert told["files"] == [hashlib.sha256(file.content).hexdigest()]
    assert border.ask("trader2", "get", f"/documents/{number}").status == 404
    assert border.ask("auditor", "get", f"/documents/{number}").status == 200
    assert border.ask("trader", "get", "/document-verification/none").status == 404
    assert border.ask("trader", "get", f"/documents/{number}/file?language=de").status == 422
