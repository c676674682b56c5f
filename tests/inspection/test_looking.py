"""A look at goods from its order to its end, and what is refused on the way (card C07)."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from datetime import timedelta
from itertools import product

import pytest
from tests.clearance.conftest import officer_of
from tests.inspection.conftest import person, team, told

from clearway.accounts.models import ApiKey
from clearway.audit.actor import Actor, Role
from clearway.declarations.models import Declaration
from clearway.inspection import access, concluding, drawing, life_cycle, noting, queries, service
from clearway.inspection.models import ChecklistItem, Labelled, Opening, Report, SealEvent
from clearway.inspection.rules import CHECKLIST, questions
from clearway.vocabulary.errors import DataRefused, DefectFound, NotThere, StateForbids


def picture(shade=0):
    """Return a PNG of one pixel."""

    def chunk(kind, content):
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes([0, shade])))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def begun(opening):
    first, *_ = team(opening)
    service.start(first, opening.pk)
    return first


def excess(actor, opening, found="12"):
    return noting.find(actor, opening.pk, code="value", item=1, found=found)


def test_found_in_order_by_one_officer_in_two_acts(people, ordered):
    opening = ordered()
    first = begun(opening)
    done = concluding.in_order(first, opening.pk)
    assert (done.state, done.outcome, done.at_stake) == ("closed", "satisfactory", 0)
    assert ChecklistItem.objects.count() == len(CHECKLIST["goods"])
    (body,) = told("inspection.closed")
    assert body["outcome"] == "satisfactory"
    assert body["amount_at_stake"] == 0
    assert queries.open_orders(done.declaration_id) == 0
    label = Labelled.objects.get()
    assert (label.outcome, label.codes, label.lane, label.item) == ("satisfactory", "", 3, 1)
    assert json.loads(bytes(label.features))["customs_office"] == "XP000110"


def test_the_report_is_under_its_hash(people, ordered):
    opening = ordered()
    concluding.in_order(begun(opening), opening.pk, note="As declared")
    report = Report.objects.get()
    content = bytes(report.content)
    assert hashlib.sha256(content).hexdigest() == report.sha256
    read = json.loads(content)
    assert read["outcome"] == "satisfactory"
    assert read["orders"][0]["note"] == "As declared"
    assert len(read["checklist"]) == len(CHECKLIST["goods"])


def test_no_result_without_a_start_and_no_end_before_it(people, ordered, border):
    opening = ordered()
    first = team(opening)[0]
    with pytest.raises(StateForbids):
        concluding.in_order(first, opening.pk)
    border.later(hours=1)
    now = border.clock.now()
    for at in (now + timedelta(seconds=1), opening.ordered_at - timedelta(seconds=1)):
        with pytest.raises(DataRefused):
            service.start(first, opening.pk, at)
    service.start(first, opening.pk, now - timedelta(minutes=30))
    for at in (now + timedelta(seconds=1), now - timedelta(minutes=31)):
        with pytest.raises(DataRefused):
            concluding.in_order(first, opening.pk, at=at)
    assert concluding.in_order(first, opening.pk, at=now - timedelta(minutes=5)).ended_at < now
    with pytest.raises(StateForbids):
        service.start(first, opening.pk)


def test_goods_that_are_not_here_are_not_looked_at(people, ordered):
    opening = ordered(arrived=False)
    with pytest.raises(StateForbids, match="not here"):
        begun(opening)
    papers = ordered(arrived=False, look_at="documents")
    assert begun(papers)


def test_only_who_was_drawn_inspects(people, ordered):
    opening = ordered()
    drawn = {one.name for one in team(opening)}
    others = [one for one in people.officers if one.name not in drawn]
    for one in (*others, people.supervisor):
        with pytest.raises(StateForbids, match="drawn"):
            service.start(one, opening.pk)
    for stranger in (people.far, people.trader, people.plants[0]):
        with pytest.raises(NotThere):
            service.start(stranger, opening.pk)
    with pytest.raises(NotThere):
        access.opening_for(people.officers[0], 0)
    assert access.opening_for(people.auditor, opening.pk) == opening


def test_a_picture_needs_its_own_hash(people, ordered, border, settings):
    opening = ordered()
    first = begun(opening)
    content = picture()
    digest = hashlib.sha256(content).hexdigest()

    def send(name="a.png", content=content, sha256=digest):
        return noting.keep_photo(first, opening.pk, name=name, content=content, sha256=sha256)

    for wrong in ("", " ", "0" * 64, digest[:-1]):
        with pytest.raises(DataRefused):
            send(sha256=wrong)
    pdf = b"%PDF-1.4\n%%EOF"
    with pytest.raises(DataRefused, match="no picture"):
        send("a.pdf", pdf, hashlib.sha256(pdf).hexdigest())
    with pytest.raises(DataRefused):
        send("a.jpg")
    row = send(sha256=digest.upper())
    assert noting.bytes_of(row) == content
    with pytest.raises(StateForbids):
        send()
    place = settings.DATA / "documents" / digest[:2] / digest
    place.write_bytes(picture(1))
    with pytest.raises(DefectFound):
        noting.bytes_of(row)


def test_a_discrepancy_is_approved_by_a_second_person(people, ordered, border):
    opening = ordered()
    first, second = team(opening)
    service.start(first, opening.pk)
    with pytest.raises(StateForbids, match="coded finding"):
        concluding.conclude(first, opening.pk, outcome="discrepancy", all_yes=True)
    row = noting.find(first, opening.pk, code="undeclared_goods", found="3926.90.00", value="100",
                      note="A box of toys")  # fmt: skip
    with pytest.raises(StateForbids, match="discrepancy"):
        concluding.in_order(second, opening.pk)
    done = concluding.conclude(second, opening.pk, outcome="discrepancy", all_yes=True)
    assert done.state == "discrepancy"
    assert not told("inspection.closed")
    assert queries.open_orders(done.declaration_id) == 1, "until it is approved the goods stay"
    for one in (first, second):
        with pytest.raises(NotThere):
            concluding.approve(one, opening.pk, confirmed=True)
    with pytest.raises(NotThere):
        concluding.approve(people.trader, opening.pk, confirmed=True)
    done = concluding.approve(people.supervisor, opening.pk, confirmed=True)
    assert (done.state, done.approved_by) == ("closed", people.supervisor.name)
    (body,) = told("inspection.closed")
    assert body["codes"] == ["undeclared_goods"]
    assert body["amount_at_stake"] > 0
    assert row.declared == ""
    assert Labelled.objects.get().outcome == "discrepancy"


def test_who_took_part_does_not_approve_under_another_name(people, ordered, border):
    """A supervisor who inspects as an officer, his key, and who was drawn and then replaced."""
    boss = people.supervisor
    from clearway.accounts.models import Membership

    for membership in Membership.objects.filter(role=Role.OFFICER, office="XP000110"):
        membership.delete()
    Membership.objects.create(
        user_id=int(boss.name[5:]), organisation_id=people.customs, role=Role.OFFICER,
        office="XP000110", valid_from="2026-01-01", granted_by="user:0",
    )  # fmt: skip
    opening = ordered()
    assert [one.name for one in team(opening)] == [boss.name]
    key = ApiKey.objects.create(
        organisation_id=people.customs, maker_id=int(boss.name[5:]), name="k", prefix="k",
        digest=b"k" * 32, roles="officer supervisor", made_at=border.clock.now(),
    )  # fmt: skip
    hers = Actor(f"key:{key.pk}", people.customs, roles=frozenset({Role.OFFICER, Role.SUPERVISOR}))
    service.start(hers, opening.pk)
    excess(hers, opening)
    concluding.conclude(hers, opening.pk, outcome="discrepancy", all_yes=True)
    for one in (boss, hers):
        with pytest.raises(StateForbids, match="took part"):
            concluding.approve(one, opening.pk, confirmed=True)
        assert not queries.second_decisions(one)
    assert queries.second_decisions(people.supervisor2).count() == 1
    concluding.approve(people.supervisor2, opening.pk, confirmed=False, reason="Weigh it")
    officer_of(people.customs, "new@customs.example")
    drawing.draw_again(people.supervisor2, opening.pk, "", "The boss is ill")
    with pytest.raises(StateForbids, match="took part"):
        access.opening_for(boss, opening.pk, to="approve")


def test_sent_back_it_is_looked_at_anew(people, ordered):
    opening = ordered()
    first = begun(opening)
    finding = excess(first, opening)
    concluding.conclude(first, opening.pk, outcome="discrepancy", all_yes=True)
    with pytest.raises(DataRefused):
        concluding.approve(people.supervisor, opening.pk, confirmed=False)
    done = concluding.approve(people.supervisor, opening.pk, confirmed=False, reason="Weigh it")
    assert (done.state, done.outcome) == ("started", "")
    noting.withdraw(first, opening.pk, finding.pk)
    with pytest.raises(NotThere):
        noting.withdraw(first, opening.pk, finding.pk)
    assert concluding.in_order(first, opening.pk).state == "closed"


def test_what_was_amended_since_is_sent_back(people, ordered):
    opening = ordered()
    first = begun(opening)
    excess(first, opening)
    concluding.conclude(first, opening.pk, outcome="discrepancy", all_yes=True)
    Declaration.objects.filter(pk=opening.declaration_id).update(version=2)
    with pytest.raises(StateForbids, match="amended"):
        concluding.approve(people.supervisor, opening.pk, confirmed=True)
    # approving again what stands as it was looked at
    Declaration.objects.filter(pk=opening.declaration_id).update(version=1)
    assert concluding.approve(people.supervisor, opening.pk, confirmed=True).state == "closed"


def test_each_side_answers_for_itself(people, ordered):
    opening = ordered("", "PHI")
    officer, inspector = team(opening)[0], team(opening, "PHI")[0]
    service.start(inspector, opening.pk)
    concluding.in_order(inspector, opening.pk, note="No pests")
    (body,) = told("inspection.agency_result")
    assert (body["agency"], body["outcome"], body["note"]) == ("PHI", "satisfactory", "No pests")
    assert Opening.objects.get().state == "started", "customs have not answered"
    with pytest.raises(StateForbids, match="side has its result"):
        concluding.in_order(inspector, opening.pk)
    excess(officer, opening)
    done = concluding.conclude(officer, opening.pk, outcome="discrepancy", all_yes=True)
    assert done.state == "discrepancy"
    assert done.ended_at is not None


def test_an_agency_alone_closes_its_own_look(people, ordered):
    opening = ordered("PHI")
    assert team(opening) == []
    inspector = team(opening, "PHI")[0]
    for other in (people.vets, *(one for one in people.plants if one.name != inspector.name)):
        with pytest.raises((NotThere, StateForbids)):
            service.start(other, opening.pk)
    service.start(inspector, opening.pk)
    assert concluding.in_order(inspector, opening.pk).state == "closed"


def test_a_sample_waits_for_the_laboratory(people, ordered):
    opening = ordered(look_at="goods sample")
    first = begun(opening)
    with pytest.raises(DataRefused):
        noting.take_sample(first, opening.pk, item=9, what="x", seal="S1", laboratory="CL")
    row = noting.take_sample(
        first, opening.pk, item=1, what="Nylon, 200 g", seal="S1", laboratory="Central Laboratory"
    )
    assert Opening.objects.get().state == "sampled"
    with pytest.raises(StateForbids, match="sample"):
        concluding.in_order(first, opening.pk)
    told_by_lab = {"report": "CL-1", "text": "Polyamide 6.6"}
    with pytest.raises(NotThere):
        noting.take_lab_result(first, opening.pk, 0, conclusion="conforms", **told_by_lab)
    noting.take_lab_result(first, opening.pk, row.pk, conclusion="differs", **told_by_lab)
    with pytest.raises(StateForbids):
        noting.take_lab_result(first, opening.pk, row.pk, conclusion="conforms", **told_by_lab)
    with pytest.raises(StateForbids, match="discrepancy"):
        concluding.in_order(first, opening.pk)
    noting.find(first, opening.pk, code="classification", item=1, found="3908.10.00")
    concluding.conclude(first, opening.pk, outcome="discrepancy", all_yes=True)
    back = concluding.approve(people.supervisor, opening.pk, confirmed=False, reason="Which code?")
    assert back.state == "sampled"


def test_a_broken_seal_is_replaced(people, ordered):
    opening = ordered()
    Opening.objects.update(containers="CSQU3054383")
    first = begun(opening)

    def record(what, seal, unit="CSQU3054383"):
        return service.record_seal(first, opening.pk, what=what, seal=seal, unit=unit)

    with pytest.raises(DataRefused):
        record("broken", "A1", "MSCU0000060")
    assert not record("broken", "A1").known, "it was neither declared nor set by us"
    with pytest.raises(StateForbids, match="recorded already"):
        record("broken", "A1")
    with pytest.raises(StateForbids, match="none was set"):
        concluding.in_order(first, opening.pk)
    assert record("set", "B1").known
    assert record("broken", "B1").known, "we set it ourselves"
    with pytest.raises(StateForbids, match="none was set"):
        concluding.in_order(first, opening.pk)
    record("set", "B2")
    (resealed, _) = [body for body in told("inspection.seal_recorded") if body["equipment_events"]]
    assert resealed["equipment_events"][0]["equipmentEventTypeCode"] == "RSEA"
    assert concluding.in_order(first, opening.pk).state == "closed"
    assert SealEvent.objects.count() == 4
    (closed,) = told("inspection.closed")
    assert closed["equipment_events"][0] | {"eventDateTime": ""} == {
        "eventType": "EQUIPMENT", "eventClassifierCode": "ACT", "eventDateTime": "",
        "equipmentEventTypeCode": "INSP", "equipmentReference": "CSQU3054383",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "smuggling"},
        {"code": "value", "item": 2, "found": "1"},
        {"code": "value", "item": 0, "found": "1"},
        {"code": "value", "item": 1, "found": "much"},
        {"code": "value", "item": 1, "found": "1.0001"},
        {"code": "value", "item": 1, "found": "-1"},
        {"code": "value", "item": 1, "found": "Infinity"},
        {"code": "value", "item": 1, "found": "9" * 40},
        {"code": "quantity_excess", "item": 1, "found": "560"},  # cable ties declare no pieces
        {"code": "classification", "item": 1, "found": "n/a"},
        {"code": "origin", "item": 1, "found": "China"},
        {"code": "undeclared_goods", "found": "39269000"},
    ],
)
def test_a_finding_that_cannot_be_read_is_refused(people, ordered, wrong):
    opening = ordered()
    first = begun(opening)
    with pytest.raises(DataRefused):
        noting.find(first, opening.pk, **wrong)


@pytest.mark.parametrize("answers", [{}, {"weight": ("yes", "")}, {"quantity": ("maybe", "")}])
def test_an_answer_to_no_question_is_refused(people, ordered, answers):
    opening = ordered()
    with pytest.raises(DataRefused):
        service.check(begun(opening), opening.pk, answers)


def test_a_no_is_no_satisfactory_result(people, ordered):
    opening = ordered()
    first = begun(opening)
    service.check(first, opening.pk, {"quantity": ("no", "Two cartons short")})
    with pytest.raises(StateForbids):
        concluding.in_order(first, opening.pk)
    service.check(first, opening.pk, {"quantity": ("yes", "Counted again")})
    with pytest.raises(StateForbids, match="open questions"):
        concluding.conclude(first, opening.pk, outcome="satisfactory")
    assert concluding.in_order(first, opening.pk).state == "closed"
    assert ChecklistItem.objects.get(code="quantity").note == "Counted again"


@pytest.mark.parametrize("table", ["OPENING", "DOUBT"])
def test_every_state_and_act(table):
    """What the table holds leads where it says; everything else is refused in words."""
    states = life_cycle.OPENING_STATES if table == "OPENING" else life_cycle.DOUBT_STATES
    known = getattr(life_cycle, table)
    assert {state for state, _ in known} | set(known.values()) == {"", *states}
    ended = {"closed", "cancelled", "lapsed"}
    assert not ended & {state for state, _ in known}, "what is over stays so"
    for state, act in product(("", *states), sorted({act for _, act in known})):
        if (state, act) in known:
            assert life_cycle.after(known, state, act) == known[state, act]
        else:
            with pytest.raises(StateForbids):
                life_cycle.after(known, state, act)


def test_the_questions_follow_the_orders():
    assert questions(["documents", "goods"])[0] == "documents_agree"
    assert len(questions(CHECKLIST)) == sum(map(len, CHECKLIST.values()))
    assert questions([]) == ()


def test_people_of_the_other_office_see_nothing(people, ordered):
    ordered("", "PHI")
    assert access.openings(people.far).count() == 0
    assert access.openings(people.vets).count() == 0
    assert access.openings(people.plants[0]).count() == 1
    assert access.openings(people.trader).count() == 0
    assert access.openings(people.auditor).count() == 1
    everywhere = person(people.customs, "any@customs.example", Role.OFFICER)
    assert access.openings(everywhere).count() == 1
