"""The line's second process: the same result with it, without it, and where it is lost midway."""

import os
import signal
import threading
import time

import msgspec
import pytest
from tests.intake.conftest import NOW

from clearway.intake import helper as helpers
from clearway.intake.helper import WORTH_IT, Helper, HelperLost
from clearway.intake.reading import Read, read
from clearway.kernel.assess import assess
from clearway.kernel.decisions import Lane
from clearway.kernel.reference import Period, Profile
from clearway.kernel.tables import Batch

MANY = 2 * WORTH_IT + 10


@pytest.fixture(scope="module")
def snapshot(reference, tmp_path_factory):
    from clearway import packs

    folder = tmp_path_factory.mktemp("packs")
    return packs.compile(packs.demo_pack(), folder)


@pytest.fixture
def helper(snapshot):
    made = Helper(lambda _reference: snapshot)
    wake(made)
    yield made
    made.stop()


def wake(helper):
    helper.wake()
    until = time.monotonic() + 60
    while not helper.ready:
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def held(both_databases, reference, helper):
    """A line that begins its first batch when it is let go, so that much waits for it."""
    from clearway.intake.line import Line

    gate = threading.Event()

    def law(_at):
        gate.wait(60)
        return reference

    made = Line(law, helper=helper)
    made.start()
    made.let_go = gate.set
    yield made
    gate.set()
    made.stop()


def submit(line, trader, body, key):
    from clearway.intake.submission import JSON, Submission

    return line.submit(
        Submission(actor=trader, door="api", media_type=JSON, received_at=NOW,
                   idempotency_key=key, body=body)
    )  # fmt: skip


def test_it_reads_and_decides_what_the_line_itself_would(helper, reference, message):
    bodies = [message(n) for n in range(20)]
    found = helper.messages_of(helper.read([*bodies, b"{", b"[1]"]))
    assert found[:20] == [read(body) for body in bodies]
    assert found[20:] == [None, None]
    lodgements = [one.lodgement for one in found[:20]]
    for lodgement in lodgements:
        lodgement.observed_on = lodgement.legal_date
    decided = helper.decisions_of(helper.decide(lodgements, reference))
    assert decided == list(assess(Batch(lodgements), reference))
    assert any(decision.accepted for decision in decided)


def test_it_decides_by_the_profiles_in_force_and_counts_those_on_trial(helper, reference, message):
    def profile(code, condition):
        return Profile(code, 3, condition, Lane.RED, 0, Period())

    law = msgspec.structs.replace(
        reference,
        profiles=(profile("ALL", "item >= 1"),),
        profile_set="a" * 64,
        shadow=(profile("TRIAL", "item = 1"),),
    )
    lodgement = read(message(1)).lodgement
    lodgement.observed_on = lodgement.legal_date
    (decided,) = helper.decisions_of(helper.decide([lodgement], law))
    assert decided == assess(Batch([lodgement]), law)[0]
    assert {hit.profile for hit in decided.hits} == {"ALL"}
    assert [(hit.profile, hit.version, hit.item) for hit in decided.shadow_hits] == [
        ("TRIAL", 3, 1)
    ]
    (again,) = helper.decisions_of(helper.decide([lodgement], reference))
    assert again.shadow_hits == ()
    assert "ALL" not in {hit.profile for hit in again.hits}


def test_many_at_once_are_decided_by_it_and_answered_once(held, trader, message, monkeypatch):
    asked = []
    decide = held.helper.decide
    monkeypatch.setattr(
        held.helper, "decide", lambda some, law: asked.append(len(some)) or decide(some, law)
    )
    futures = [submit(held, trader, message(n), f"k{n}") for n in range(3 * MANY)]
    # The same reference, in the batch that is begun while the one before is not yet stored.
    again = submit(held, trader, message(9999, reference="REF-0"), "again")
    held.let_go()
    assert {future.result(60).status for future in futures} == {201}
    assert again.result(60).status == 422
    assert max(asked) >= WORTH_IT
    from clearway.assessment.models import Assessment
    from clearway.declarations.models import Declaration

    assert Declaration.objects.count() == len(futures) == Assessment.objects.count()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_the_line_does_itself_what_a_lost_process_does_not(held, trader, message, monkeypatch, how):
    monkeypatch.setattr(helpers, "_PATIENCE", 0.5)
    process = held.helper._process
    decide = held.helper.decide

    def strike(some, law):
        os.kill(process.pid, how)
        return decide(some, law)

    monkeypatch.setattr(held.helper, "decide", strike)
    futures = [submit(held, trader, message(n), f"k{n}") for n in range(MANY)]
    held.let_go()
    assert {future.result(60).status for future in futures} == {201}
    assert process.wait(10) != 0
    assert not held.helper.ready


def test_a_lost_process_is_started_again_after_a_rest(helper, message, monkeypatch):
    monkeypatch.setattr(helpers, "_REST", 0.05)
    process = helper._process
    process.kill()
    with pytest.raises(HelperLost):
        helper.messages_of(helper.read([message(1)]))
    time.sleep(0.1)
    wake(helper)
    assert helper._process is not process
    assert isinstance(helper.messages_of(helper.read([message(1)]))[0], Read)


def test_what_no_frame_can_carry_stays_with_the_line(helper, reference, message):
    lodgement = read(message(1)).lodgement
    lodgement.total_gross_mass = 2**70
    with pytest.raises(HelperLost):
        helper.decisions_of(helper.decide([lodgement], reference))
    assert helper.ready


def test_its_process_ends_with_the_line(snapshot):
    made = Helper(lambda _reference: snapshot)
    wake(made)
    process = made._process
    made.stop()
    assert process.poll() == 0
    made.wake()
    assert made._process is None
