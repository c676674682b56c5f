"""The draw of inspectors: uniform, the same whoever asks and when, proved again by anybody."""

from __future__ import annotations

import json
from collections import Counter
from itertools import permutations
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.clearance.conftest import OFFICE, officer_of
from tests.inspection.conftest import team, told

from clearway.accounts.models import Membership, Organisation
from clearway.audit.actor import Role
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.inspection import drawing, interests, ordering, queries, service
from clearway.inspection.models import Draw, Member, Opening, Order
from clearway.inspection.rules import drawn
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

NAMES = st.sets(st.integers(1, 99), max_size=8).map(lambda some: [f"user:{one}" for one in some])
KEYS = st.text("0123456789ABCXP/", min_size=1, max_size=8)


@given(secret=KEYS, key=KEYS, pool=NAMES, size=st.integers(1, 4))
def test_the_order_of_the_pool_changes_nothing(secret, key, pool, size):
    found = drawn(secret, key, pool, size)
    assert found == drawn(secret, key, pool[::-1], size) == drawn(secret, key, [*pool, *pool], size)
    assert len(found) == min(size, len(pool)) == len(set(found))
    assert set(found) <= set(pool)


@given(secret=KEYS, key=KEYS, pool=NAMES.filter(lambda one: len(one) > 2))
def test_who_is_left_out_changes_nothing_among_the_others(secret, key, pool):
    """Nobody gets himself chosen by keeping a third one away, but in that one's place."""
    order = drawn(secret, key, pool, len(pool))
    for gone in pool:
        rest = [one for one in pool if one != gone]
        assert drawn(secret, key, rest, len(rest)) == tuple(one for one in order if one != gone)


def test_the_draw_is_uniform():
    """10,000 draws of 2 of 5: each is drawn 4,000 times, give or take five standard deviations.

    One draw of a person is a trial of chance 2/5: sigma = sqrt(10,000 x 0.4 x 0.6) = 49. Each of
    the 20 ordered pairs falls 500 times: sigma = sqrt(10,000 x 0.05 x 0.95) = 21.8.
    """
    pool = [f"user:{number}" for number in range(1, 6)]
    pairs = Counter(drawn("secret", f"26XP{number}", pool, 2) for number in range(10_000))
    assert set(pairs) == set(permutations(pool, 2))
    assert all(abs(count - 500) < 5 * 21.8 for count in pairs.values()), pairs
    each = Counter(name for pair in pairs.elements() for name in pair)
    assert all(abs(count - 4_000) < 5 * 49 for count in each.values()), each


def test_a_draw_proves_itself_and_no_other(people, ordered):
    opening = ordered()
    row = Draw.objects.get()
    proof = drawing.prove(row)
    assert proof.holds
    assert proof.secret_known
    assert len(proof.pool) == 5, "four officers and him of the demonstration, at this office"
    assert people.far.name not in proof.pool
    assert row.drawn.split() == [one.name for one in team(opening)]
    for name, value in {
        "drawn": f"{people.far.name} {row.drawn}",
        "key": row.key + "x",
        "pool": json.dumps(["user:1"]).encode(),
        "secret_digest": "0" * 64,
        "reference_hash": "0" * 64,
    }.items():
        before = getattr(row, name)
        setattr(row, name, value)
        assert not drawing.prove(row).holds, name
        setattr(row, name, before)
    assert told("inspection.team_drawn")[0]["team"] == row.drawn.split()


def test_ordering_again_draws_the_same_team(people, ordered, border):
    """Cancelled and ordered anew, at another hour and by another: nobody tries until it suits."""
    opening = ordered()
    first = [one.name for one in team(opening)]
    mrn = opening.declaration.mrn
    ordering.cancel(mrn, "Again")
    border.later(hours=3)
    again = ordering.order_by_officer(people.officers[2], mrn, look_at=["goods"], reason="Again")
    assert [one.name for one in team(again)] == first


