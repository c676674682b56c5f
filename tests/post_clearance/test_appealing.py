"""Appeals: their clocks, who may not decide, what they do to the accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.clearance.conftest import officer_of

from clearway.accounts.models import Membership
from clearway.audit.actor import Role
from clearway.audit.models import Leaf
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.payments.queries import balances, debt_of
from clearway.post_clearance import appealing, audit_decisions, auditing, claiming, correcting
from clearway.post_clearance.changing import Change
from clearway.vocabulary.dates import day_from_iso
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

DEARER = [Change(1, "price", "12000.00")]


@pytest.fixture
def second(people):
    """A supervisor who had no part in anything."""
    found = officer_of(people.supervisor.organisation, "second@customs.example", "")
    Membership.objects.filter(user=int(found.name[5:])).update(role=Role.SUPERVISOR)
    from msgspec import structs

    return structs.replace(found, roles=frozenset({Role.SUPERVISOR}))


@pytest.fixture
def decided(people, released):
    """An audit that asked for more, and its declaration's MRN."""
    mrn = released()
    audit = auditing.open_audit(people.ann, [mrn], "Price")
    auditing.notify(people.supervisor, audit.pk, [people.ann.name], "By the law")
    auditing.begin(people.ann, audit.pk)
    audit_decisions.draft(people.ann, audit.pk, "Too low.", {mrn: DEARER})
    audit_decisions.answer(people.trader, audit.pk, "It was the price.")
    done = audit_decisions.decide(people.supervisor, audit.pk, upheld=True, reasons="No proof.")
    return done, mrn


def test_an_appeal_annuls_an_audit_and_the_accounts_follow(people, second, decided):
    audit, mrn = decided
    number = Declaration.objects.get(mrn=mrn).pk
    assert debt_of(number).outstanding == audit.extra + audit.penalty + audit.interest > 0
    appeal = appealing.lodge(
        people.trader, "audit", audit.pk, "The price was paid so.", wants_suspension=True
    )
    # Tuesday 3 March + 10 working days; admitted that day, + 40 of them;
    # Good Friday and Easter Monday are no working days in Portolan.
    assert appeal.admit_due == day_from_iso("2026-03-17")
    admitted = appealing.admit(second, appeal.pk, admitted=True, suspended=True)
    assert (admitted.suspended, admitted.decide_due) == (True, day_from_iso("2026-04-30"))
    appealing.hear(second, appeal.pk, "The bank's record was shown.")
    done = appealing.decide(second, appeal.pk, "annulled", "The price is proved.")
    assert done.amount == audit.extra + audit.penalty + audit.interest
    assert debt_of(number).outstanding == 0
    assert sum(balances().values()) == 0
    results = Event.objects.filter(kind="post_clearance.result")
    assert results.count() == 2


def test_the_answers_say_who_has_to_act_and_until_when(border, people, decided, released):
    """Lodged on 3 March: ten working days to admit it end at midnight after the 17th."""
    audit, mrn = decided

    def ball(what, number, who="trader"):
        told = border.ask(who, "get", f"/{what}/{number}").json["ball"]
        listed = border.ask(who, "get", f"/{what}").json["items"]
        assert next(row["ball"] for row in listed if row["id"] == number) == told
        return told and (told["holder"], told["what"], told["about"], told["due"])

    assert ball("audits", audit.pk) is None, "it is decided"
    appeal = appealing.lodge(people.trader, "audit", audit.pk, "The price was paid so.")
    due = "2026-03-18T00:00:00Z"
    assert ball("appeals", appeal.pk) == ("customs", "admit_appeal", "XP000110", due)
    assert ball("appeals", appeal.pk, "auditor") == ("customs", "admit_appeal", "XP000110", due)
    appealing.withdraw(people.trader, appeal.pk)
    assert ball("appeals", appeal.pk) is None
    correction = correcting.propose(people.ann, mrn, [Change(1, "price", "13000.00")], "Contract")
    told = ("customs", "confirm_correction", "XP000110", None)
    assert ball("corrections", correction.pk, "officer") == told
    claim = claiming.lodge(people.trader, mrn, [("A00", 1)], "The invoice was credited.")
    # Thirty working days: Good Friday and Easter Monday are none. Summer time has begun by then.
    told = ("customs", "decide_claim", "XP000110", "2026-04-16T23:00:00Z")
    assert ball("claims", claim.pk) == told
    open_one = auditing.open_audit(people.ann, [released()], "Price")
    assert ball("audits", open_one.pk, "officer") == ("customs", "notify_audit", "XP000110", None)


