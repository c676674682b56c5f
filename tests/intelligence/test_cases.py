"""Cases: opened before arrival, decided once, carried out by the rooms above; links and search."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from tests.intelligence.conftest import trader

from clearway.audit.models import Leaf
from clearway.cargo.models import Container, TransportDocument
from clearway.clearance.models import Hold
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.events.queries import UNTOLD, Told
from clearway.inspection.models import Order
from clearway.intelligence import (
    access,
    cases,
    events,
    following,
    linking,
    matching,
    queries,
    register,
    searching,
    tracing,
)
from clearway.intelligence.models import Alert, Appearance, Case, Match, Trace
from clearway.site import news_intelligence
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids


def _tell(house, kind=events.TARGETED):
    """Tell the rooms above what was announced, twice, as after a crash."""
    for row in Event.objects.filter(kind=kind).order_by("id"):
        told = Told(UNTOLD[0], row.id, row.kind, row.subject, row.legal_time, row.system_time,
                    row.actor, (), bytes(row.body), row.leaf_id)  # fmt: skip
        for _ in range(2):
            news_intelligence.do_what_is_wished(told)


def _documented(house, number="B/L 7", **changes):
    row = house.border.report(number)
    TransportDocument.objects.filter(pk=row.pk).update(**changes)
    following.document_came(number, house.border.clock.now())
    return row


def test_a_cargo_report_opens_a_case_before_the_goods_are_here(house):
    house.listed(kind="person", name="Nguyễn Văn Ân", effect="alert")
    _documented(house, consignor_name="NGUYEN VAN AN")
    (case,) = Case.objects.all()
    assert (case.about, case.number, case.state) == ("document", "B/L 7", "new")
    (alert,) = Alert.objects.all()
    assert (alert.role, alert.match.score, alert.match.how) == ("consignor", 1000, "name")
    following.document_came("B/L 7", house.border.clock.now())
    assert Case.objects.count() == Alert.objects.count() == 1
    _documented(house, "B/L 8", consignor_name="NGUYEN VAN AN", arrived_at=house.border.clock.now())
    assert Case.objects.count() == 1  # what is here is not targeted before arrival


def test_every_state_and_act_of_a_case(house):
    house.listed(name="Gulf Plastics", effect="alert")
    for state in ("new", "reviewed", "targeted", "cleared"):
        for what in ("review", "target", "clear"):
            mrn = house.lodged(document=f"{state} {what}")
            case = Case.objects.get(number=mrn)
            Case.objects.filter(pk=case.pk).update(state=state)

            def act(case=case, what=what):
                return cases.decide(house.officer, case.pk, what=what, note="N", wish="hold")

            if (state, what) in cases.ACTS:
                assert act().state == cases.ACTS[state, what]
            else:
                with pytest.raises(StateForbids):
                    act()


def test_a_target_note_says_what_is_wished_and_why(house):
    house.listed(name="Gulf Plastics", effect="alert")
    case = Case.objects.get(number=house.lodged())
    for note, wish in (("", "hold"), ("N", ""), ("N", "shoot")):
        with pytest.raises(DataRefused):
            cases.decide(house.officer, case.pk, what="target", note=note, wish=wish)
    assert Case.objects.get(pk=case.pk).state == "new"


@pytest.mark.parametrize(("wish", "held", "ordered"), [("hold", 1, 0), ("both", 1, 1),
                                                       ("inspect", 0, 1)])  # fmt: skip
def test_a_target_note_holds_goods_or_has_them_looked_at_once(house, wish, held, ordered):
    house.listed(name="Gulf Plastics", effect="alert")
    mrn = house.lodged()
    Declaration.objects.filter(mrn=mrn).update(state="under_control")
    case = Case.objects.get(number=mrn)
    cases.decide(house.officer, case.pk, what="target", note="Check the pallets", wish=wish)
    _tell(house)
    assert Hold.objects.filter(declaration__mrn=mrn).count() == held
    assert Order.objects.count() == ordered
    for hold in Hold.objects.all():
        assert hold.placed_by == house.officer.name
        assert "target" not in hold.legal_reason.lower(), "the trader reads it"


def test_what_can_no_longer_be_looked_at_is_held(house):
    house.listed(name="Gulf Plastics", effect="alert")
    mrn = house.lodged()
    Declaration.objects.filter(mrn=mrn).update(state="released")
    case = Case.objects.get(number=mrn)
    cases.decide(house.officer, case.pk, what="target", note="Too late", wish="inspect")
    _tell(house)
    assert Hold.objects.filter(declaration__mrn=mrn).count() == 1


def test_a_note_about_a_document_reaches_the_declarations_that_draw_on_it(house):
    house.listed(name="Exporter", effect="alert")
    _documented(house, "HBL-9")
    case = Case.objects.get(about="document")
    before = house.lodged(document="HBL-9", packages=4, gross="40")
    cases.decide(house.officer, case.pk, what="target", note="The box", wish="both")
    after = house.lodged(document="HBL-9", packages=6, gross="60")
    reached = [one.data["number"] for one in _told(events.TARGETED)]
    assert reached == ["HBL-9", before, after]
    _tell(house)
    assert Hold.objects.filter(unit_kind="packages").count() == 1
    assert {row.opening.declaration.mrn for row in Order.objects.all()} <= {before, after}


def _told(kind):
    rows = Event.objects.filter(kind=kind).order_by("id")
    return [Told(UNTOLD[0], row.id, row.kind, row.subject, row.legal_time, row.system_time,
                 row.actor, (), bytes(row.body), row.leaf_id) for row in rows]  # fmt: skip


def test_no_news_of_the_room_concerns_a_trader_or_holds_a_name(house):
    house.listed(name="Gulf Plastics")
    house.lodged()
    rows = Event.objects.filter(kind__regex="^(watch|targeting|intelligence)")
    assert {row.kind for row in rows} >= {events.MATCH_FOUND, events.CASE_OPENED}
    assert not [row for row in rows if row.concerns or b"Gulf" in bytes(row.body)]


def test_an_entry_by_its_number_opens_a_case_for_whoever_is_only_to_be_told(house):
    house.listed(name="Atlas", effect="alert", keys=trader("XP1000000001"))
    mrn = house.lodged()
    (match,) = Match.objects.all()
    assert (match.how, match.agreeing) == ("exact", "trader")
    assert Case.objects.get(number=mrn).state == "new"


def test_a_search_finds_names_of_lists_and_of_the_record(house):
    house.listed(name="Gulf Plastics", effect="alert")
    mrn = house.lodged()
    (found,) = searching.listed("GULF PLASTICS LTD", {})
    assert found.score == 1.0
    (named,) = searching.named("Plastics Gulf")
    assert [(one.about, one.number, one.role) for one in named.appearances] == [
        ("declaration", mrn, "exporter")
    ]
    sent = house.lodged(document="HBL-2")  # the same names: no new trace, one more place
    assert {one.number for one in searching.named("Gulf Plastics")[0].appearances} == {mrn, sent}
    assert searching.named("Nobody Anywhere") == []


def test_links_say_who_stands_with_whom_and_are_bounded(house, monkeypatch):
    first = house.lodged()
    house.lodged(document="HBL-2")
    importer = queries.trace("id:XP1000000001")
    found = linking.links_of(importer, 1)
    names = {node.key: node for node in found.nodes}
    assert names[importer.key].step == 0
    (exporter,) = [node for node in found.nodes if node.name == "Gulf Plastics Inc"]
    (edge,) = [e for e in found.edges if {e.one, e.other} == {importer.key, exporter.key}]
    assert (edge.records, edge.last != first) == (2, True)
    assert {"importer", "exporter", "declarant"} >= set(edge.roles) >= {"importer", "exporter"}
    assert {node.kind for node in found.nodes} == {"party", "address"}
    assert not found.cut
    monkeypatch.setattr(linking, "MOST_NODES", 2)
    cut = linking.links_of(importer, 2)
    assert (len(cut.nodes), cut.cut) == (2, True)
    assert {x for e in cut.edges for x in (e.one, e.other)} <= {n.key for n in cut.nodes}


def test_two_steps_reach_who_shares_a_box(house):
    Container.objects.create(document=_documented(house, "A"), number="CSQU3054383")
    Container.objects.create(document=_documented(house, "B", consignor_name="Second Consignor",
                                                  consignee="", consignee_name="Elsewhere"),
                             number="CSQU3054383")  # fmt: skip
    for number in ("A", "B"):
        following.document_came(number, house.border.clock.now())
    atlas = queries.trace("id:XP1000000001")
    near = {node.name for node in linking.links_of(atlas, 1).nodes}
    far = {node.name: node.step for node in linking.links_of(atlas, 2).nodes}
    assert "CSQU3054383" in near
    assert "Second Consignor" not in near
    assert far["Second Consignor"] == 2


def test_what_is_heard_twice_is_kept_once(both_databases, simulated_clock):
    seen = [tracing.Seen("importer", "party", "id:X", "X", "X"),
            tracing.Seen("importer", "party", "id:X", "X", "X")]  # fmt: skip
    at = simulated_clock.now()
    for _ in range(2):
        with transaction.atomic():
            ((trace, role),) = tracing.keep("declaration", "26XP1", seen, at)
    assert (trace.key, role) == ("id:X", "importer")
    assert Trace.objects.count() == Appearance.objects.count() == 1


def _wanted(**changes):
    told = {
        "source": "A carrier", "reliability": "B", "credibility": "2", "subject_kind": "party",
        "subject": "Gulf Plastics", "text": "Pallets were changed.", "reasons": "Two reports",
        "audience": "analysts", "ends": date(2026, 9, 1), **changes,
    }  # fmt: skip
    return register.Wanted(**told)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"ends": date(2026, 3, 3)}, "ends"), ({"reasons": " "}, "reasons"),
     ({"reliability": "F"}, "reliability"), ({"credibility": "6"}, "credibility"),
     ({"audience": "traders"}, "audience"), ({"source": ""}, "source")],
)  # fmt: skip
def test_intelligence_without_grade_reasons_or_end_is_refused(house, changes, pointer):
    with pytest.raises(DataRefused) as refused:
        register.record(house.officer, _wanted(**changes))
    assert [f"/body/{pointer}"] == [place for place, _ in refused.value.faults]


def test_intelligence_is_amended_by_versions_linked_and_closed(house):
    row = register.record(house.officer, _wanted())
    register.amend(house.boss, row.pk, _wanted(text="It was the driver."), "Heard again")
    texts = [(one.number, said.text) for one, said in register.versions(row)]
    assert texts == [(2, "It was the driver."), (1, "Pallets were changed.")]
    mrn = house.lodged()
    for kind, key in (("declaration", mrn), ("party", "XP1000000001"), ("profile", "VA-001")):
        register.link(house.officer, row.pk, kind=kind, key=key)
    assert [one.pk for one in access.pieces_about(house.officer, "declaration", [mrn])] == [row.pk]
    with pytest.raises(DataRefused, match="linked by this"):
        register.link(house.officer, row.pk, kind="party", key="XP000")
    register.close(house.officer, row.pk, "It was false")
    with pytest.raises(StateForbids, match="closed"):
        register.amend(house.boss, row.pk, _wanted(), "Again")
    assert not access.pieces_about(house.officer, "declaration", [mrn])


def test_what_is_for_analysts_is_for_its_author_and_them(house, people_elsewhere):
    row = register.record(house.officer, _wanted())
    assert access.piece_for(house.officer, row.pk) == row
    assert access.piece_for(house.boss, row.pk) == row
    before = Leaf.objects.filter(kind="refusal").count()
    with pytest.raises(NotThere):
        access.piece_for(people_elsewhere, row.pk)
    assert Leaf.objects.filter(kind="refusal").count() == before + 1
    register.amend(house.officer, row.pk, _wanted(audience="customs"), "For all")
    assert access.piece_for(people_elsewhere, row.pk).pk == row.pk


def test_a_case_of_another_office_is_not_there(house, people_elsewhere):
    house.listed(name="Gulf Plastics", effect="alert")
    case = Case.objects.get(number=house.lodged())
    assert access.case_for(house.officer, case.pk) == case
    with pytest.raises(NotThere):
        access.case_for(people_elsewhere, case.pk)


def test_the_api_says_which_entry_was_behind_a_flag(house):
    entry = house.listed(name="Atlas Trading SA", keys=trader("XP1000000001"))
    mrn = house.lodged()
    told = house.border.ask("officer", "get", f"/declarations/{mrn}/watch-hits").json
    assert [(one["flag"], one["entry"]["id"]) for one in told["items"]] == [("importer", entry.pk)]
    assert house.border.ask("trader", "get", f"/declarations/{mrn}/watch-hits").status == 403
    reads = Leaf.objects.filter(kind="read", subject__startswith="intelligence:hits").count()
    assert reads == 1


def test_the_api_tells_an_entry_that_is_linked_to_a_case(house):
    house.listed(name="Gulf Plastics", effect="alert")
    case = Case.objects.get(number=house.lodged())
    row = register.record(house.officer, _wanted(audience="customs"))
    path = f"/intelligence/{row.pk}"
    body = {"kind": "case", "key": str(case.pk)}
    linked = house.border.ask("officer", "post", f"{path}/links", body)
    assert linked.status == 201
    told = house.border.ask("officer", "get", path).json["links"]
    assert [(one["kind"], one["key"]) for one in told] == [("case", str(case.pk))]


def test_the_api_decides_several_matches_and_names_the_refused(house):
    house.listed(name="Gulf Plastics", effect="alert")
    house.listed(name="Gulf Plastics Co", effect="alert")
    house.lodged()
    first, second = Match.objects.order_by("pk")
    matching.decide(house.officer, first.pk, confirm=True, reason="Same address")
    body = {"numbers": [first.pk, second.pk, second.pk], "confirm": True, "reason": "Same stamp"}
    told = house.border.ask("officer", "post", "/watch-matches/decisions", body)
    assert told.status == 200
    assert told.json["decided"] == [second.pk], "named twice, decided once"
    (refused,) = told.json["refused"]
    assert (refused["id"], refused["why"]) == (first.pk, "This match is decided so already.")
    rows = Match.objects.order_by("pk").values_list("state", "why")
    assert list(rows) == [("confirmed", "Same address"), ("confirmed", "Same stamp")]
    for wrong in ({"numbers": []}, {"numbers": list(range(1, 52))}, {"reason": " "}):
        answer = house.border.ask("officer", "post", "/watch-matches/decisions", {**body, **wrong})
        assert answer.status == 422, wrong
    with pytest.raises(DataRefused, match="together"):
        matching.decide_many(house.officer, range(1, 52), confirm=False, reason="All")
    assert house.border.ask("trader", "post", "/watch-matches/decisions", body).status == 403
