"""An audit from its selection to its decision, and what is refused on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.lives.conftest import gold_message, local
from tests.post_clearance.conftest import paid

from clearway.audit.models import Leaf
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.payments.models import Notice
from clearway.payments.queries import debt_of
from clearway.post_clearance import audit_decisions, auditing, queries, selecting
from clearway.post_clearance.changing import Change
from clearway.post_clearance.models import Audit, AuditedDeclaration, Draw
from clearway.vocabulary.errors import DataRefused, NotPermitted, NotThere, StateForbids

HS = Change(1, "commodity", "85437090"), Change(2, "commodity", "85437090")
WHY = "Price far below others of the route"


def kinds(number):
    rows = Event.objects.filter(subject=f"post_audit:{number}").order_by("id")
    return [row.kind.removeprefix("post_clearance.") for row in rows]


def notified(people, mrn, **how):
    audit = auditing.open_audit(people.ann, [mrn], WHY, **how)
    auditing.notify(people.supervisor, audit.pk, [people.ann.name], "Audit under PC-2026/5")
    return auditing.begin(people.ann, audit.pk)


def test_the_audit_of_the_card(gold):
    """C18: HS moved from 10 % to 15 % on 1,080,375,000: extra duty 54,018,750, VAT 5,401,875.

    Total 59,420,625; released on 3 March and decided on 1 June, 90 days later: interest
    0.03 % × 90 = 2.7 %, 1,604,356.875, half up 1,604,357.
    """
    actors = gold.actors
    mrn = gold.lodged("rhumb", message=gold_message())
    paid(mrn)
    Declaration.objects.filter(mrn=mrn).update(
        state="released", debt_state="paid", released_at=local("2026-03-03T16:40")
    )
    audit = auditing.open_audit(actors["ann"], [mrn], WHY)
    auditing.notify(actors["supervisor"], audit.pk, [actors["ann"].name], "By the law")
    auditing.begin(actors["ann"], audit.pk)
    gold.clock.advance(local("2026-05-15T10:00"))
    audit_decisions.draft(actors["ann"], audit.pk, "Both are machines of 8543.", {mrn: HS})
    audit_decisions.answer(actors["rhumb"], audit.pk, "We had thought otherwise.")
    gold.clock.advance(local("2026-06-01T09:00"))
    done = audit_decisions.decide(
        actors["supervisor"], audit.pk, upheld=True, reasons="As the notes to heading 8543 say."
    )
    assert (done.extra, done.interest, done.state) == (59_420_625, 1_604_357, "decided")
    (subject,) = queries.subjects(done)
    differences = {}
    for line in queries.lines(subject):
        differences[line.tax] = differences.get(line.tax, 0) + line.after - line.before
    assert differences == {"NK": 54_018_750, "VAT": 5_401_875}
    assert subject.interest_days == 90
    asked = {row.kind: row.amount for row in Notice.objects.exclude(kind="assessment")}
    assert asked == {"adjustment": 59_420_625, "interest": 1_604_357}
    assert debt_of(subject.declaration_id).outstanding == 61_024_982


def test_an_audit_goes_through_its_states_and_tells_each(people, released, border):
    mrn = released()
    audit = notified(people, mrn)
    audit_decisions.draft(people.ann, audit.pk, "Nothing was found.", {})
    assert Audit.objects.get().hearing_until is not None
    audit_decisions.answer(people.trader, audit.pk, "Thank you.")
    done = audit_decisions.decide(people.supervisor, audit.pk, upheld=True, reasons="In order.")
    assert done.state == "closed"
    assert kinds(audit.pk) == [
        "selected", "notified", "field_begun", "drafted", "heard", "decided", "closed",
    ]  # fmt: skip
    result = Event.objects.get(kind="post_clearance.result")
    assert b'"confirmed"' in bytes(result.body)
    assert result.concerns == ""
    assert auditing.open_audit(people.ben, [mrn], WHY).pk != audit.pk, "the first is decided"


def test_two_open_audits_for_one_declaration_are_refused(people, released):
    mrn = released()
    auditing.open_audit(people.ann, [mrn], WHY)
    with pytest.raises(StateForbids, match="not decided"):
        auditing.open_audit(people.ben, [mrn], WHY)
    assert AuditedDeclaration.objects.count() == 1


def test_out_of_time_is_refused_but_for_a_graver_ground(people, released, border):
    mrn = released()
    border.clock.advance(border.clock.now() + timedelta(days=3 * 365 + 2))
    with pytest.raises(StateForbids, match="limitation"):
        auditing.open_audit(people.ann, [mrn], WHY)
    assert auditing.open_audit(people.ann, [mrn], WHY, ground="fraud").state == "selected"


def test_a_notification_out_of_time_is_refused(people, released, border):
    audit = auditing.open_audit(people.ann, [released()], WHY)
    border.clock.advance(border.clock.now() + timedelta(days=3 * 365 + 2))
    with pytest.raises(StateForbids, match="limitation"):
        auditing.notify(people.supervisor, audit.pk, [people.ann.name], "Late")


@pytest.mark.parametrize(("debt", "match"), [("assessed", "More would be refunded"), ("paid", "")])
def test_a_refund_beyond_what_was_paid_is_refused(people, released, debt, match):
    mrn = released(debt=debt)
    audit = notified(people, mrn)
    cheaper = {mrn: [Change(1, "price", "9000.00")]}
    if match:
        with pytest.raises(StateForbids, match=match):
            audit_decisions.draft(people.ann, audit.pk, "Freight was counted twice.", cheaper)
        return
    drafted = audit_decisions.draft(people.ann, audit.pk, "Freight twice.", cheaper)
    assert drafted.extra < 0
    assert (drafted.penalty, drafted.interest) == (0, 0)


def test_who_comes_forward_before_he_is_told_pays_a_lower_penalty(people, released):
    dearer, penalties = [Change(1, "price", "12000.00")], []
    for disclosed in (False, True):
        mrn = released()
        audit = auditing.open_audit(people.ann, [mrn], WHY)
        if disclosed:
            assert auditing.disclose(people.trader, mrn, "A credit note").pk == audit.pk
        auditing.notify(people.supervisor, audit.pk, [people.ann.name], "By the law")
        auditing.begin(people.ann, audit.pk)
        drafted = audit_decisions.draft(people.ann, audit.pk, "Too low.", {mrn: dearer})
        penalties.append((drafted.extra, drafted.penalty))
    (extra, full), (same, lower) = penalties
    assert extra == same > 0
    assert (full, lower) == (-(-extra // 5) if extra * 2 % 5 else extra // 5, lower)
    assert lower * 4 == pytest.approx(full, abs=4)


def test_a_disclosure_after_the_notification_comes_too_late(people, released):
    mrn = released()
    notified(people, mrn)
    with pytest.raises(StateForbids, match="notified already"):
        auditing.disclose(people.trader, mrn, "A credit note")


def test_a_disclosure_of_its_own_opens_an_audit_that_the_party_sees(people, released, border):
    mrn = released()
    answer = border.ask("trader", "post", f"/declarations/{mrn}/disclosure", {"what": "Freight"})
    assert answer.status == 201, answer.json
    assert answer.json["channel"] is None
    assert Audit.objects.get().channel == "voluntary"
    assert border.ask("trader2", "get", f"/audits/{answer.json['id']}").status == 404


def test_a_party_never_learns_that_it_was_only_selected(people, released, border):
    audit = auditing.open_audit(people.ann, [released()], WHY)
    assert border.ask("trader", "get", "/audits").json["items"] == []
    assert border.ask("trader", "get", f"/audits/{audit.pk}").status == 404
    assert border.ask("officer", "get", f"/audits/{audit.pk}").json["channel"] == "risk"
    assert border.ask("officer2", "get", f"/audits/{audit.pk}").status == 404
    assert border.ask("auditor", "get", f"/audits/{audit.pk}").status == 200


def test_nobody_decides_who_drafted_or_is_of_the_team(people, released):
    """By his own account or by a key of his; each refusal is in the log."""
    from msgspec import structs

    from clearway.audit.actor import Role

    mrn = released()
    audit = notified(people, mrn)
    audit_decisions.draft(people.ann, audit.pk, "Nothing was found.", {})
    audit_decisions.answer(people.trader, audit.pk, "Thank you.")
    both = structs.replace(people.ann, roles=frozenset({Role.OFFICER, Role.SUPERVISOR}))
    with pytest.raises(StateForbids, match="second person"):
        audit_decisions.decide(both, audit.pk, upheld=True, reasons="In order.")
    refused = Leaf.objects.filter(kind="refusal", subject=f"post_audit:{audit.pk}")
    assert refused.filter(actor=people.ann.name).exists()


def test_only_the_team_works_on_it(people, released):
    audit = notified(people, released())
    with pytest.raises(NotPermitted):
        audit_decisions.draft(people.ben, audit.pk, "Mine", {})
    for stranger in (people.far, people.other):
        with pytest.raises(NotThere):
            audit_decisions.draft(stranger, audit.pk, "Mine", {})


def test_the_hearing_has_its_days(people, released, border):
    audit = notified(people, released())
    audit_decisions.draft(people.ann, audit.pk, "Nothing was found.", {})
    with pytest.raises(StateForbids, match="may still answer"):
        audit_decisions.close_hearing(people.ann, audit.pk)
    with pytest.raises(StateForbids, match="does not allow"):
        audit_decisions.decide(people.supervisor, audit.pk, upheld=True, reasons="In order.")
    border.clock.advance(border.clock.now() + timedelta(days=20))
    with pytest.raises(StateForbids, match="time for an answer"):
        audit_decisions.answer(people.trader, audit.pk, "Late")
    assert audit_decisions.close_hearing(people.ann, audit.pk).state == "heard"


def test_findings_that_would_be_errors_are_refused_with_their_rules(people, released):
    mrn = released()
    audit = notified(people, mrn)
    with pytest.raises(DataRefused) as told:
        audit_decisions.draft(
            people.ann, audit.pk, "Wrong.", {mrn: [Change(1, "commodity", "99999999")]}
        )
    assert told.value.faults
    with pytest.raises(DataRefused, match="cannot be made"):
        audit_decisions.draft(people.ann, audit.pk, "Wrong.", {mrn: [Change(9, "price", "1")]})


def test_a_findings_dropped_at_the_decision_leave_nothing_owed(people, released):
    mrn = released()
    audit = notified(people, mrn)
    dearer = {mrn: [Change(1, "price", "12000.00")]}
    assert audit_decisions.draft(people.ann, audit.pk, "Too low.", dearer).extra > 0
    audit_decisions.answer(people.trader, audit.pk, "Here is the contract.")
    done = audit_decisions.decide(people.supervisor, audit.pk, upheld=False, reasons="Proved.")
    assert (done.extra, done.penalty, done.interest, done.state) == (0, 0, 0, "closed")


def test_every_released_declaration_is_drawn_for_once(people, released):
    blue, green = released(lane=1), released(lane=0)
    for _ in range(2):
        for mrn in (blue, green):
            selecting.on_released(mrn)
    assert Draw.objects.count() == 2
    row = Draw.objects.get(declaration__mrn=blue)
    assert (row.channel, row.propensity) == ("lane", 10_000)
    assert Draw.objects.get(declaration__mrn=green).propensity in {200, 10_000}
    audit = auditing.open_audit(people.ann, [blue], WHY)
    assert (audit.channel, audit.propensity) == ("lane", 10_000)
    assert not queries.waiting_draws().filter(declaration__mrn=blue)


def test_what_the_draw_chose_is_neither_passed_over_nor_dropped(people, released, border):
    mrn = released()
    selecting.on_released(mrn)
    Draw.objects.update(channel="random", propensity=200)
    number = Draw.objects.get().pk
    with pytest.raises(StateForbids, match="the measure"):
        selecting.pass_over(people.supervisor, number, "No time")
    audit = auditing.open_audit(people.ann, [mrn], WHY)
    with pytest.raises(StateForbids, match="to its end"):
        auditing.drop(people.supervisor, audit.pk, "No time")
    listed = border.ask("officer", "get", "/audit-selections").json
    assert listed["items"] == []
