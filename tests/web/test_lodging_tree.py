"""The form over the declaration: what is typed arrives, and what is not shown stays."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from clearway.kernel.texts import LANGUAGES
from clearway.messages import read_json, write_json
from clearway.messages.records import MetaData
from clearway.web.lodging import content, entering, estimating, fields, tree

NUMBERS = st.decimals(0, 10**9, places=3, allow_nan=False).map(lambda one: f"{one:f}")
WORDS = st.text(st.sampled_from("abc XYZ-/éđ中ع019."), min_size=1, max_size=14).map(str.strip)
WORDED = {"lines", "text"}
CODES = {
    "country": st.sampled_from(["TR", "CN", "XP"]),
    "currency": st.sampled_from(["USD", "XPR", "VND"]),
    "presence": st.sampled_from("01"),
    "mode": st.sampled_from("1234"),
    "office": st.sampled_from(["XP000110", "XP000120"]),
    "transport_document": st.sampled_from(["705", "740"]),
    "document": st.sampled_from(["N864", "C400", "L151"]),
    "incoterm": st.sampled_from(["CIF", "FOB"]),
    "unit": st.sampled_from(["NAR", "KGM"]),
    "package": st.sampled_from(["CT", "PX"]),
    "transaction_nature": st.sampled_from(["11", "21"]),
}


@pytest.fixture(scope="module", autouse=True)
def _of_the_demo_country():
    """Let the form know the code of an insurance without a pack in force."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fields, "charge_code", {"insurance": "AW"}.get)
        yield


def test_the_insurance_has_the_charge_code_of_the_countrys_pack(monkeypatch):
    draft = content.empty("IMA")
    paths = {}
    for code in ("AW", "145", ""):
        monkeypatch.setattr(fields, "charge_code", {"insurance": code}.get)
        page = {one.field.name: one.path for one in fields.of_page("documents", draft.tree)}
        paths[code] = page.get("insurance")
        assert ("insurance-currency" in page) == bool(code)
    amount = "OtherChargeDeductionAmount/value"
    assert paths == {
        "AW": f"GoodsShipment/CustomsValuation/ChargeDeduction[ChargesTypeCode=AW]/{amount}",
        "145": f"GoodsShipment/CustomsValuation/ChargeDeduction[ChargesTypeCode=145]/{amount}",
        "": None,
    }


def texts(field, language):
    """Return what may be typed into a field, as the reader of a language types it."""
    if field.kind == "number":
        return NUMBERS.map(lambda one: entering.written(one, language))
    if field.kind == "whole":
        return st.integers(1, 99_999).map(lambda one: entering.written(str(one), language))
    if field.kind == "date":
        return st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat)
    if field.kind == "commodity":
        return st.sampled_from(["94033000", "8517131099", "39269000"])
    if field.name == "containers":
        return st.sampled_from(["MSCU1234567", "MSCU1234567\nTGHU7654321"])
    if field.codes:
        return CODES.get(field.codes, st.sampled_from(["1", "00", "40"]))
    return WORDS.filter(bool)


@st.composite
def typed(draw):
    """Draw a language, and for each page some of its fields filled in."""
    language = draw(st.sampled_from(LANGUAGES))
    begun = content.empty(draw(st.sampled_from(["IMA", "EXA", "IMY"])))
    pages = [(page, 0) for page in fields.PAGES] + [("items", 1), ("items", 2)]
    content.add_item(begun)
    filled = {}
    for page, item in pages:
        for one in fields.of_page(page, begun.tree, item):
            if one.field.name != "type" and draw(st.integers(0, 3)):
                filled[one.name] = draw(texts(one.field, language))
    for item in (1, 2):  # codes follow each other in one list: an additional one is never first
        filled[f"items-{item}-procedure"] = "40"
    return language, begun, pages, filled


@settings(max_examples=15, deadline=None, phases=[Phase.generate])  # shrinking takes minutes
@given(typed())
def test_what_is_typed_is_read_back_from_the_message(drawn):
    language, begun, pages, filled = drawn
    for page, item in pages:
        bound = fields.of_page(page, begun.tree, item)
        assert not content.take(begun, bound, filled, language)
    message = content.message(begun)
    reading = read_json(message)
    assert reading.declaration is not None
    again = content.of_message(message, "application/json")
    for page, item in pages:
        bound = fields.of_page(page, begun.tree, item)
        before = {one.name: content.shown(begun, one, language) for one in bound}
        for one in bound:
            now = content.shown(again, one, language)
            figure = one.name.removesuffix("-currency").replace("-unit", "-quantity")
            if figure != one.name and not before[figure]:
                assert not now  # a currency or a unit is lodged with its figure alone
            elif one.name != "document-type" or "document" in filled:
                assert now == before[one.name], one.name
            sums = {"total-packages", "total-mass", "invoice-amount"}  # they may follow the items
            if now and one.name in filled.keys() - sums and one.field.kind not in WORDED:
                assert now == filled[one.name], one.name


