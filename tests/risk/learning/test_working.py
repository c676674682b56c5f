"""The work that a job has a child do: what it reads, what it makes, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from tests.risk.learning.made import a_model, kept
from tests.risk.learning.test_back_test import inspected

from clearway.risk import child as running
from clearway.risk.child import FAILED, Made
from clearway.risk.learning import cards, queries, serving, working
from clearway.risk.learning.cards import BackTest
from clearway.risk.learning.commands import measure
from clearway.selectivity.generaliser import Generaliser


@pytest.fixture
def record(border, monkeypatch):
    """A record of 1,600 inspections, without the hours that it takes to lodge them."""
    found = inspected()
    monkeypatch.setattr(working, "gather", lambda until=0: found.take(found.day < (until or 10**6)))
    return border


def test_what_was_ordered_is_trained_and_measured(record):
    record.lodged(items=5)
    made = working.compute(1, working.TRAIN, 20_080)
    assert not made.trouble
    model, card = Generaliser.from_bytes(made.content), cards.opened(made.card)
    assert card.data.rows == 1600
    assert card.size == len(made.content)
    assert {one.column for one in card.shares} >= {"origin", "tax_rate", "score"}
    row = kept(model, "trained", card=made.card, until=20_080)
    test = working.compute(row.number, working.TEST, 20_080)
    found = msgspec.json.decode(test.card, type=BackTest)
    assert found.window.rows == 400
    assert found.serving == 0


def test_it_is_measured_beside_what_serves_and_not_beside_itself(record):
    made = working.compute(1, working.TRAIN, 20_080)
    row = kept(Generaliser.from_bytes(made.content), "live", card=made.card, until=20_080)
    serving.renew()
    own = msgspec.json.decode(working.compute(row.number, working.TEST, 20_080).card, type=BackTest)
    assert own.serving == 0
    other = kept(a_model(), "tested", card=made.card)
    beside = working.compute(other.number, working.TEST, 20_080)
    assert msgspec.json.decode(beside.card, type=BackTest).serving == row.number


def test_too_few_are_an_answer(border):
    assert working.compute(1, working.TRAIN, 20_080).trouble == working.too_few(None)
    assert working.too_few(inspected(150)).endswith("Found: 150 / 25; needed: 200 / 10.")
    assert measure()["conditions"][0] == {
        "key": "enough", "met": False, "found": "-", "needed": "200 / 10",
    }  # fmt: skip


def test_one_outcome_only_cannot_be_measured(record, monkeypatch):
    found = inspected()
    late = msgspec.structs.replace(found, violation=(np.arange(1600) > 1550).astype(np.float64))
    monkeypatch.setattr(working, "gather", lambda *_: late)
    made = working.compute(1, working.TRAIN, 0)
    row = kept(Generaliser.from_bytes(made.content), "trained", card=made.card)
    assert working.compute(row.number, working.TEST, 0).trouble == working.NOTHING_EARLIER


def test_a_damaged_model_that_serves_is_told(record):
    kept(a_model(), "live")
    queries.models().update(digest="0" * 64)
    serving.renew()
    row = kept(a_model(), "trained", card=working.compute(1, working.TRAIN, 0).card)
    assert "cannot be read" in working.compute(row.number, working.TEST, 0).trouble


def test_a_child_that_fails_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(running.sys, "executable", "/bin/false")
    assert running.in_child(1, working.TRAIN, 0).trouble == FAILED


@pytest.fixture
def child(ready_folder):
    """Return how to start the command of the child over an empty record."""

    def start(file):
        return subprocess.Popen(
            [sys.executable, "-m", "clearway", "risk", "work", "1", "train", "20000", str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "CLEARWAY_DATA": str(ready_folder)},
        )  # fmt: skip

    return start


def test_the_child_writes_what_it_made_and_ends_well(child, tmp_path):
    with child(tmp_path / "made") as process:
        assert process.wait(60) == 0, process.stdout.read()
    made = msgspec.msgpack.decode((tmp_path / "made").read_bytes(), type=Made)
    assert made == Made(trouble=working.too_few(None))


def test_the_child_ends_with_its_parent(child, tmp_path):
    with child(tmp_path / "made") as process:
        process.stdin.close()  # as when the parent is gone
        assert process.wait(60) == 1
    assert not (tmp_path / "made").exists()
