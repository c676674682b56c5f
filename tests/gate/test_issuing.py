"""Who gets a token, for what, and how a lot is divided."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.gate.conftest import CONTAINER

from clearway.cargo.models import Container
from clearway.clearance import holds
from clearway.gate import issuing, passing, queries, recalling
from clearway.gate.models import Lot, Token
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

LAW = holds.Wanted(legal_reason="Customs Act, section 12")


def test_a_container_of_two_declarations_has_a_token_when_both_are_released(terminal):
    """C09: A released, B yellow: the gate refuses; B released 16:40, accepted 08:20 next day;
    second use refused."""
    first = terminal.boxed("HBL-A")
    document = terminal.border.report("HBL-B", arrived=True)
    Container.objects.create(document=document, number=CONTAINER)
    second = terminal.border.lodged(document="HBL-B", lrn="B")
    terminal.release(first)
    with pytest.raises(StateForbids, match="may not pass yet: not released"):
        issuing.issue(terminal.actors["trader"], terminal.wanted())
    early = terminal.signed(CONTAINER)
    refused = passing.present(terminal.clerk, terminal.one, terminal.shown(early))
    assert (refused.verdict, refused.reason, refused.alarm) == ("refused", "held", True)
    clock = terminal.border.clock
    clock.advance(clock.now().replace(hour=16, minute=40))
    terminal.release(second)
    token = issuing.issue(terminal.actors["trader"], terminal.wanted())
    assert sorted(queries.mrns(token)) == sorted([first, second])
    terminal.border.later(hours=15, minutes=40)
    assert (clock.now().hour, clock.now().minute) == (8, 20)
    passed = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert passed.verdict == "accepted"
    again = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (again.verdict, again.reason) == ("refused", "replayed")


def test_whom_the_goods_do_not_concern_learns_nothing(terminal):
    terminal.release(terminal.boxed())
    for who in ("trader2", "airline"):
        with pytest.raises(NotThere):
            issuing.issue(terminal.actors[who], terminal.wanted())
    with pytest.raises(NotThere):
        issuing.issue(terminal.actors["trader"], terminal.wanted("MSKU1234565"))
    assert issuing.issue(terminal.actors["carrier"], terminal.wanted()).state == "live"


def test_what_is_wrong_with_a_wish_is_named(terminal):
    terminal.release(terminal.boxed())
    wanted = terminal.wanted(terminal="XP1000000001", plate="--", packages=3)
    with pytest.raises(DataRefused) as refused:
        issuing.issue(terminal.actors["trader"], wanted)
    assert [pointer for pointer, _ in refused.value.faults] == [
        "/body/terminal", "/body/plate", "/body/packages",
    ]  # fmt: skip


def test_the_same_again_is_the_same_and_another_plate_recalls_the_former(terminal):
    token = terminal.token()
    assert terminal.token().pk == token.pk
    other = terminal.token(plate="XP 77")
    token.refresh_from_db()
    assert (token.state, other.state) == ("recalled", "live")
    found = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert found.reason == "recalled"
    terminal.border.later(hours=73)
    fresh = terminal.token(plate="XP 77")
    assert fresh.pk != other.pk


def test_a_hold_recalls_the_token_and_keeps_the_barrier_down_before_it_does(terminal, dispatched):
    """C09: a new hold at 16:45 recalls the token; the gate asks clearance in any case."""
    token = terminal.token()
    hold = holds.place(terminal.people.ben, queries.mrns(token)[0], LAW)
    held = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (held.verdict, held.reason, held.alarm) == ("refused", "held", True)
    dispatched.tell()
    token.refresh_from_db()
    assert (token.state, token.revocation.reason) == ("recalled", recalling.HELD)
    late = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert late.reason == "recalled"
    holds.lift(terminal.people.ben, hold.pk, "Clean")
    dispatched.tell()
    assert terminal.token().pk != token.pk
    assert queries.newest_revocation() == 1


def test_a_lot_is_divided_and_never_beyond_what_is_released(terminal):
    terminal.border.report("HBL-9", packages=100, arrived=True)
    terminal.release(terminal.border.lodged(document="HBL-9", packages=100))
    lot = {"number": "HBL-9", "kind": "packages"}
    trader = terminal.actors["trader"]
    first = issuing.issue(trader, terminal.wanted(**lot, packages=60))
    with pytest.raises(StateForbids, match="40 are released"):
        issuing.issue(trader, terminal.wanted(**lot, packages=41))
    second = issuing.issue(trader, terminal.wanted(**lot))
    assert (first.packages, second.packages) == (60, 40)
    recalling.recall(trader, first, "The lorry broke down")
    assert Lot.objects.get().given == 40
    third = issuing.issue(trader, terminal.wanted(**lot, packages=25))
    for token in (second, third):
        shown = terminal.shown(token, unit="hbl 9", packages=token.packages)
        assert passing.present(terminal.clerk, terminal.one, shown).verdict == "accepted"
    assert Lot.objects.get().given == 0
    with pytest.raises(StateForbids, match="35 are released"):
        issuing.issue(trader, terminal.wanted(**lot, packages=36))
    last = issuing.issue(trader, terminal.wanted(**lot))
    shown = terminal.shown(last, unit="HBL-9", packages=35)
    assert passing.present(terminal.clerk, terminal.one, shown).verdict == "accepted"
    with pytest.raises(StateForbids):
        issuing.issue(trader, terminal.wanted(**lot))


def test_packages_that_nobody_fetched_in_time_are_given_anew(terminal):
    terminal.border.report("HBL-9", packages=10, arrived=True)
    terminal.release(terminal.border.lodged(document="HBL-9"))
    trader = terminal.actors["trader"]
    lot = {"number": "HBL-9", "kind": "packages"}
    old = issuing.issue(trader, terminal.wanted(**lot))
    terminal.border.later(hours=80)
    assert issuing.issue(trader, terminal.wanted(**lot)).packages == 10
    old.refresh_from_db()
    assert old.state == "expired"


def test_parts_asked_for_at_one_moment_never_exceed_the_lot(both_databases, terminal):
    """Eight lorries want 30 of 100 packages each: three get them."""
    terminal.border.report("HBL-9", packages=100, arrived=True)
    terminal.release(terminal.border.lodged(document="HBL-9", packages=100))
    together = threading.Barrier(8)
    wanted = terminal.wanted("HBL-9", kind="packages", packages=30)

    def ask(_):
        try:
            together.wait()
            return issuing.issue(terminal.actors["trader"], wanted).packages
        except StateForbids:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(ask, range(8)))
    assert sum(given) == 90
    assert Lot.objects.get().given == 90
    assert Token.objects.count() == 3
