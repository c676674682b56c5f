"""Matches, targeting cases, the register and the view of links on pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from lxml import html
from tests.intelligence.conftest import house, wanted  # noqa: F401 - fixtures
from tests.web.conftest import border, signed, text_of  # noqa: F401 - fixtures

from clearway.audit.models import Leaf
from clearway.declarations.queries import by_key
from clearway.events.models import Event
from clearway.intelligence import following, watchlists
from clearway.intelligence.linking import Edge, Links, Node
from clearway.intelligence.models import Case, Match, Piece, Trace
from clearway.risk.outcomes.models import Outcome
from clearway.web.intelligence.drawing import picture

DOCUMENT = Path(__file__).parents[3] / "docs" / "watchlists.md"
PIECE = {
    "subject_kind": "party",
    "piece_subject": "Gulf Plastics",
    "piece_text": "Two invoices for one consignment.",
    "piece_source": "A carrier",
    "reliability": "B",
    "credibility": "3",
    "piece_reasons": "Asked for by the value unit",
    "audience": "analysts",
    "piece_ends": "2026-09-01",
}


@pytest.fixture
def found(house):  # noqa: F811
    """A declaration whose exporter is found by name: a match and a case."""
    house.listed(name="Gulf Plastic Inc")
    house.mrn = house.lodged()
    return house


def test_a_match_says_why_and_is_decided_with_a_reason(found, signed):  # noqa: F811
    ann, row = signed("analyst"), Match.objects.get()
    assert "Gulf Plastic Inc" in text_of(ann.get("/watch-matches/?match_state=open"))
    page = f"/watch-matches/{row.pk}"
    text = text_of(ann.get(page))
    # plastics and plastic: 7 of 7 and 7 of 8 letters, the first four the same
    assert "“gulf plastics” was compared with “gulf plastic”." in text
    assert "plastics ≈ plastic (97.5%)" in text
    assert "Undervalued twice in 2025" in text
    assert found.mrn in text
    assert ann.post(page, {"decision": "confirm", "reason": ""}).status_code == 422
    assert ann.post(page, {"decision": "", "reason": "x"}).status_code == 422
    assert ann.post(page, {"decision": "confirm", "reason": "Same address"}).status_code == 303
    text = text_of(ann.get(page))
    assert "Confirmed" in text
    assert "Same address" in text
    assert ann.post(page, {"decision": "confirm", "reason": "Twice"}).status_code == 409
    auditor = signed("auditor")
    assert "Confirm: it is" not in text_of(auditor.get(page))
    assert auditor.post(page, {"decision": "dismiss", "reason": "x"}).status_code == 403


def test_a_case_shows_what_matched_and_is_decided(found, signed):  # noqa: F811
    ann, row = signed("analyst"), Case.objects.get()
    page = f"/targeting-cases/{row.pk}"
    assert found.mrn in text_of(ann.get("/targeting-cases/"))
    text = text_of(ann.get(page))
    assert "Exporter: Gulf Plastics Inc" in text
    assert "“gulf plastics” was compared with “gulf plastic”." in text
    assert ann.post(page, {"act": "target", "wish": "both", "note": ""}).status_code == 422
    assert ann.post(page, {"act": "target", "wish": "shoot", "note": "x"}).status_code == 422
    assert ann.post(page, {"act": "review"}).status_code == 303
    told = {"act": "target", "wish": "inspect", "note": "Weigh item 1"}
    assert ann.post(page, told).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.wish, row.note) == ("targeted", "inspect", "Weigh item 1")
    text = text_of(ann.get(page))
    assert "Look at the goods" in text
    assert "Weigh item 1" in text
    assert ann.post(page, {"act": "clear", "note": "x"}).status_code == 409


def test_a_case_of_another_office_is_not_there(found, signed):  # noqa: F811
    Case.objects.update(office="XP000210")
    number = Case.objects.get().pk
    assert signed("officer").get(f"/targeting-cases/{number}").status_code == 404
    assert signed("auditor").get(f"/targeting-cases/{number}").status_code == 200


def test_intelligence_is_recorded_amended_linked_and_closed(found, signed):  # noqa: F811
    ann, case = signed("analyst"), Case.objects.get()
    page = ann.post("/intelligence/new", PIECE).headers["Location"]
    text = text_of(ann.get(page))
    assert "B: mostly reliable" in text
    assert "3: hearsay, borne out" in text
    for kind, key in (("case", str(case.pk)), ("declaration", found.mrn),
                      ("party", "XP1000000001")):  # fmt: skip
        told = {"link_kind": kind, "link_key": key}
        assert ann.post(f"{page}/link", told).status_code == 303, kind
    wrong = ann.post(f"{page}/link", {"link_kind": "case", "link_key": "99999"})
    assert wrong.status_code == 422
    assert "Nobody and nothing has this number or code." in text_of(wrong)
    assert "Gulf Plastics B3" in text_of(ann.get(f"/targeting-cases/{case.pk}"))
    again = {**PIECE, "piece_text": "Three invoices.", "amend_reason": "Heard again"}
    assert ann.post(f"{page}/amend", again).status_code == 303
    text = text_of(ann.get(page))
    assert "Three invoices." in text
    assert "Two invoices for one consignment." in text
    assert ann.post(f"{page}/close", {"close_reason": "Settled"}).status_code == 303
    assert ann.post(f"{page}/amend", again).status_code == 409
    assert "Gulf Plastics B3" not in text_of(ann.get(f"/targeting-cases/{case.pk}"))


@pytest.mark.parametrize("missing", ["piece_source", "reliability", "piece_reasons", "piece_ends"])
def test_intelligence_lacks_nothing(signed, missing):  # noqa: F811
    answer = signed("analyst").post("/intelligence/new", {**PIECE, missing: ""})
    assert answer.status_code == 422
    assert not Piece.objects.exists()


def test_what_is_for_analysts_is_not_there_for_officers(signed):  # noqa: F811
    page = signed("analyst").post("/intelligence/new", PIECE).headers["Location"]
    officer = signed("officer")
    assert officer.get(page).status_code == 404
    assert "Gulf" not in officer.get("/intelligence/").content.decode()
    shared = {**PIECE, "audience": "customs"}
    page = signed("analyst").post("/intelligence/new", shared).headers["Location"]
    assert officer.get(page).status_code == 200
    assert signed("auditor").get(page).status_code == 200


def test_links_are_a_picture_and_tables_that_say_the_same(found, signed):  # noqa: F811
    row = Trace.objects.get(key="id:XP1000000001")
    ann = signed("analyst")
    answer = ann.get("/links", {"key": row.key})
    page = html.fromstring(answer.content.decode())
    drawn = page.xpath("//svg//a/@aria-label")
    told = page.xpath("//section[@aria-labelledby='nodes']//tbody/tr/th")
    assert len(drawn) == len(told) >= 3
    for one in told:
        assert any(one.text_content().strip() in label for label in drawn)
    marked = [label for label in drawn if "watchlist" in label]
    assert len(marked) == 1
    assert "Gulf Plastics Inc" in marked[0]
    assert "Inspections with findings" in text_of(answer)
    assert "Inspections with findings" not in text_of(signed("officer").get(
        "/links", {"key": row.key}))  # fmt: skip
    assert ann.get("/links", {"key": "id:nobody"}).status_code == 404
    assert ann.get("/links").status_code == 404


def test_links_say_what_inspections_found(found, signed):  # noqa: F811
    number = by_key(found.mrn).pk
    for item in (1, 2):
        Outcome.objects.create(declaration=number, item=item, differs=item == 2, at_stake=1,
                               at=found.border.clock.now())  # fmt: skip
    answer = signed("analyst").get("/links", {"key": "id:XP1000000001"})
    assert "1 finding" in text_of(answer)
    assert text_of(answer).count("1 of 1") >= 3


def node(key, kind="party", step=1, name=""):
    return Node(key, kind, name or f"Party {key}", "", step, False, ("R",))


def test_no_two_boxes_touch_and_the_mirror_is_the_mirror():
    nodes = (node("c", step=0), *(node(f"p{n}") for n in range(20)),
             *(node(f"a{n}", "address") for n in range(19)), node("f", step=2),
             node("d", "container", 2))  # fmt: skip
    links = Links(nodes, (Edge("c", "p1", (), 9, "R"), Edge("p1", "p2", (), 1, "R")), cut=False)
    drawn = picture(links)
    assert [box.x for box in drawn.boxes if box.node.key in {"f", "p0", "c", "a0", "d"}] == sorted(
        {box.x for box in drawn.boxes}
    )
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(places) == len(nodes)
    for place, (x, y) in enumerate(places):
        for other, below in places[place + 1 :]:
            assert abs(x - other) >= drawn.wide or abs(y - below) >= drawn.high
    assert max(y for _, y in places) + drawn.high <= drawn.height
    assert max(x for x, _ in places) + drawn.wide <= drawn.width
    # nine records have four binary figures, one has one: 1 + 4 // 2, and 1 + 1 // 2
    assert [(line.width, line.apart) for line in drawn.lines] == [(3, False), (1, True)]
    other = picture(links, mirrored=True)
    mirror = {box.node.key: box.x for box in other.boxes}
    assert {box.node.key: drawn.width - drawn.wide - box.x for box in drawn.boxes} == mirror


def test_a_long_name_is_cut_by_its_width():
    links = Links((node("c", step=0, name="股" * 20), node("p", name="x" * 30)), (), cut=False)
    labels = {box.node.key: box.label for box in picture(links).boxes}
    assert labels == {"c": "股" * 12 + "…", "p": "x" * 24 + "…"}


@pytest.mark.parametrize("who", ["trader", "broker", "carrier", "agency", "tariff", "cashier"])
def test_nobody_else_sees_any_of_it(found, signed, who):  # noqa: F811
    client = signed(who)
    for address in ("/watch-matches/", f"/watch-matches/{Match.objects.get().pk}",
                    "/targeting-cases/", f"/targeting-cases/{Case.objects.get().pk}",
                    "/intelligence/", "/links?key=id:XP1000000001"):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert "Gulf" not in answer.content.decode()
    menu = client.get("/help/").content.decode()
    assert not re.search(r'href="/(targeting-cases|intelligence|watch)', menu)


def test_reads_are_logged_and_a_search_costs_the_same_for_many(found, signed):  # noqa: F811
    ann = signed("analyst")
    before = Leaf.objects.count()
    ann.get(f"/watch-matches/{Match.objects.get().pk}")
    ann.get(f"/targeting-cases/{Case.objects.get().pk}")
    ann.get("/links?key=id:XP1000000001")
    assert Leaf.objects.count() >= before + 3

    def cost():
        asked = {"searched_name": "Gulf Plastics", "search_reason": "A tip"}
        ann.post("/name-search", asked)
        with CaptureQueriesContext(connection) as met:
            assert "Gulf Plastic" in text_of(ann.post("/name-search", asked))
        return len(met)

    few = cost()
    for number in range(3):
        watchlists.propose(found.boss, "own", wanted(name=f"Gulf Plastics {'ABC'[number]}",
                                                     effect="alert"))  # fmt: skip
    found.lodged(document="HBL-2")
    assert cost() == few


def test_the_document_names_pages_that_are_there():
    told = DOCUMENT.read_text("utf-8")
    named = re.findall(r"`(/[a-z-]+/?)(?:\?key=…)?`", told)
    assert len(named) == 6
    assert {resolve(one).url_name for one in named} == {
        "watchlists", "name_search", "watch_matches", "targeting_cases", "intelligence_register",
        "party_links",
    }  # fmt: skip


def test_several_matches_are_decided_together(found, signed):  # noqa: F811
    found.listed(name="Gulf Plastics Co", effect="alert")
    found.listed(name="Gulf Plastics Ltd", effect="alert")
    following.declaration_came(found.mrn, found.border.clock.now())
    found.lodged(document="HBL-2")
    first, second, third = Match.objects.order_by("pk")
    ann, page = signed("analyst"), "/watch-matches/decide"
    assert f'href="{page}"' in ann.get("/watch-matches/").content.decode()
    text = text_of(ann.get(page))
    assert "Gulf Plastics Co" in text
    assert "Gulf Plastics Ltd" in text
    # Nothing ticked, no reason, no button: nothing is done, and what was typed stays.
    ticked = {"match": [first.pk, second.pk], "decision": "dismiss", "reason": "Another address"}
    for wrong in ({"match": []}, {"reason": " "}, {"decision": "all"}):
        answer = ann.post(page, {**ticked, **wrong})
        assert answer.status_code == 422, wrong
    assert "Another address" in ann.post(page, {**ticked, "match": []}).content.decode()
    assert set(Match.objects.values_list("state", flat=True)) == {"open"}
    assert ann.post(page, ticked).status_code == 303
    text = text_of(ann.get(page))
    assert "Decided: 2." in text
    assert third.entry.name in text
    assert second.entry.name not in text
    # One that another decided meanwhile is named; the others are decided all the same.
    answer = ann.post(page, {**ticked, "match": [first.pk, third.pk, 10**9]})
    text = text_of(answer)
    assert answer.status_code == 409
    assert "Gulf Plastics Inc : This match is decided so already." in text
    assert "There is no such match." in text
    told = Match.objects.order_by("pk").values_list("state", "why")
    assert list(told) == [("dismissed", "Another address")] * 3
    kinds = Event.objects.filter(kind="watch_match.decided").values_list("subject", flat=True)
    assert sorted(kinds) == sorted(f"watch_match:{row.pk}" for row in (first, second, third))
    auditor = signed("auditor")
    assert f'href="{page}"' not in auditor.get("/watch-matches/").content.decode()
    assert auditor.get(page).status_code == 403