@settings(max_examples=100, deadline=None)
@given(NUMBERS, st.sampled_from(LANGUAGES))
@example("0.10", "fr")
@example("1000000.000", "vi")
def test_a_number_is_the_same_in_every_language(number, language):
    assert entering.exact(entering.written(number, language), language) == number
    assert Decimal(entering.exact(number.replace(".", {"fr": ",", "vi": ","}.get(language, ".")),
                                  language)) == Decimal(number)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"),
    [("1.234.5", "en"), ("12,34", "en"), ("1e3", "en"), ("1_000", "en"), ("NaN", "en"),
     ("Infinity", "fr"), ("1,5", "zh"), ("12.5", "vi"), ("-", "ar"), ("9" * 50, "en"), ("½", "en")],
)  # fmt: skip
def test_what_could_mean_two_numbers_is_none(text, language):
    with pytest.raises(ValueError, match=r"."):
        entering.exact(text, language)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [("٢٥٣١٫٦٢", "ar", "2531.62"), ("1 234,5", "fr", "1234.5"), ("1\u202f234,5", "fr", "1234.5"),
     ("1\u00a0234,5", "fr", "1234.5"), ("１２", "zh", "12"), ("007", "en", "7")],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text, language, number):
    assert Decimal(entering.exact(text, language)) == Decimal(number)


@pytest.fixture(scope="module")
def simulated():
    """Declarations of a simulated day as messages: they hold much that the form does not show."""
    from clearway import packs
    from clearway.simulators.day import generate_day

    law = packs.load(packs.demo_pack())
    made = generate_day(law, date(2026, 3, 3), declarations=40, seed=11)
    return [write_json(MetaData(wco_type_name="DEC", declaration=one.declaration)) for one in made]


def test_a_form_that_is_sent_as_shown_changes_nothing(simulated):
    for place, message in enumerate(simulated):
        language = LANGUAGES[place % len(LANGUAGES)]
        held = content.of_message(message, "application/json")
        before = copy.deepcopy(held.tree)
        shown = {
            one.name: content.shown(held, one, language) for _, one in fields.everywhere(held.tree)
        }
        bound = [one for _, one in fields.everywhere(held.tree)]
        assert not content.take(held, bound, shown, language)
        assert held.tree == before == json.loads(message)["Declaration"]
        assert json.loads(content.message(held)) == json.loads(message)


def test_a_change_of_one_field_changes_its_datum_alone(simulated):
    message = next(one for one in simulated if b"AWB" in one or b'"740"' in one)
    held = content.of_message(message, "application/json")
    before = copy.deepcopy(held.tree)
    bound = [one for _, one in fields.everywhere(held.tree)]
    assert not content.take(held, bound, {"exporter-city": "Elsewhere"}, "en")
    before["Exporter"]["Address"]["CityName"] = "Elsewhere"
    assert held.tree == before


def test_every_field_has_a_pointer_and_every_pointer_leads_to_its_field(simulated):
    held = content.of_message(simulated[0], "application/json")
    places = estimating.Places(held)
    for page, one in fields.everywhere(held.tree):
        where = entering.pointer(one, held.tree)
        assert re.match("42A.*:", where), one
        place, name = places.of(where)
        assert (place.page, place.item) == (page, one.item)
        assert entering.pointer(one, held.tree) == where
        assert name
    for unknown in ("42A/67A/68A[1]/41A/58B[3]:181", "42A/67A/68A[1]", "42A", "42A/90A[1]:100"):
        place, _ = places.of(unknown)
        assert place.item == ("68A[1]" in unknown)


def test_an_emptied_class_goes_and_an_emptied_row_keeps_its_place():
    held = {
        "Exporter": {"Address": {"CityName": "X"}},
        "AdditionalDocument": [{"ID": "1"}, {"ID": "2"}],
    }
    tree.put(held, "Exporter/Address/CityName", "")
    tree.put(held, "AdditionalDocument[1]/ID", "")
    assert held == {"AdditionalDocument": [{}, {"ID": "2"}]}
    assert tree.pointer(held, "AdditionalDocument[2]/ID") == "42A/02A[1]:D005"
    assert tree.lodgeable(held) == {"AdditionalDocument": [{"ID": "2"}]}


