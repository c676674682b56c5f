"""Whatever officers, a supervisor and a trader do, in any order: what must hold holds.

A state machine draws the acts. What was refused changed nothing; what was done is compared with
the record, whose rules below are the room's invariants.
"""

from __future__ import annotations

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.clearance.conftest import MUCH
from tests.declarations.conftest import a_message

from clearway.clearance import deciding, queries, service
from clearway.clearance.models import Assignment, Proposal
from clearway.clearance.releasing import Order
from clearway.declarations import service as declarations
from clearway.declarations.models import ActRequest, Declaration
from clearway.declarations.queries import greatest_value
from clearway.intake import deciding as requests
from clearway.vocabulary.errors import ActRefused

NAMES = ("documents", "control", "value", "far")
WHO = st.sampled_from(("ann", "ben", "ann", "ben", "supervisor", "far"))
WHICH = st.sampled_from(("value", "value", "value", *NAMES))
HOW = st.sampled_from((deciding.accept, deciding.accept, deciding.release))
SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


def machine_of(border, people, mrns):  # noqa: C901 - a machine is all its rules
    class Officers(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.whole = transaction.atomic()
            self.whole.__enter__()
            self.amended = 0

        def teardown(self):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

        @initialize(held=st.sets(st.sampled_from(NAMES[:3])))
        def begin(self, held):
            for name in sorted(held):
                service.take(people.ann, mrns[name])

        def attempt(self, act):
            """Do an act; None where it is refused, which must leave everything as it was."""
            before = picture()
            try:
                return act()
            except ActRefused:
                assert picture() == before
                return None

        @rule(who=WHO, lane=st.sampled_from((None, 2, 3)))
        def take_next(self, who, lane):
            actor = getattr(people, who)
            free = set(queries.untaken(queries.waiting(actor, lane)).values_list("mrn", flat=True))
            taken = self.attempt(lambda: service.take_next(actor, lane))
            assert (taken is None) == (not free)
            assert taken is None or taken.mrn in free

        @rule(who=WHO, which=WHICH)
        def take(self, who, which):
            free = holder(mrns[which]) is None
            if self.attempt(lambda: service.take(getattr(people, who), mrns[which])) is not None:
                assert free

        @rule(who=WHO, which=WHICH)
        def hand_back(self, who, which):
            actor, had = getattr(people, who), holder(mrns[which])
            if self.attempt(lambda: service.hand_back(actor, mrns[which])) is not None:
                assert had == actor.name
                assert holder(mrns[which]) is None

        @rule(who=WHO, to=WHO, which=WHICH)
        def reassign(self, who, to, which):
            actor, other = getattr(people, who), getattr(people, to)
            if self.attempt(lambda: service.reassign(actor, mrns[which], other.name)) is not None:
                assert holder(mrns[which]) == other.name
                assert other.office == Declaration.objects.get(mrn=mrns[which]).office

        @rule(who=WHO, which=WHICH, how=HOW)
        def find_in_order(self, who, which, how):
            actor, mrn = getattr(people, who), mrns[which]
            had, row = holder(mrn), Declaration.objects.get(mrn=mrn)
            much = row.state == "under_control" and greatest_value(row) >= MUCH
            done = self.attempt(lambda: how(actor, mrn, SEEN))
            if done is not None:
                assert had in {None, actor.name}
                assert holder(mrn) is None
                assert actor.office in {"", row.office}
                assert Proposal.objects.filter(declaration=row, state="open").exists() == much

        @rule(who=WHO, which=WHICH)
        def ask(self, who, which):
            actor, had = getattr(people, who), holder(mrns[which])
            act = deciding.ask_for_documents
            if self.attempt(lambda: act(actor, mrns[which], "The invoice")) is not None:
                assert had in {None, actor.name}
                assert holder(mrns[which]) == actor.name

        @rule(who=WHO, which=WHICH)
        def control(self, who, which):
            actor, had = getattr(people, who), holder(mrns[which])
            if self.attempt(lambda: deciding.control(actor, mrns[which], "Weight")) is not None:
                assert had in {None, actor.name}
                assert Declaration.objects.get(mrn=mrns[which]).lane == 3

        @rule(who=WHO, which=WHICH, confirmed=st.booleans())
        def confirm(self, who, which, confirmed):
            actor = getattr(people, who)
            row = Proposal.objects.filter(declaration__mrn=mrns[which], state="open").first()
            number = 10**6 if row is None else row.pk
            act = deciding.confirm
            done = self.attempt(lambda: act(actor, number, confirmed=confirmed, reason="Weigh it"))
            if done is not None:
                assert row.proposed_by != actor.name
                assert actor.office in {"", done.declaration.office}
                assert not confirmed or row.version == done.declaration.version

        @rule(who=WHO, which=WHICH, grant=st.sampled_from((False, False, True)))
        def cancel(self, who, which, grant):
            asked = self.attempt(lambda: declarations.cancel(people.trader, mrns[which], "Sold"))
            if asked is not None:
                self.decide(who, asked.request.pk, grant)

        @rule(who=WHO, which=WHICH)
        def amend(self, who, which):
            self.amended += 1
            mrn, lrn = mrns[which], Declaration.objects.get(mrn=mrns[which]).lrn
            document = Declaration.objects.get(mrn=mrn).transport_document
            price = f"{9000 + self.amended}.00"
            body = a_message(lrn=lrn, document=document, price=price, mrn=mrn)
            answer = border.ask("trader", "post", f"/declarations/{mrn}/amendments?reason=P", body)
            if answer.status == 202:
                self.decide(who, answer.json["id"], grant=True)

        def decide(self, who, number, grant):
            actor, now = getattr(people, who), border.clock.now()
            act = requests.decide
            self.attempt(lambda: act(actor, number, grant=grant, reason="As asked", at=now))
            if ActRequest.objects.get(pk=number).state == "open":
                declarations.withdraw(people.trader, number)

        @invariant()
        def only_what_waits_lies_on_a_desk(self):
            opened = Assignment.objects.filter(ended_at=None).select_related("declaration")
            assert all(one.declaration.state in queries.WAITING for one in opened)
            assert len({one.declaration_id for one in opened}) == len(opened)
            assert not Assignment.objects.filter(ended_at=None).exclude(how="").exists()
            assert not Assignment.objects.exclude(ended_at=None).filter(how="").exists()

        @invariant()
        def what_waits_for_a_second_person_lies_on_none(self):
            for one in Proposal.objects.filter(state="open").select_related("declaration"):
                assert one.declaration.state == "under_control"
                assert holder(one.declaration.mrn) is None

        @invariant()
        def great_value_leaves_control_by_two_persons(self):
            row = Declaration.objects.get(mrn=mrns["value"])
            if row.version == 1 and row.state in {"assessed", "released"}:
                kept = Proposal.objects.get(declaration=row, state="confirmed")
                assert kept.proposed_by != kept.decided_by

    return Officers


def holder(mrn):
    rows = Assignment.objects.filter(declaration__mrn=mrn, ended_at=None)
    return rows.values_list("officer", flat=True).first()


def picture():
    """What acts change, as it stands."""
    return (
        list(Declaration.objects.order_by("pk").values_list("pk", "state", "lane", "version")),
        list(Assignment.objects.order_by("pk").values_list("pk", "officer", "ended_at", "how")),
        list(Proposal.objects.order_by("pk").values_list("pk", "state", "decided_by")),
    )


def test_acts_in_any_order(border, people, waiting):
    mrns = {
        "documents": waiting(),
        "control": waiting("under_control", arrived=False),
        "value": waiting("under_control", MUCH),
        "far": waiting(),
    }
    Declaration.objects.filter(mrn=mrns["far"]).update(office="XP000210")
    run_state_machine_as_test(
        machine_of(border, people, mrns),
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
