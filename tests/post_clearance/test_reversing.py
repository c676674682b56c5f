"""What a decision does to the declaration and to collection, and what an appeal undoes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.post_clearance.conftest import ME
from tests.post_clearance.test_appealing import second  # noqa: F401 - a fixture

from clearway.clearance import standing
from clearway.declarations.models import Declaration
from clearway.declarations.queries import items
from clearway.events.models import Event
from clearway.events.service import act
from clearway.payments import guarantees, notices, staying, timing
from clearway.payments.models import Guarantee, GuaranteeUse, Notice, Refund
from clearway.payments.queries import balances, debt_of, standing_notice
from clearway.payments.terms import terms_at
from clearway.post_clearance import appealing, audit_decisions, auditing, correcting
from clearway.post_clearance.changing import Change
from clearway.post_clearance.models import AuditedDeclaration
from clearway.vocabulary.errors import StateForbids

DEARER = [Change(1, "price", "12000.00")]
CHEAPER = [Change(1, "price", "9000.00")]


def decided(people, mrn, changes=DEARER):
    audit = auditing.open_audit(people.ann, [mrn], "Price")
    auditing.notify(people.supervisor, audit.pk, [people.ann.name], "By the law")
    auditing.begin(people.ann, audit.pk)
    audit_decisions.draft(people.ann, audit.pk, "Wrong.", {mrn: changes})
    audit_decisions.answer(people.trader, audit.pk, "It was the price.")
    return audit_decisions.decide(people.supervisor, audit.pk, upheld=True, reasons="No proof.")


def appealed(people, second, kind, number, *, suspended=False):  # noqa: F811
    row = appealing.lodge(people.trader, kind, number, "The price.", wants_suspension=suspended)
    appealing.admit(second, row.pk, admitted=True, suspended=suspended)
    appealing.hear(second, row.pk, "Heard.")
    return row


def price_of(row):
    """Return the value of item 1 by the version that stands, in minor units."""
    row.refresh_from_db()
    return next(iter(items(row))).value


@pytest.mark.parametrize("changes", [DEARER, CHEAPER])
def test_an_audit_writes_a_version_and_asks_for_its_difference_once(people, released, changes):
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    declared, before = price_of(row), debt_of(row.pk).payable
    audit = decided(people, mrn, changes)
    assert price_of(row) != declared
    assert row.version == AuditedDeclaration.objects.get().written == 2
    after = before + audit.extra + (audit.penalty or 0) + (audit.interest or 0)
    assert debt_of(row.pk).payable == after
    for _ in range(2):
        notices.follow(ME, mrn)
        assert debt_of(row.pk).payable == after, "its assessment is not asked for twice"
    assert sum(balances().values()) == 0
    assert sum(one.amount for one in Refund.objects.all()) == max(0, -audit.extra)


def test_a_correction_after_an_audit_takes_the_audits_adjustment_up(people, released):
    """The notice of another assessment replaces what the audit asked for, not the penalty."""
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    audit = decided(people, mrn)
    owed = debt_of(row.pk).payable
    made = correcting.propose(people.ann, mrn, [Change(1, "price", "13000.00")], "Contract")
    correcting.confirm(people.ben, made.pk, confirmed=True)
    notices.follow(ME, mrn)
    assert debt_of(row.pk).payable == owed + made.difference
    kinds = Notice.objects.filter(declaration=row).exclude(state="cancelled")
    assert "adjustment" not in kinds.values_list("kind", flat=True)
    assert kinds.get(kind="penalty").amount == audit.penalty
    assert sum(balances().values()) == 0


def test_an_annulled_audit_is_taken_back_in_the_ledger_and_the_declaration(
    people,
    released,
    second,  # noqa: F811
):
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    declared, before = price_of(row), debt_of(row.pk)
    audit = decided(people, mrn)
    appeal = appealed(people, second, "audit", audit.pk)
    done = appealing.decide(second, appeal.pk, "annulled", "Proved.")
    assert done.amount == audit.extra + audit.penalty + audit.interest
    assert (price_of(row), row.version) == (declared, 3)
    notices.follow(ME, mrn)
    assert debt_of(row.pk)._replace(secured=0) == before._replace(secured=0)
    assert sum(balances().values()) == 0


def test_an_annulled_correction_is_rolled_back(people, released, second):  # noqa: F811
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    declared, before = price_of(row), debt_of(row.pk)
    made = correcting.propose(people.ann, mrn, DEARER, "Contract")
    correcting.confirm(people.ben, made.pk, confirmed=True)
    notices.follow(ME, mrn)
    assert debt_of(row.pk).outstanding == made.difference > 0
    appeal = appealed(people, second, "correction", made.pk)
    done = appealing.decide(second, appeal.pk, "annulled", "Proved.")
    assert done.amount == made.difference
    assert (price_of(row), row.version) == (declared, 3)
    assert debt_of(row.pk) == before
    assert sum(balances().values()) == 0


def test_a_correction_that_was_built_upon_is_not_rolled_back_whole(
    people,
    released,
    second,  # noqa: F811
):
    mrn = released()
    made = correcting.propose(people.ann, mrn, DEARER, "Contract")
    correcting.confirm(people.ben, made.pk, confirmed=True)
    appeal = appealed(people, second, "correction", made.pk)
    correcting.propose(people.ann, mrn, [Change(1, "description", "Ties")], "Contract")
    with pytest.raises(StateForbids, match="changed again since"):
        appealing.decide(second, appeal.pk, "annulled", "Proved.")
    appeal.refresh_from_db()
    assert appeal.state == "heard"


def test_collection_waits_for_the_appeal_and_goes_on_after_it(
    people,
    released,
    second,  # noqa: F811
    border,
):
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    audit = decided(people, mrn)
    asked = {one.pk: one.due for one in Notice.objects.filter(declaration=row, state="due")}
    assert len(asked) >= 2
    use = held(row)
    border.later(days=2)
    appeal = appealing.lodge(people.trader, "audit", audit.pk, "Price.", wants_suspension=True)
    appealing.admit(second, appeal.pk, admitted=True, suspended=True)
    assert Event.objects.filter(kind="notice.stayed").count() == len(asked)
    border.later(days=20)
    terms = terms_at(border.clock.now())
    assert timing.remind(ME, terms) == timing.mark_overdue(ME, terms) == 0
    with pytest.raises(StateForbids, match="overdue"):
        guarantees.propose_call(border.actors["cashier"], use.pk, "Not paid")
    assert not [one for one in ask_balls(border, mrn) if one["what"] == "pay"]
    appealing.hear(second, appeal.pk, "Heard.")
    appealing.decide(second, appeal.pk, "upheld", "As it was.")
    now = {one.pk: one.due for one in Notice.objects.filter(pk__in=asked)}
    assert now == {number: due + timedelta(days=20) for number, due in asked.items()}
    terms = terms_at(border.clock.now())
    assert timing.mark_overdue(ME, terms) == 0, "the term runs on by what was left of it"
    border.later(days=20)
    terms = terms_at(border.clock.now())
    assert timing.mark_overdue(ME, terms) == len(asked)
    assert guarantees.propose_call(border.actors["cashier"], use.pk, "Not paid").state == "open"
    assert [one for one in ask_balls(border, mrn) if one["what"] == "pay"]


def test_what_was_owed_before_the_decision_is_collected_on(people, released, second, border):  # noqa: F811
    mrn = released(debt="assessed")
    notices.follow(ME, mrn)
    row = Declaration.objects.get(mrn=mrn)
    first = standing_notice(row.pk)
    border.later(days=1)
    audit = decided(people, mrn)
    appeal = appealing.lodge(people.trader, "audit", audit.pk, "Price.", wants_suspension=True)
    appealing.admit(second, appeal.pk, admitted=True, suspended=True)
    border.later(days=20)
    assert timing.mark_overdue(ME, terms_at(border.clock.now())) == 1
    first.refresh_from_db()
    assert first.overdue_at is not None
    appealing.withdraw(people.trader, appeal.pk)
    assert Event.objects.filter(kind="notice.resumed").exists(), "a withdrawal ends it too"


def test_no_interest_runs_while_collection_waits(people, released, border):
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    border.later(days=10)
    with act(ME) as doing:
        staying.stay(doing, row, "appeal:1", border.clock.now())
        doing.announce("notice.stayed", "notice:0", {})
    border.later(days=30)
    with act(ME) as doing:
        staying.resume(doing, row, "appeal:1")
        doing.announce("notice.resumed", "notice:0", {})
    border.later(days=5)
    decided(people, mrn)
    assert AuditedDeclaration.objects.get().interest_days == 15


def ask_balls(border, mrn):
    return [{"what": one.what} for one in standing.balls(Declaration.objects.get(mrn=mrn))]


def held(row):
    """Let a guarantee hold something for a declaration."""
    made = Guarantee.objects.create(
        number="G-1", kind="general", holder=row.importer, guarantor="Bank", currency="XPR",
        reference_amount=10**9, used=1_000, valid_from="2026-01-01", valid_to="2027-12-31",
        state="used", entered_by="user:0", entered_at=row.released_at,
    )  # fmt: skip
    return GuaranteeUse.objects.create(
        guarantee=made,
        declaration=row,
        liability=1_000,
        amount=1_000,
        state="drawn",
        actor="user:0",
        at=row.released_at,
    )
