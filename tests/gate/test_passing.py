"""Who passes a gate, and who never does: the Accept and Bad lines of card C09."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from clearway.events.models import Event
from clearway.gate import passing, queries, recalling, tokens
from clearway.gate.models import Passage, Token
from clearway.gate.rules import Shown
from clearway.vocabulary.errors import StateForbids

WORKERS = 8


def kinds():
    return list(
        Event.objects.filter(kind__startswith="gate.").order_by("id").values_list("kind", flat=True)
    )


def test_a_token_lets_its_container_through_once_and_the_second_use_is_refused(terminal):
    token = terminal.token()
    first = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (first.verdict, first.reason, first.alarm) == ("accepted", "", False)
    again = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (again.verdict, again.reason, again.alarm) == ("refused", "replayed", True)
    elsewhere = passing.present(terminal.clerk, terminal.two, terminal.shown(token))
    assert elsewhere.reason == "replayed"
    told = Event.objects.get(kind="gate.passed")
    assert b'"code":"GTOT"' in bytes(told.body)
    assert kinds()[-4:] == ["gate.refused", "gate.alarm", "gate.refused", "gate.alarm"]


def test_other_container_other_plate_expired_recalled_stay_outside_with_an_alarm(terminal):
    token, now = terminal.token(), terminal.border.later
    cases = [
        ({"unit": "MSKU1234565"}, "other_unit"),
        ({"plate": "XP 99 ZZ 99"}, "other_plate"),
    ]
    for shown, reason in cases:
        found = passing.present(terminal.clerk, terminal.one, terminal.shown(token, **shown))
        assert (found.verdict, found.reason, found.alarm) == ("refused", reason, True)
    assert Token.objects.get().state == "live", "an attempt with something else uses nothing up"
    now(hours=72)
    found = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (found.reason, found.alarm) == ("expired", True)


def test_a_recalled_token_opens_no_barrier(terminal):
    token = terminal.token()
    recalling.recall(terminal.actors["officer"], token, "Intelligence hold")
    found = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (found.verdict, found.reason, found.alarm) == ("refused", "recalled", True)
    with pytest.raises(StateForbids):
        recalling.recall(terminal.actors["officer"], token, "Again")
    (listed,) = queries.revocations(0, terminal.border.clock.now())
    assert (listed.number, listed.token.serial) == (1, token.serial)
    assert not queries.revocations(1, terminal.border.clock.now())


def test_what_is_used_cannot_be_recalled(terminal):
    token = terminal.token()
    passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    with pytest.raises(StateForbids, match="used or recalled"):
        recalling.recall(terminal.actors["officer"], token, "Too late")
    assert queries.newest_revocation() == 0


def test_a_forged_code_and_an_unknown_one(terminal):
    token = terminal.token()
    told = tokens.read(token.code)
    changed = tokens.MARK + token.code[len(tokens.MARK) : -4] + "AAAA"
    assert told is not None
    for code, reason, alarm in ((changed, "forged", True), ("QQQQQQQQQQ", "unknown", False)):
        shown = Shown(code, "out", token.number, token.plate)
        found = passing.present(terminal.clerk, terminal.one, shown)
        assert (found.verdict, found.reason, found.alarm) == ("refused", reason, alarm)


def test_the_serial_that_is_typed_does_as_the_code_that_is_scanned(terminal):
    token = terminal.token()
    shown = Shown(f" {token.serial.lower()} ", "out", "csqu 305438-3", "xp12ab34")
    assert passing.present(terminal.clerk, terminal.one, shown).verdict == "accepted"


def test_of_many_at_one_moment_exactly_one_passes(both_databases, terminal):
    """Eight lanes of two gates scan one code at once."""
    token = terminal.token()
    together = threading.Barrier(WORKERS)

    def try_it(number):
        try:
            together.wait()
            gate = terminal.one if number % 2 else terminal.two
            return passing.present(terminal.clerk, gate, terminal.shown(token)).verdict
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        verdicts = list(pool.map(try_it, range(WORKERS)))
    assert sorted(verdicts) == ["accepted", *["refused"] * (WORKERS - 1)]
    assert Passage.objects.filter(verdict="accepted").count() == 1
    assert set(Passage.objects.filter(verdict="refused").values_list("reason", flat=True)) == {
        "replayed"
    }


def test_revocations_are_numbered_in_the_order_in_which_they_become_visible(
    both_databases, terminal
):
    made = [terminal.signed(f"CSQU305438{number}") for number in range(WORKERS)]

    def recall(token):
        try:
            recalling.recall(terminal.actors["officer"], token, "All of them")
            return queries.newest_revocation()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(recall, made))
    numbers = [one.number for one in queries.revocations(0, terminal.border.clock.now())]
    assert numbers == list(range(1, WORKERS + 1))
