"""Finding and reading declarations: filters, pages, who sees what, and what is logged."""

from __future__ import annotations

import pytest
from django.db import connection

from clearway.audit.models import Leaf
from clearway.declarations.models import Declaration


def found(border, who="trader", **by):
    query = "&".join(f"{name}={value}" for name, value in by.items())
    answer = border.ask(who, "get", f"/declarations?{query}")
    assert answer.status == 200, answer.json
    return [one["lrn"] for one in answer.json["items"]]


@pytest.fixture
def three(border):
    border.lodged(lrn="A", document="HBL-A")
    border.later(days=1)
    border.lodged(lrn="B", type_code="IMD", document="HBL-B")
    border.lodge(lrn="C", origin="XX", document="HBL-C")
    return border


def test_a_list_is_narrowed(three):
    for by, lrns in (
        ({}, ["C", "B", "A"]),
        ({"state": "received"}, ["B"]),
        ({"state": "rejected"}, ["C"]),
        ({"lane": "green"}, ["A"]),
        ({"lane": "red"}, []),
        ({"kind": "prelodged"}, ["B"]),
        ({"direction": "EX"}, []),
        ({"office": "XP000110"}, ["C", "B", "A"]),
        ({"office": "XP000210"}, []),
        ({"importer": "XP1000000001", "state": "assessed"}, ["A"]),
        ({"lrn": "A"}, ["A"]),
        ({"transport_document": "HBLB"}, ["B"]),
        ({"commodity": "3926"}, ["C", "B", "A"]),
        ({"commodity": "3927"}, []),
        ({"text": "c"}, []),
        ({"text": "C"}, ["C"]),
        ({"text": "hbl-b"}, ["B"]),
        ({"text": "HBL"}, ["C", "B", "A"]),
        ({"text": "nothing"}, []),
        ({"received_from": "2026-03-04T00:00:00Z"}, ["C", "B"]),
        ({"received_before": "2026-03-04T00:00:00Z"}, ["A"]),
    ):
        assert found(three, **by) == lrns, by


def test_a_wrong_filter_is_told(border):
    for by in (
        "state=unknown", "lane=pink", "received_from=yesterday",
        "received_from=2026-03-04T00:00:00", "commodity=39%25", "limit=0", "limit=201",
        "cursor=x", "text=%00",
    ):  # fmt: skip
        assert border.ask("trader", "get", f"/declarations?{by}").status == 422, by


def test_pages_hold_each_declaration_once(three):
    seen, cursor = [], ""
    for _ in range(4):
        path = f"/declarations?limit=1&cursor={cursor}"
        page = three.ask("trader", "get", path).json
        seen += [one["lrn"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["C", "B", "A"]


def test_who_sees_what(three):
    for who, sees in (
        ("trader", 3), ("trader2", 0), ("broker", 0), ("officer", 3), ("officer2", 0),
        ("supervisor", 3), ("auditor", 3),
    ):  # fmt: skip
        assert len(found(three, who)) == sees, who
    for who in ("carrier", "terminal", "registrar", "tariff", "operator"):
        assert three.ask(who, "get", "/declarations").status == 403, who


def test_the_importer_reads_what_his_broker_lodged(border):
    mrn = border.lodged("broker", declarant="XP2000000001")
    assert border.ask("trader", "get", f"/declarations/{mrn}").status == 200
    assert border.ask("trader2", "get", f"/declarations/{mrn}").status == 404
    body = {"reason": "Sold"}
    assert border.ask("trader", "post", f"/declarations/{mrn}/cancellation", body).status == 404


def test_a_rejected_declaration_is_read_by_its_number(border):
    border.lodge(lrn="C", origin="XX")
    rejected = Declaration.objects.get(lrn="C")
    assert rejected.mrn is None
    answer = border.ask("trader", "get", f"/declarations/{rejected.pk}")
    assert (answer.status, answer.json["state"]) == (200, "rejected")
    accepted = Declaration.objects.get(mrn=border.lodged(document="HBL-9"))
    assert border.ask("trader", "get", f"/declarations/{accepted.pk}").status == 404


def test_an_unknown_declaration_is_not_there(border):
    for key in ("26XP0000000000000A1", "0", "9223372036854775808", "1", "99"):
        assert border.ask("trader", "get", f"/declarations/{key}").status == 404, key
    for key in ("lower", "x" * 20, "%00", "A-B"):
        assert border.ask("trader", "get", f"/declarations/{key}").status in {404, 422}, key


def test_a_list_that_shows_anothers_is_one_read(three):
    before = Leaf.objects.filter(kind="read").count()
    found(three, "officer")
    found(three, "trader")
    assert Leaf.objects.filter(kind="read").count() == before + 1


def test_a_version_that_is_not_there(border):
    mrn = border.lodged()
    assert border.ask("trader", "get", f"/declarations/{mrn}/versions/2").status == 404
    assert border.ask("trader", "get", f"/declarations/{mrn}/versions/0").status == 422
    assert border.ask("trader", "get", f"/declarations/{mrn}/versions").json["next"] is None


def test_a_refusal_is_logged(border):
    mrn = border.lodged()
    border.ask("trader2", "get", f"/declarations/{mrn}")
    assert Leaf.objects.filter(kind="refusal", subject=f"declaration:{mrn}").exists()


def test_a_beginning_is_found_by_indexes_whatever_stands_in_it(both_databases, border):
    from clearway.declarations.models import Declaration
    from clearway.declarations.queries import begins_with

    mrn = border.lodged(lrn="A_1%", document="HBL-A")
    border.lodged(lrn="AX1%", document="HBL-B")
    rows = Declaration.objects.filter
    assert [one.lrn for one in rows(begins_with("A_"))] == ["A_1%"]
    assert [one.lrn for one in rows(begins_with(mrn[:16].lower()))] == ["A_1%"]
    assert not rows(begins_with("%"))
    assert not rows(begins_with("\\"))
    with connection.cursor() as cursor:
        if both_databases == "postgresql":
            cursor.execute("SET enable_seqscan = off; SET enable_indexscan = off")
    told = rows(begins_with("A_")).explain()
    assert "declaration_lrn_begins" in told
    assert "SCAN declarations" not in told
