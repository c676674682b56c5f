"""The sandbox answers as lodging does, and nothing of it is on record."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from tests.intake.conftest import NOW, TIN

from clearway.audit.actor import Actor, Role
from clearway.declarations.models import Declaration
from clearway.intake import sandbox
from clearway.intake.answering import Lodged
from clearway.intake.models import Answered, Quarantined
from clearway.intake.sandbox import OUTCOMES, Wish
from clearway.intake.submission import JSON, Submission

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture
def attempt(message, reference):
    def attempt(lrn, change=None, body=None):
        submission = Submission(
            actor=Actor(name="key:1", identifier=TIN, roles=frozenset({Role.TRADER})),
            door="sandbox", media_type=JSON, received_at=NOW, language="fr",
            body=message(1, change=change, reference=lrn) if body is None else body,
        )  # fmt: skip
        answer = sandbox.tried(submission, reference)
        told = json.loads(answer.body)
        assert told["sandbox"] is True
        assert ("Clearway-Sandbox", "true") in answer.headers
        assert "Location" not in dict(answer.headers)
        return answer, told

    return attempt


@pytest.mark.parametrize("wish", list(Wish))
def test_the_reference_chooses_the_answer(attempt, wish):
    answer, told = attempt(f"SANDBOX-{wish}-1")
    outcome = OUTCOMES[wish]
    assert answer.status == outcome.status
    if answer.status == 201:
        lane = None if outcome.lane is None else outcome.lane.name.lower()
        assert told["lane"] == lane
        assert told["mrn"].startswith("SANDBOX")
        assert told["charges"]
        told.pop("sandbox")
        msgspec.convert(told, Lodged)
    if answer.status == 429 or answer.status > 500:
        assert told["type"].startswith("/problems/")
    assert ("Retry-After" in dict(answer.headers)) == (wish in {"BUSY", "DOWN", "FULL"})


def test_states_are_those_that_the_lanes_lead_to(attempt):
    states = {wish: attempt(f"SANDBOX-{wish}")[1]["state"] for wish in ("GREEN", "YELLOW", "RED")}
    assert states == {
        "GREEN": "assessed", "YELLOW": "documents_requested", "RED": "under_control",
    }  # fmt: skip
    assert attempt("SANDBOX-RECEIVED")[1]["state"] == "received"


def test_data_are_really_checked_whatever_is_wished(attempt):
    def spoil(declaration):
        declaration["TotalPackageQuantity"]["value"] = "9999"

    answer, told = attempt("SANDBOX-GREEN-1", change=spoil)
    assert answer.status == 422
    assert any(one["pointer"] == "42A:146" for one in told["findings"])
    assert attempt("", body=b"{broken")[0].status == 400


def test_nothing_of_it_is_on_record(db, attempt):
    for wish in Wish:
        attempt(f"SANDBOX-{wish}")
    assert not Declaration.objects.exists()
    assert not Quarantined.objects.exists()
    assert not Answered.objects.exists()


def test_the_document_lists_every_outcome():
    rows = re.findall(r"^\| `SANDBOX-(\w+)` \| (\d+) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert [(name, int(status)) for name, status in rows] == [
        (wish.value, outcome.status) for wish, outcome in OUTCOMES.items()
    ]
