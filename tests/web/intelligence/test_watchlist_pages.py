"""Watchlists on pages: made, filled, approved by another, ended; versions; the search by name."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.intelligence.conftest import ALT, SDN
from tests.web.conftest import signed, text_of  # noqa: F401 - fixtures

from clearway.audit.models import Leaf
from clearway.intelligence import following, searching, watched
from clearway.intelligence.models import Entry, ListVersion, Watchlist

OWN = {"list_code": "own", "list_name": "Own targets", "list_kind": "targeting", "publisher": ""}
ENTRY = {
    "entry_kind": "person",
    "entry_name": "Nguyễn Văn Ân",
    "entry_aliases": "Nguyen An\n\n",
    "key_birth": "1971-04-30",
    "entry_effect": "stop",
    "entry_reason": "Undervalued twice",
    "entry_starts": "2026-03-01",
    "entry_ends": "2026-09-01",
}
ASKED = {"searched_name": "NGUYEN VAN AN", "search_reason": "A tip"}


@pytest.fixture
def ann(signed):  # noqa: F811
    """An analyst who has made a list of her own; the memory of lists is forgotten afterwards."""
    watched.forget()
    searching.forget()
    client = signed("analyst")
    answer = client.post("/watchlists/new/", OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/watchlists/own")
    yield client
    watched.forget()
    searching.forget()


def proposed(client, **changes):
    """Propose an entry by the form and return its address."""
    answer = client.post("/watchlists/own/entries/new", {**ENTRY, **changes})
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"]


def test_an_entry_is_proposed_approved_by_another_and_ended(ann, signed):  # noqa: F811
    page = proposed(ann)
    text = text_of(ann.get(page))
    assert "Waits for a second person" in text
    assert "This is yours: a second person has to decide on it." in text
    assert "an nguyen van" in text
    assert "date of birth 1971-04-30" in text
    own = ann.post(f"{page}/decide", {"decision": "approve", "reason": "Mine"})
    assert own.status_code == 409
    assert Entry.objects.get().state == "proposed"
    ben = signed("analyst2")
    assert "1 waits" in text_of(ben.get("/watchlists/"))
    bare = ben.post(f"{page}/decide", {"decision": "approve", "reason": ""})
    assert bare.status_code == 422
    assert ben.post(f"{page}/decide", {"decision": "approve", "reason": "Yes"}).status_code == 303
    assert "Counts" in text_of(ann.get(page))
    assert ann.post(f"{page}/end", {"reason": "Settled"}).status_code == 303
    text = text_of(ann.get(page))
    assert "Ended" in text
    assert "Settled" in text
    assert "End the entry" not in text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"entry_reason": " "}, "required"),
        ({"entry_ends": ""}, "required"),
        ({"entry_ends": "2026-02-01"}, "It lies after the first day and after today"),
        ({"entry_ends": "2036-02-01"}, "at most five years on"),
        ({"entry_kind": "container"}, "known by its own number"),
        ({"entry_name": "\t"}, "required"),
    ],
)
def test_an_entry_without_reason_or_end_comes_back(ann, changes, why):
    answer = ann.post("/watchlists/own/entries/new", {**ENTRY, **changes})
    assert answer.status_code == 422
    assert why in text_of(answer)
    assert "Nguyễn Văn Ân" in answer.content.decode() or "entry_name" in changes
    assert not Entry.objects.exists()


@pytest.mark.parametrize("code", ["", "a/b", "-x", "a b", "x" * 33])
def test_a_code_that_no_address_can_hold_is_refused(ann, code):
    answer = ann.post("/watchlists/new/", {**OWN, "list_code": code})
    assert answer.status_code == 422
    assert Watchlist.objects.count() == 1


def test_a_code_is_used_once(ann):
    answer = ann.post("/watchlists/new/", OWN)
    assert answer.status_code == 409
    assert "A list has this code already." in text_of(answer)


def test_the_entries_are_found_by_a_part_of_a_name_in_any_script(ann):
    proposed(ann)
    proposed(ann, entry_name="Gulf Plastics", entry_aliases="", entry_effect="alert")
    found = text_of(ann.get("/watchlists/own?entry_name=NGUYEN"))
    assert "Nguyễn Văn Ân" in found
    assert "Gulf Plastics" not in found
    found = text_of(ann.get("/watchlists/own?entry_state=in_force"))
    assert "Gulf Plastics" in found
    assert "Nguyễn Văn Ân" not in found
    table = ann.get("/watchlists/own?format=csv")
    assert "Gulf Plastics" in b"".join(table.streaming_content).decode("utf-8-sig")


def brought(client, sdn=SDN, alt=ALT, label="2026-03-01"):
    given = {"sdn_file": SimpleUploadedFile("sdn.csv", sdn), "version_label": label,
             "version_published": "2026-03-01", "version_reason": "Weekly"}  # fmt: skip
    if alt:
        given["alt_file"] = SimpleUploadedFile("alt.csv", alt)
    return client.post("/watchlists/sdn/versions/new", given)


def test_a_version_says_what_it_would_change_before_it_counts(ann, signed):  # noqa: F811
    ann.post("/watchlists/new/", {**OWN, "list_code": "sdn", "list_kind": "sanctions"})
    first = brought(ann).headers["Location"]
    assert first == "/watchlists/sdn/versions/1"
    text = text_of(ann.get(first))
    assert "Nothing of this counts yet. 0 entries of the list count now." in text
    assert "7713 KRSTIC, Radislav Person" in text
    assert not Entry.objects.exists()
    assert "1 waits" in text_of(ann.get("/watchlists/"))
    assert ann.post(first, {"decision": "approve", "reason": "Mine"}).status_code == 409
    ben = signed("analyst2")
    assert ben.post(first, {"decision": "approve", "reason": "As published"}).status_code == 303
    assert Entry.objects.filter(state="in_force").count() == 3
    newer = SDN.replace(b"IMO 9187629", b"IMO 9187630").replace(b"36,", b"37,", 1)
    second = brought(ann, newer, ALT.replace(b"36,", b"37,"), "2026-03-02").headers["Location"]
    assert "36 AEROCARIBBEAN AIRLINES" in text_of(ann.get(f"{second}?change=removed"))
    changed = text_of(ann.get(f"{second}?change=changed"))
    assert "second keys: 9187629 9187630" in changed
    assert ben.post(second, {"decision": "refuse", "reason": "Not theirs"}).status_code == 303
    assert Entry.objects.filter(state="in_force", number="36").exists()


def test_a_broken_file_is_refused_by_line_and_column(ann):
    ann.post("/watchlists/new/", {**OWN, "list_code": "sdn", "list_kind": "sanctions"})
    answer = brought(ann, b"1,2,3\n")
    assert answer.status_code == 422
    assert "sdn.csv, line 1" in text_of(answer)
    assert not ListVersion.objects.exists()
    again = brought(ann, SDN, b"")
    assert again.status_code == 303
    assert brought(ann).status_code == 409


def test_a_name_is_found_in_any_script_and_says_why(ann, signed, border):  # noqa: F811
    page = proposed(ann)
    signed("analyst2").post(f"{page}/decide", {"decision": "approve", "reason": "Yes"})
    before = Leaf.objects.count()
    answer = ann.post("/name-search", ASKED)
    text = text_of(answer)
    assert "Nguyễn Văn Ân" in text
    assert "100.0%" in text
    assert "Both are the same words, whatever their order and marks." in text
    assert "Shown is who is alike by 86.0% or more, by 80.0% where a second key agrees." in text
    born = text_of(ann.post("/name-search", {**ASKED, "key_birth": "1971"}))
    assert "agrees date of birth" in born
    other = text_of(ann.post("/name-search", {**ASKED, "key_birth": "1980"}))
    assert "differs date of birth" in other
    assert Leaf.objects.count() == before + 3
    near = text_of(ann.post("/name-search", {**ASKED, "searched_name": "Nguyan Van An Minh"}))
    # nguyan and nguyen: 5 of 6 letters in order, the first four the same:
    # (5/6 + 5/6 + 1) / 3 = 0.889, and 4 tenths of what lacks to 1: 0.933
    assert "Word by word: an ; nguyan ≈ nguyen (93.3%); van ." in near
    assert "Left over: minh ." in near


def test_a_search_needs_its_reason_and_stands_in_no_address(ann):
    answer = ann.post("/name-search", {"searched_name": "NGUYEN"})
    assert answer.status_code == 422
    assert "NGUYEN VAN AN" not in text_of(ann.get("/name-search?searched_name=NGUYEN+VAN+AN"))


def test_whom_records_name_is_found_with_the_record(ann, border):  # noqa: F811
    mrn = border.lodged()
    following.declaration_came(mrn, border.clock.now())
    text = text_of(ann.post("/name-search", {**ASKED, "searched_name": "ATLAS TRADING"}))
    assert mrn in text
    assert re.search(r"On declarations and manifests \d+ found", text)


@pytest.mark.parametrize("who", ["trader", "broker", "carrier", "agency", "tariff", "cashier"])
def test_nobody_else_sees_a_list(ann, signed, who):  # noqa: F811
    page = proposed(ann)
    client = signed(who)
    for address in ("/watchlists/", "/watchlists/own", page, "/name-search"):
        answer = client.get(address)
        assert answer.status_code == 403, (who, address)
        assert "Nguy" not in answer.content.decode()
    assert "/watchlists/" not in client.get("/help/").content.decode()
    assert client.post("/name-search", ASKED).status_code == 403
    assert client.post(f"{page}/end", {"reason": "Mine"}).status_code == 403


def test_an_officer_reads_and_proposes_but_neither_decides_nor_makes_lists(ann, signed):  # noqa: F811
    page = proposed(ann)
    officer = signed("officer")
    text = text_of(officer.get(page))
    assert "Approve" not in text
    assert officer.post(f"{page}/decide", {"decision": "approve", "reason": "x"}).status_code == 403
    assert officer.get("/watchlists/new/").status_code == 403
    assert officer.get("/watchlists/own/entries/new").status_code == 200
    auditor = signed("auditor")
    assert auditor.get(page).status_code == 200
    assert auditor.get("/watchlists/own/entries/new").status_code == 403


@pytest.mark.parametrize("address", ["/watchlists/none", "/watch-entries/99999",
                                     "/watchlists/own/versions/7"])  # fmt: skip
def test_what_is_not_there_is_not_there(ann, address):
    assert ann.get(address).status_code == 404


def test_reads_are_logged_before_they_leave(ann):
    page = proposed(ann)
    before = Leaf.objects.count()
    ann.get(page)
    ann.get("/watchlists/own")
    assert Leaf.objects.count() >= before + 2
