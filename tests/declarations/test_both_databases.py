"""One declaration's whole way on either database."""

from __future__ import annotations

from clearway.declarations.models import Declaration
from clearway.intake import matching


def test_the_whole_way(both_databases, border):
    mrn = border.lodged(lrn="A", packages=8, gross="80")
    document = border.report("HBL-1", arrived=True)
    assert matching.on_document_reported("HBL-1") == 1
    path = f"/declarations/{mrn}/amendments?reason=Packages"
    from tests.declarations.conftest import a_message

    request = border.ask("trader", "post", path, a_message(lrn="A", packages=9, gross="90"))
    assert request.status == 202, request.json
    body = {"grant": True, "reason": "As counted"}
    decision = f"/requests/{request.json['id']}/decision"
    assert border.ask("officer", "post", decision, body).status == 200
    released = border.ask("officer", "post", f"/declarations/{mrn}/release", {"security": "GRN-1"})
    assert released.status == 200, released.json
    document.refresh_from_db()
    assert (document.drawn_packages, document.final_packages) == (9, 9)

    ahead = border.lodged(lrn="B", type_code="IMD", document="")
    assert border.ask("trader", "post", f"/declarations/{ahead}/presentation").status == 200
    assert Declaration.objects.get(mrn=ahead).state == "assessed"
    found = border.ask(
        "trader", "get", f"/declarations?commodity=3926&text={mrn[:9]}&state=released"
    )
    assert [one["mrn"] for one in found.json["items"]] == [mrn]
