"""What do I need? Which agency sees which field, and how many fields became one datum."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from clearway.audit.models import Leaf
from clearway.permits.mapping import harmonised

WHEAT = "/requirements?commodity=10019910&direction=IM&country=US"


def codes(border, query, who="trader"):
    answer = border.ask(who, "get", f"/requirements?{query}")
    assert answer.status == 200, answer.json
    return [one["code"] for one in answer.json["items"]]


def test_before_lodging_one_learns_what_by_which_law_and_of_whom(border):
    told = border.ask("cashier", "get", WHEAT).json
    assert (told["commodity"], told["day"]) == ("10019910", "2026-03-03")
    (need,) = told["items"]
    assert need["code"] == "PHI-03"
    assert need["legal_basis"] == "Plant Health Act 2021, s. 11"
    assert need["agency_name"] == "Plant Health Inspectorate"
    assert need["contact"] == "plants@phi.portolan.example"
    assert [one["code"] for one in need["documents"]] == ["N851", "N852"]
    assert (need["days"], need["silent"]) == (5, False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("commodity=39269000&direction=IM&country=US", []),
        ("commodity=10019910&direction=EX&country=US", []),
        ("commodity=09022010&direction=IM&country=US", []),
        ("commodity=09022010&direction=IM&country=CN", ["VFS-03"]),
        ("commodity=95030010&direction=IM&country=CN", ["RSA-03"]),
        ("commodity=95030010&direction=IM&country=CN&procedure=71", []),
        ("commodity=38221100&direction=IM&country=US", []),
        ("commodity=38221100&direction=IM&country=US&end_use=C13", ["MHA-04"]),
        ("commodity=84151010&direction=IM&country=US&day=2026-06-30", []),
        ("commodity=84151010&direction=IM&country=US&day=2026-07-01", ["RSA-02"]),
    ],
)
def test_it_depends_on_each_of_the_six(border, query, found):
    assert codes(border, query) == found


def test_what_is_no_line_of_the_tariff_is_unknown(border):
    assert border.ask("trader", "get", WHEAT.replace("10019910", "9999")).status == 404


def test_312_fields_on_14_forms_reduce_to_118():
    """Card C08: (312 - 118) / 312 = 62.179 %, that is 62.2 % fewer.

    118 data, of which 194 fields ask a second time: on 14 forms, turn by turn.
    """
    data = [f"datum {n % 118}" for n in range(312)]
    found = harmonised((f"form {n % 14}", datum) for n, datum in enumerate(data))
    assert (found.forms, found.fields, found.data, found.fewer) == (14, 312, 118, 622)
    assert harmonised([]).fewer == 0


def test_the_demo_country_s_forms_are_counted_too(border):
    told = border.ask("trader", "get", "/harmonisation").json
    path = resources.files("clearway.packs") / "demo_country" / "code_lists" / "agency_field.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert told["fields"] == len(rows)
    assert told["data"] == len({row["element"] for row in rows})
    assert told["forms"] == len({row["form"] for row in rows})
    assert told["fewer_per_cent"] == "62.2"
    assert {"element": "items.commodity", "forms": 14} in told["shared"]
    own = border.ask("trader", "get", "/harmonisation?agency=PHI").json
    assert own["forms"] == 2 < told["forms"]


def test_an_agriculture_officer_who_opens_the_invoice_price(border, declared):
    """Card C10: 403 and a log line; what is mapped to him he reads, and that is logged too."""
    row = declared(None, "NL-1")
    path = f"/agency/declarations/{row.mrn}"
    view = border.ask("agency", "get", path).json
    told = {one["element"]: one["values"] for one in view["fields"]}
    assert told["items.commodity"] == [{"item": 1, "text": "10019910"}]
    assert told["items.net_mass"] == [{"item": 1, "text": "63"}]
    assert told["importer.id"] == [{"item": 0, "text": "XP1000000001"}]
    assert not [name for name in told if "amount" in name or "value" in name]
    assert border.ask("agency", "get", f"{path}/fields/items.origin").json["values"]
    before = Leaf.objects.filter(kind="refusal").count()
    for price in ("invoice_amount", "items.item_amount"):
        assert border.ask("agency", "get", f"{path}/fields/{price}").status == 403
    assert Leaf.objects.filter(kind="refusal", subject=f"declaration:{row.mrn}").count() == 2
    assert Leaf.objects.filter(kind="refusal").count() == before + 2
    assert border.ask("agency", "get", f"{path}/fields/nothing").status == 404


def test_another_agency_finds_no_such_declaration(border, declared):
    row = declared(None, "NL-1")
    assert border.ask("agency2", "get", f"/agency/declarations/{row.mrn}").status == 404
    assert border.ask("agency", "get", f"/declarations/{row.mrn}").status == 403
