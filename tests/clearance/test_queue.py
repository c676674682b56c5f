"""Who has what before him: taking, handing back, reassigning, and what ends it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.clearance.conftest import officer_of

from clearway.accounts.models import Membership
from clearway.clearance import queries, service
from clearway.clearance.models import Assignment
from clearway.declarations import service as declarations
from clearway.declarations.models import Declaration
from clearway.intake import deciding as requests
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids


def test_who_waits_longest_comes_first_and_to_one_alone(people, waiting):
    first, second, third = waiting(), waiting("under_control"), waiting()
    assert service.take_next(people.ann).mrn == first
    assert service.take_next(people.ben).mrn == second
    assert service.take_next(people.ann, lane=3) is None
    assert service.take_next(people.far) is None, "his office has nothing"
    assert service.take_next(people.ann).mrn == third
    assert service.take_next(people.ben) is None
    assert [one.declaration.mrn for one in queries.in_hand(people.ann.name)] == [first, third]


def test_what_is_handed_back_is_everybodys_again(people, waiting, border):
    mrn = waiting()
    service.take(people.ann, mrn)
    with pytest.raises(StateForbids, match="Another officer"):
        service.take(people.ben, mrn)
    with pytest.raises(StateForbids, match="already"):
        service.take(people.ann, mrn)
    with pytest.raises(StateForbids, match="not taken"):
        service.hand_back(people.ben, mrn)
    service.hand_back(people.ann, mrn)
    assert service.take_next(people.ben).mrn == mrn
    assert border.events(mrn)[-3:] == ["taken", "handed_back", "taken"]


def test_one_has_not_all_of_the_queue(people, waiting, monkeypatch):
    monkeypatch.setattr(service, "MOST_IN_HAND", 1)
    waiting()
    other = waiting()
    service.take_next(people.ann)
    for take in (lambda: service.take_next(people.ann), lambda: service.take(people.ann, other)):
        with pytest.raises(StateForbids, match="before you"):
            take()


def test_nobody_takes_a_matter_of_his_own(people, waiting):
    mrn = waiting()
    Declaration.objects.filter(mrn=mrn).update(organisation=people.ann.organisation)
    assert service.take_next(people.ann) is None
    with pytest.raises(NotThere):
        service.take(people.ann, mrn)


def test_who_is_auditor_too_takes_nothing_of_another_office(people, waiting):
    import msgspec

    waiting()
    both = msgspec.structs.replace(people.far, roles=people.far.roles | people.auditor.roles)
    assert service.take_next(both) is None


def test_a_supervisor_gives_it_to_another_who_is_officer_there_now(people, waiting, border):
    mrn = waiting()
    service.take(people.ann, mrn)
    with pytest.raises(DataRefused):
        service.reassign(people.supervisor, mrn, people.far.name)
    with pytest.raises(StateForbids, match="already"):
        service.reassign(people.supervisor, mrn, people.ann.name)
    service.reassign(people.supervisor, mrn, people.ben.name)
    assert queries.assignment(Declaration.objects.get(mrn=mrn).pk).officer == people.ben.name
    Membership.objects.filter(user__email="ann@customs.example").update(
        revoked_at=border.clock.now()
    )
    with pytest.raises(DataRefused):
        service.reassign(people.supervisor, mrn, people.ann.name)
    assert border.events(mrn)[-1] == "reassigned"


def test_the_desks_show_who_left_and_still_has_something(people, waiting, border):
    gone, now = waiting(), border.clock.now
    service.take(people.ann, gone)
    Membership.objects.filter(user__email="ann@customs.example").update(revoked_at=now())
    desks = {desk.called: desk for desk in queries.desks(people.supervisor, now(), now())}
    left = desks["ann@customs.example"]
    assert (left.offices, left.in_hand) == ((), 1)
    assert left.oldest is not None
    assert desks["ben@customs.example"].offices == ("XP000110",)
    assert desks["far@customs.example"].in_hand == 0
    assert next(iter(desks)) == "ann@customs.example", "the fullest first"


def test_a_cancellation_ends_what_an_officer_has_begun(people, waiting, border):
    mrn = waiting()
    service.take(people.ann, mrn)
    asked = declarations.cancel(people.trader, mrn, "Sold to another")
    requests.decide(
        people.ben, asked.request.pk, grant=True, reason="As asked", at=border.clock.now()
    )
    assert not queries.in_hand(people.ann.name)
    assert Assignment.objects.get().how == "left"


def test_each_of_many_officers_gets_one_of_his_own(both_databases, people, waiting):
    """They ask at one moment: nobody gets another's, and nobody is told that nothing waits."""
    mrns = {waiting() for _ in range(4)}
    together = threading.Barrier(4)
    more = [officer_of(people.ann.organisation, f"o{n}@customs.example") for n in range(2)]

    def take(actor):
        try:
            together.wait(20)
            return service.take_next(actor).mrn
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(take, [people.ann, people.ben, *more]))
    assert set(taken) == mrns
    assert Assignment.objects.filter(ended_at=None).count() == 4


def test_of_two_who_take_the_same_one_gets_it(both_databases, people, waiting):
    mrn, together = waiting(), threading.Barrier(2)

    def take(actor):
        try:
            together.wait(20)
            service.take(actor, mrn)
        except StateForbids:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(take, [people.ann, people.ben])) == 1


def test_deciding_and_reassigning_at_one_moment_leave_no_loose_end(both_databases, people, waiting):
    from clearway.clearance import deciding
    from clearway.clearance.releasing import Order

    mrn, together = waiting(), threading.Barrier(2)
    service.take(people.ann, mrn)

    def do(work):
        try:
            together.wait(20)
            work()
        except StateForbids:
            return "refused"
        finally:
            connection.close()
        return "done"

    order = Order(documents_checked=True, security="GRN-1")
    works = (
        lambda: deciding.accept(people.ann, mrn, order),
        lambda: service.reassign(people.supervisor, mrn, people.ben.name),
    )
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(do, works)) == ["done", "refused"]
    state = Declaration.objects.get(mrn=mrn).state
    opened = Assignment.objects.filter(ended_at=None).count()
    assert (state, opened) in {("released", 0), ("documents_requested", 1)}


def test_the_queue_is_found_by_its_own_index(both_databases, people):
    rows = queries.in_order(queries.untaken(queries.waiting(people.ann)))[:30]
    with connection.cursor() as cursor:
        if both_databases == "postgresql":
            cursor.execute("SET enable_seqscan = off; SET enable_sort = off")
    assert "declaration_waiting" in rows.explain()
