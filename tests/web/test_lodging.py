"""Lodging by the form: from an empty draft to the record, through the line's own steps."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from tests.declarations.conftest import a_message, border  # noqa: F401 - fixtures
from tests.web.by_hand import Hand, form_of, tree_of

from clearway.declarations.models import Declaration, Version
from clearway.intake import running
from clearway.messages import read_json
from clearway.vocabulary.errors import StorageFails, TooMuch
from clearway.web.lodging import drafts
from clearway.web.models import Draft
from clearway.web.words import LANGUAGES, words


@pytest.fixture
def trader(border):  # noqa: F811
    return Hand("trader")


def test_a_declaration_written_page_by_page_is_lodged(trader, border):  # noqa: F811
    draft = trader.write()
    checked = trader.get(f"/drafts/{draft}/check").content.decode()
    assert "Wooden office desks" in checked
    assert 'class="errors"' not in checked
    estimated = re.search(r'<p class="total number">[^<]*?([\d,]+\.\d\d)', checked)[1]
    answer = trader.lodge(draft)
    assert answer.status_code == 303, answer.content.decode()
    lodged = Declaration.objects.get()
    assert answer["Location"] == f"/declarations/{lodged.mrn}"
    version = Version.objects.get()
    assert (version.door, version.actor[:5]) == ("form", "user:")
    read = read_json(bytes(version.message))
    assert not read.problems
    assert lodged.transport_document == "BL4711"
    page = trader.get(answer["Location"]).content.decode()
    assert f"{lodged.mrn} was lodged." in page
    assert estimated in page
    assert Draft.objects.get().lodged == lodged.mrn
    assert f"/drafts/{draft}/" not in trader.get("/drafts/").content.decode()
    assert trader.get(f"/drafts/{draft}/parties")["Location"] == answer["Location"]


def test_a_double_click_lodges_once(trader):
    draft = trader.write()
    page = trader.get(f"/drafts/{draft}/check").content.decode()
    given = form_of(page)
    first = trader.client.post(f"/drafts/{draft}/lodge", given)
    Draft.objects.update(lodged="")  # as if the second had come before the first was answered
    again = trader.client.post(f"/drafts/{draft}/lodge", given)
    assert first["Location"] == again["Location"]
    assert Declaration.objects.count() == 1


def test_numbers_are_typed_in_the_readers_way_and_kept_exact(trader):
    draft = trader.begin()
    page = f"/drafts/{draft}/items/1"
    trader.fill(page, {"items-1-gross": "2.531,620", "items-1-net": "2366"}, typed_in="vi")
    measure = tree_of(draft)["GoodsShipment"]["GovernmentAgencyGoodsItem"][0]["Commodity"][
        "GoodsMeasure"
    ]
    assert measure["GrossMassMeasure"] == {"value": "2531.620", "unitCode": "KGM"}
    shown = trader.get(page).content.decode()
    assert 'value="2,531.620"' in shown
    assert tree_of(draft)["TotalGrossMassMeasure"]["value"] == "2531.620"


def test_what_is_no_number_is_kept_as_typed_and_told(trader):
    draft = trader.begin()
    page = f"/drafts/{draft}/items/1"
    answer = trader.fill(page, {"items-1-gross": "about <9> tons", "items-1-marks": "A"})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#f-items-1-gross">' in told
    assert 'value="about &lt;9&gt; tons"' in told
    assert 'aria-invalid="true"' in told
    # Both that and what was right are there when somebody comes back, and lodging is refused.
    again = trader.get(page).content.decode()
    assert 'value="about &lt;9&gt; tons"' in again
    assert 'name="items-1-marks" value="A"' in again
    refused = trader.lodge(draft)
    assert refused.status_code == 422
    assert "#f-items-1-gross" in refused.content.decode()
    assert not Declaration.objects.exists()
    assert trader.fill(page, {"items-1-gross": "9,000"}).status_code == 303
    assert "about" not in trader.get(page).content.decode()


@pytest.mark.parametrize("digits", [29, 40, 300])
def test_a_number_that_nothing_has_does_not_close_the_draft(trader, digits):
    draft = trader.begin()
    page = f"/drafts/{draft}/items/1"
    answer = trader.fill(page, {"items-1-gross": "9" * digits})
    assert answer.status_code == 422, "it is told at once"
    kept = Draft.objects.get()
    content = json.loads(bytes(kept.answers))
    held = content["envelope"]["Declaration"]
    held["InvoiceAmount"] = {"value": "9" * digits + ".25", "currencyID": "USD"}
    Draft.objects.filter(pk=kept.pk).update(answers=json.dumps(content).encode())
    for name in ("parties", "transport", "items", "items/1", "documents", "check"):
        assert trader.get(f"/drafts/{draft}/{name}").status_code == 200, name


def test_the_page_saves_itself_and_shows_what_it_costs(trader):
    draft = trader.write()
    page = f"/drafts/{draft}/items/1"
    given = form_of(trader.get(page).content.decode())
    given["items-1-amount"] = "20,000.00"
    answer = trader.client.post(f"{page}?part=save", given)
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in told
    assert 'id="estimate"' in told
    assert 'id="saved-at"' in told
    assert int(re.search(r'name="revision" id="revision" value="(\d+)"', told)[1]) == (
        int(given["revision"]) + 1
    )
    # The next change leaves before the answer came: nobody else was between.
    given["items-1-amount"] = "30,000.00"
    assert trader.client.post(f"{page}?part=save", given).status_code == 200
    assert tree_of(draft)["InvoiceAmount"]["value"] == "30000.00"


def test_what_changes_with_another_field_is_shown_at_once(trader):
    draft = trader.write()
    check = f"/drafts/{draft}/check"
    given = form_of(trader.get(check).content.decode()) | {"items-1-gross": "2,700.5"}
    told = trader.client.post(f"{check}?part=save", given).content.decode()
    assert re.search(r'id="f-total-mass-field" hx-swap-oob="true"', told)
    assert re.search(r'name="total-mass" value="2,700.5"', told)
    assert 'name="items-1-gross"' not in told  # nobody's words are taken from under his hands


def test_two_people_do_not_undo_each_other(trader):
    draft = trader.begin()
    page = f"/drafts/{draft}/parties"
    mine = form_of(trader.get(page).content.decode())
    other = Hand("trader")
    assert other.fill(page, {"exporter-name": "Theirs"}).status_code == 303
    for where in (page, f"{page}?part=save"):
        answer = trader.client.post(where, mine | {"exporter-name": "Mine"})
        told = answer.content.decode()
        assert answer.status_code == 409
        assert "Theirs" in told
        assert "Mine" in told
    assert tree_of(draft)["Exporter"] == {"Name": "Theirs"}
    # Who has seen both and sends his again means it.
    shown = form_of(trader.client.post(page, mine | {"exporter-name": "Mine"}).content.decode())
    assert trader.client.post(page, shown).status_code == 303
    assert tree_of(draft)["Exporter"] == {"Name": "Mine"}


def test_what_the_page_saves_by_itself_is_no_conflict_with_its_form(trader, monkeypatch):
    draft = trader.begin()
    page = f"/drafts/{draft}/parties"
    shown = form_of(trader.get(page).content.decode())
    really, meanwhile = drafts.save, [{"exporter-name": "Atlas", "importer-city": "Bay"}]

    def after_another(kept, content):
        if meanwhile:  # the page's own saving is written while its form is being read
            typed = shown | meanwhile.pop()
            assert trader.client.post(f"{page}?part=save", typed).status_code == 200
        return really(kept, content)

    monkeypatch.setattr(drafts, "save", after_another)
    whole = shown | {"exporter-name": "Atlas Works", "importer-city": "Bay"}
    assert trader.client.post(page, whole).status_code == 303
    tree = tree_of(draft)
    assert tree["Exporter"]["Name"] == "Atlas Works"
    assert tree["GoodsShipment"]["Importer"]["Address"]["CityName"] == "Bay"


def test_a_form_that_does_not_know_yet_what_followed_does_not_undo_it(trader):
    draft = trader.write()
    check = f"/drafts/{draft}/check"
    shown = form_of(trader.get(check).content.decode()) | {"items-1-amount": "20,000.00"}
    assert trader.client.post(f"{check}?part=save", shown).status_code == 200
    # The total on the page is still the old one when the form is sent.
    assert trader.client.post(f"/drafts/{draft}/lodge", shown).status_code == 303
    assert tree_of(draft)["InvoiceAmount"]["value"] == "20000.00"


def test_a_rejected_draft_stays_with_its_errors_and_a_new_reference(trader):
    draft = trader.write(origin="QQ")
    before = Draft.objects.get().lrn
    answer = trader.lodge(draft)
    told = answer.content.decode()
    assert answer.status_code == 422
    rejected = Declaration.objects.get()
    assert (rejected.state, rejected.lrn) == ("rejected", before)
    assert f"/drafts/{draft}/items/1?wrong=yes#f-items-1-origin" in told
    after = Draft.objects.get().lrn
    assert after != before
    assert f"{before} was rejected" in told
    assert after in told
    wrong = trader.get(f"/drafts/{draft}/items/1", wrong="yes").content.decode()
    assert re.search(r'id="f-items-1-origin-why">[^<]+<', wrong)
    trader.fill(f"/drafts/{draft}/items/1", {"items-1-origin": "TR"})
    assert trader.lodge(draft).status_code == 303
    assert set(Declaration.objects.values_list("lrn", flat=True)) == {before, after}


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(TooMuch("The queue is full.", retry_after=3), 429), (StorageFails("No disk."), 503)],
)
def test_where_the_line_cannot_take_it_nothing_is_lost(trader, monkeypatch, refusal, status):
    draft = trader.write()

    class Full:
        def submit(self, _):
            raise refusal

    monkeypatch.setattr(running, "line", Full)
    answer = trader.lodge(draft)
    assert answer.status_code == status
    assert words("en")["lodge_nothing_lost"] in answer.content.decode()
    assert answer.headers["Retry-After"] == ("3" if status == 429 else "5")
    assert not Declaration.objects.exists()


def test_a_draft_of_another_organisation_is_not_there(trader):
    draft = trader.begin()
    stranger = Hand("trader2")
    for path in ("", "parties", "items", "items/1", "check"):
        assert stranger.get(f"/drafts/{draft}/{path}").status_code == 404, path
    for path in ("parties", "items/1", "items/act", "check", "lodge", "delete"):
        assert stranger.client.post(f"/drafts/{draft}/{path}", {}).status_code == 404, path
    assert stranger.get(f"/drafts/{draft}/parties").content.count(b"Atlas") == 0
    assert Hand("officer").get("/drafts/").status_code == 403
    assert Client().get("/drafts/").status_code == 302
    assert Draft.objects.count() == 1


def test_a_broker_declares_for_his_principal(border):  # noqa: F811
    broker = Hand("broker")
    draft = broker.begin(principal="XP1000000001")
    tree = tree_of(draft)
    assert tree["Declarant"] == {"ID": "XP1000000001"}
    assert tree["Agent"]["ID"] == "XP2000000001"
    assert tree["GoodsShipment"]["Importer"]["ID"] == "XP1000000001"


def test_an_export_and_a_parcel_begin_as_such(trader):
    export = tree_of(trader.begin(direction="EX"))
    assert export["TypeCode"] == "EXA"
    assert export["Exporter"]["ID"] == "XP1000000001"
    parcel = tree_of(trader.begin(direction="LV", regime="C07"))
    item = parcel["GoodsShipment"]["GovernmentAgencyGoodsItem"][0]
    assert item["GovernmentProcedure"][1] == {"CurrentCode": "C07"}
    assert trader.client.post("/drafts/new", {"direction": "LV"}).status_code == 422


def test_goods_items_are_added_copied_and_removed(trader):
    draft = trader.begin()
    trader.fill(f"/drafts/{draft}/items/1", {"items-1-description": "One", "items-1-gross": "x"})
    items = f"/drafts/{draft}/items"

    def act(name):
        given = form_of(trader.get(items).content.decode())
        return trader.client.post(f"{items}/act", given | {"act": name})

    assert act("copy:1")["Location"] == f"{items}/2"
    assert act("add")["Location"] == f"{items}/3"
    trader.fill(f"{items}/2", {"items-2-description": "Two", "items-2-gross": "7"})
    assert act("remove:1").status_code == 303
    held = tree_of(draft)["GoodsShipment"]["GovernmentAgencyGoodsItem"]
    assert [one["SequenceNumeric"] for one in held] == [1, 2]
    assert held[0]["Commodity"]["Description"] == "Two"
    assert tree_of(draft)["GoodsItemQuantity"]["value"] == "2"
    assert json.loads(bytes(Draft.objects.get().answers))["typed"] == {}
    assert act("remove:9").status_code == 422
    assert trader.get(f"{items}/9").status_code == 404


def test_papers_are_added_row_by_row_and_taken_out(trader):
    draft = trader.begin()
    page = f"/drafts/{draft}/documents"
    trader.fill(page, {"papers-1-code": "N864", "papers-1": "P-1"}, then="stay")
    trader.fill(page, {"papers-2-code": "C400 CITES permit", "papers-2": "P-2"})
    trader.fill(page, {"papers-1-code": "", "papers-1": ""})
    assert tree_of(draft)["AdditionalDocument"] == [
        {}, {"CategoryCode": "C", "TypeCode": "400", "ID": "P-2"}
    ]  # fmt: skip


def test_commodities_are_found_by_words_and_by_code(trader):
    by_words = trader.get("/drafts/commodities", q="Office furniture wooden").content.decode()
    assert 'data-value="94033000"' in by_words
    assert 'data-value="9403' in trader.get("/drafts/commodities", q="9403").content.decode()
    assert 'aria-disabled="true"' in trader.get("/drafts/commodities", q="zzz").content.decode()


def test_a_permit_is_asked_for_with_its_legal_ground(trader):
    draft = trader.write(commodity="85171310", description="Smartphones")
    shown = trader.get(f"/drafts/{draft}/items/1").content.decode()
    estimate = shown[shown.index('id="estimate"') :]
    assert "L151" in estimate
    assert words("en")["lodge_licences"] in estimate


def test_a_page_of_before_does_not_write_over_the_item_that_took_its_place(trader):
    draft = trader.begin()
    items = f"/drafts/{draft}/items"

    def act(name):
        given = form_of(trader.get(items).content.decode())
        return trader.client.post(f"{items}/act", given | {"act": name})

    act("add")
    act("add")
    for place in (1, 2, 3):
        name = f"items-{place}-description"
        assert trader.fill(f"{items}/{place}", {name: f"Goods {place}"}).status_code == 303
    given = form_of(trader.get(f"{items}/2").content.decode())
    given |= {"sheet": "tab-a", "items-2-description": "Goods 2 better"}
    assert trader.client.post(f"{items}/2?part=save", given).status_code == 200
    assert act("remove:1").status_code == 303  # in another tab
    assert trader.client.post(f"{items}/2?part=save", given).status_code == 409
    held = tree_of(draft)["GoodsShipment"]["GovernmentAgencyGoodsItem"]
    assert [one["Commodity"]["Description"] for one in held] == ["Goods 2 better", "Goods 3"]


def test_drafts_are_listed_and_deleted(trader):
    drafts = [trader.begin() for _ in range(2)]
    listed = trader.get("/drafts/").content.decode()
    assert all(f'href="/drafts/{one}/"' in listed for one in drafts)
    assert trader.client.post(f"/drafts/{drafts[0]}/delete").status_code == 303
    assert [str(one.pk) for one in Draft.objects.all()] == drafts[1:]


def test_a_page_asks_the_record_little_however_large_the_draft(
    trader, django_assert_max_num_queries
):
    draft = trader.write()
    items = f"/drafts/{draft}/items"
    for _ in range(8):
        given = form_of(trader.get(items).content.decode())
        trader.client.post(f"{items}/act", given | {"act": "copy:1"})
    for path in (f"{items}/9", items, f"/drafts/{draft}/check", "/drafts/", "/drafts/new"):
        with django_assert_max_num_queries(12):
            assert trader.get(path).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_each_language_without_script_or_style(trader, language):
    draft = trader.write(origin="QQ", gross="x")
    told = words(language)
    for path in ("/drafts/", "/drafts/new", *(f"/drafts/{draft}/{name}" for name in (
            "parties", "transport", "items", "items/1", "documents", "check"))):  # fmt: skip
        answer = trader.get(path, lang=language)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in page
        assert not re.search(r"<script(?! type=\"module\" src)|<style|\sstyle=|\son[a-z]+=", page)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path
        for wanted in re.findall(r'(?:\sfor|aria-labelledby|aria-controls|list)="([^"]+)"', page):
            assert set(wanted.split()) <= set(ids), (path, wanted)
    assert told["lodge_step_check"] in page