def test_whoever_decided_first_has_no_part_in_the_appeal(people, second, decided):
    audit, _ = decided
    appeal = appealing.lodge(people.trader, "audit", audit.pk, "The price was paid so.")
    for involved in (people.supervisor, people.ann):
        with pytest.raises(StateForbids, match="second person"):
            appealing.admit(involved, appeal.pk, admitted=True)
        assert Leaf.objects.filter(
            kind="refusal", actor=involved.name, subject=f"appeal:{appeal.pk}"
        ).exists()
    with pytest.raises(NotThere):
        appealing.admit(people.trader, appeal.pk, admitted=True)


def test_collection_waits_only_where_that_was_asked_and_granted(people, second, decided):
    audit, _ = decided
    appeal = appealing.lodge(people.trader, "audit", audit.pk, "The price was paid so.")
    with pytest.raises(StateForbids, match="Nobody asked"):
        appealing.admit(second, appeal.pk, admitted=True, suspended=True)
    assert not appealing.admit(second, appeal.pk, admitted=True).suspended


def test_an_appeal_out_of_time_or_twice_is_refused(people, second, decided, border):
    audit, _ = decided
    first = appealing.lodge(people.trader, "audit", audit.pk, "The price was paid so.")
    with pytest.raises(StateForbids, match="is open"):
        appealing.lodge(people.trader, "audit", audit.pk, "Again.")
    assert appealing.withdraw(people.trader, first.pk).state == "withdrawn"
    border.clock.advance(border.clock.now() + timedelta(days=61))
    with pytest.raises(StateForbids, match="time for an appeal"):
        appealing.lodge(people.trader, "audit", audit.pk, "Late.")
    with pytest.raises(NotThere):
        appealing.lodge(people.other, "audit", audit.pk, "Not mine.")


def test_a_changed_decision_takes_back_what_it_says(people, second, decided):
    audit, mrn = decided
    number = Declaration.objects.get(mrn=mrn).pk
    before = debt_of(number).payable
    appeal = appealing.lodge(people.trader, "audit", audit.pk, "The penalty is too high.")
    appealing.admit(second, appeal.pk, admitted=True)
    appealing.hear(second, appeal.pk, "Heard.")
    with pytest.raises(DataRefused, match="takes something back"):
        appealing.decide(second, appeal.pk, "changed", "Lower.")
    appealing.decide(second, appeal.pk, "changed", "Lower.", taken_back=(("PENALTY", 100),))
    assert debt_of(number).payable == before - 100


def test_a_correction_is_appealed_against_by_its_party(people, second, released):
    mrn = released()
    proposed = correcting.propose(people.ann, mrn, DEARER, "Price")
    with pytest.raises(NotThere):
        appealing.lodge(people.trader, "correction", proposed.pk, "Too early.")
    correcting.confirm(people.ben, proposed.pk, confirmed=True)
    appeal = appealing.lodge(people.trader, "correction", proposed.pk, "It was the price.")
    for involved in (people.ann, people.ben):
        with pytest.raises(StateForbids, match="second person"):
            appealing.admit(involved, appeal.pk, admitted=True)
    appealing.admit(second, appeal.pk, admitted=True)
    appealing.hear(second, appeal.pk, "Heard.")
    assert appealing.decide(second, appeal.pk, "upheld", "As it was.").amount == 0