def test_whoever_has_an_interest_is_not_drawn(people, ordered, border, waiting):
    importer = "XP1000000001"
    interested = people.officers[0]
    for actor in people.officers[1:3]:
        interests.declare(actor, importer, "My brother works there")
    row = interests.declare(interested, importer, "I hold its shares")
    with pytest.raises(StateForbids):
        interests.declare(interested, importer, "Twice")
    with pytest.raises(DataRefused):
        interests.declare(interested, "NOBODY", "x")
    employed = people.officers[3]
    atlas = Organisation.objects.get(identifier=importer)
    Membership.objects.create(
        user_id=int(employed.name[5:]), organisation=atlas, role=Role.TRADER,
        valid_from="2020-01-01", valid_to="2021-01-01", granted_by="user:0",
    )  # fmt: skip
    ordered()
    proof = drawing.prove(Draw.objects.get())
    assert len(proof.pool) == 1
    assert proof.left_out == {
        **dict.fromkeys((one.name for one in people.officers[:3]), "interest"),
        employed.name: "of_party",
    }
    with pytest.raises(NotThere):
        interests.end(people.supervisor, 0, "x")
    own = interests.declare(people.supervisor, importer, "x")
    with pytest.raises(NotThere):
        interests.end(people.supervisor, own.pk, "It suits me")
    assert interests.end(people.supervisor, row.pk, "Sold").ended_by == people.supervisor.name
    with pytest.raises(StateForbids):
        interests.end(people.supervisor, row.pk, "Sold")


def test_one_who_declares_an_interest_later_does_not_inspect(people, ordered):
    opening = ordered()
    first = team(opening)[0]
    interests.declare(first, opening.declaration.importer, "My wife works there now")
    with pytest.raises(StateForbids, match="interest"):
        service.start(first, opening.pk)


def test_drawn_anew_without_those_who_were_in_it(people, ordered):
    opening = ordered()
    before = {one.name for one in team(opening)}
    with pytest.raises(DataRefused):
        drawing.draw_again(people.supervisor, opening.pk, "", " ")
    for stranger in (people.officers[0], people.far, people.trader):
        with pytest.raises(NotThere):
            drawing.draw_again(stranger, opening.pk, "", "Ill")
    with pytest.raises(StateForbids):
        drawing.draw_again(people.supervisor, opening.pk, "PHI", "Nobody asked for plants")
    drawing.draw_again(people.supervisor, opening.pk, "", "Both are ill")
    after = {one.name for one in team(opening)}
    assert not before & after
    assert all(drawing.prove(row).holds for row in queries.draws(opening.pk))
    drawing.draw_again(people.supervisor, opening.pk, "", "Ill too")
    with pytest.raises(StateForbids, match="nobody left"):
        drawing.draw_again(people.supervisor, opening.pk, "", "And he")
    assert Member.objects.filter(opening=opening).count() == 5


def test_racing_wishes_merge_into_one_opening(both_databases, border, people, waiting):
    """Customs and six agencies ask at the same moment, each twice: one opening, seven orders."""
    mrn = waiting("under_control")
    askers = ("", "PHI", "VFS", "MHA", "EPO", "RSA", "CHS")
    together, failed = Barrier(len(askers) * 2), []

    def ask(news, asker):
        try:
            together.wait(30)
            ordering.order_by_news(mrn, news=news, asked_by=asker)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [
        Thread(target=ask, args=(number, asker))
        for _ in range(2)
        for number, asker in enumerate(askers, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert Opening.objects.count() == 1
    assert sorted(Order.objects.values_list("asked_by", flat=True)) == sorted(askers)
    assert all(drawing.prove(row).holds for row in Draw.objects.all())
    assert Draw.objects.count() == Draw.objects.values("asked_by").distinct().count()


def test_two_supervisors_drawing_at_once_number_their_rounds(
    both_databases, border, people, waiting
):
    mrn = waiting("under_control")
    number = Declaration.objects.get(mrn=mrn).pk
    for extra in range(3):
        officer_of(people.customs, f"more{extra}@customs.example")
    with transaction.atomic(), act(border.actors["officer"]) as doing:
        opening = ordering.order(doing, locked(number))
    together, failed = Barrier(2), []

    def draw(actor):
        try:
            together.wait(30)
            drawing.draw_again(actor, opening.pk, "", "Ill")
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=draw, args=(one,)) for one in (people.supervisor, people.supervisor2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert [row.round for row in queries.draws(opening.pk)] == [1, 2, 3]
    assert Member.objects.filter(opening=opening, left_at=None).count() == 2


def test_an_office_without_officers_is_served_by_the_others(people, ordered):
    Membership.objects.filter(role=Role.OFFICER, office=OFFICE).delete()
    opening = ordered()
    drawn_here = [row.person for row in queries.members(opening.pk)]
    assert set(drawn_here) <= set(drawing.prove(Draw.objects.get()).pool)
    assert people.far.name in drawing.prove(Draw.objects.get()).pool
    if people.far.name not in drawn_here:
        Member.objects.filter(pk=Member.objects.first().pk).update(person=people.far.name)
    assert service.start(people.far, opening.pk).state == "started", "who is drawn sees it too"