def test_a_total_follows_its_items_until_somebody_says_otherwise():
    held = content.empty("IMA")

    def fill(**given):
        bound = [one for _, one in fields.everywhere(held.tree)]
        told = {name.replace("_", "-"): value for name, value in given.items()}
        assert not content.take(held, bound, told, "en")
        return tree.read(held.tree, "TotalGrossMassMeasure/value")

    assert fill(items_1_gross="10.50") == "10.50"
    content.add_item(held)
    assert fill(items_2_gross="2") == "12.50"
    assert fill(total_mass="13") == "13"
    assert fill(items_2_gross="3") == "13"
    assert fill(total_mass="13.50") == "13.50"
    assert fill(items_2_gross="4") == "14.50"
    content.remove_item(held, 2)
    assert tree.read(held.tree, "TotalGrossMassMeasure/value") == "10.50"


def test_a_transport_document_is_what_its_mode_makes_it_unless_somebody_says():
    held = content.empty("IMA")
    bound = [one for _, one in fields.everywhere(held.tree)]
    content.take(held, bound, {"mode": "4", "document": "176-1"}, "en")
    (made,) = held.tree["GoodsShipment"]["PreviousDocument"]
    assert made == {"CategoryCode": "X", "TypeCode": "740", "ID": "176-1"}
    content.take(held, bound, {"document-type": "741"}, "en")
    assert made["TypeCode"] == "741"
    content.take(held, bound, {"document-type": "", "document": ""}, "en")
    assert content.message(held).count(b"PreviousDocument") == 0


def test_a_house_bill_goes_before_its_master_and_both_keep_their_places():
    held = content.empty("IMA")
    papers = [{"TypeCode": "704", "ID": "MASTER"}, {"TypeCode": "714", "ID": "HOUSE"}]
    held.tree["GoodsShipment"]["PreviousDocument"] = papers
    bound = [one for _, one in fields.everywhere(held.tree)]
    assert {one.name: content.shown(held, one, "en") for one in bound}["document"] == "HOUSE"
    content.take(held, bound, {"document": "HOUSE-2"}, "en")
    assert [one["ID"] for one in papers] == ["MASTER", "HOUSE-2"]


def test_a_commodity_of_two_parts_is_one_code_and_stays_in_parts_until_changed():
    held = content.empty("IMA")
    listed = [{"ID": "940330", "IdentificationTypeCode": "TSP"},
              {"ID": "00", "IdentificationTypeCode": "TRC"},
              {"ID": "4099", "IdentificationTypeCode": "TRA"}]  # fmt: skip
    tree.items(held.tree)[0]["Commodity"] = {"Classification": listed}
    bound = {one.name: one for one in fields.of_page("items", held.tree, 1)}
    one = bound["items-1-commodity"]
    assert content.shown(held, one, "en") == "94033000"
    before = copy.deepcopy(held.tree)
    content.take(held, [one], {one.name: "94033000"}, "en")
    assert held.tree == before
    content.take(held, [one], {one.name: "9403.60.00"}, "en")
    assert tree.items(held.tree)[0]["Commodity"]["Classification"] == [
        {"ID": "94036000", "IdentificationTypeCode": "TSP"}, listed[2]
    ]  # fmt: skip


def test_containers_are_typed_one_a_line_and_keep_their_seals():
    held = content.empty("IMA")
    sealed = {
        "SequenceNumeric": 1,
        "ID": "MSCU1234566",
        "Seal": [{"SequenceNumeric": 1, "ID": "S"}],
    }
    consignment = {"TransportEquipment": [sealed]}
    held.tree["GoodsShipment"]["Consignment"] = consignment
    quick = [one for _, bound in fields.quick(held.tree) for one in bound]
    assert "containers" in {one.name for one in quick}
    content.take(held, quick, {"containers": "TGHU 7654321\n\nMSCU1234566"}, "en")
    assert consignment["TransportEquipment"] == [
        {"SequenceNumeric": 1, "ID": "TGHU7654321"}, sealed | {"SequenceNumeric": 2}
    ]  # fmt: skip
    content.take(held, quick, {"containers": ""}, "en")
    assert "Consignment" not in held.tree["GoodsShipment"]
