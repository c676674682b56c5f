"""The kernel's contract: rows in = rows out, neighbours never matter, failure is never green."""

import subprocess
import sys

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearway.kernel import assess as room
from clearway.kernel.assess import assess, assess_one, estimate, select_again
from clearway.kernel.decisions import Finding, Lane, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.tables import Batch
from clearway.kernel.tariff.expressions import Reason
from clearway.kernel.texts import render

LANGUAGES = ("en", "fr", "zh", "vi", "ar")
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def in_bulk(monkeypatch):
    """Send every batch, however small, through whole columns."""
    monkeypatch.setattr(room, "BULK_FROM", 0)


def test_a_batch_gives_one_decision_for_each_declaration_in_order(lodgements, reference):
    decisions = assess(Batch(lodgements), reference)
    assert [one.lrn for one in decisions] == [one.lrn for one in lodgements]


def test_the_simulated_day_uses_every_part_of_the_kernel(lodgements, reference):
    decisions = assess(Batch(lodgements), reference)
    assert {finding.rule[:4] for one in decisions for finding in one.findings} >= {"CLW3", "CLW6"}
    assert {line.tax for one in decisions for line in one.charges} >= {"A00", "B00"}
    assert {one.selection.lane for one in decisions} >= {Lane.GREEN, Lane.YELLOW}
    assert any(one.questions for one in decisions)
    assert any(one.hits for one in decisions)


def test_one_by_one_and_together_are_the_same(lodgements, reference):
    together = assess(Batch(lodgements), reference)
    assert list(together) == [assess_one(one, reference) for one in lodgements]


@pytest.mark.usefixtures("in_bulk")
@pytest.mark.parametrize("explain", [False, True])
def test_whole_columns_and_one_by_one_are_the_same(lodgements, reference, explain):
    bulk = assess(Batch(lodgements), reference, explain=explain)
    for one, alone in zip(bulk, lodgements, strict=True):
        assert one == assess_one(alone, reference, explain=explain)


@pytest.mark.parametrize("bulk_from", [0, 10**9])
@QUICK
@given(data=st.data())
def test_selecting_again_is_assessing_with_what_came_in_since(
    lodgements, reference, bulk_from, data
):
    """A model's points, a capacity's cut, a doubt: known before or after, the decision is one."""
    pick = st.lists(st.sampled_from(range(len(lodgements))), max_size=8, unique=True)
    chosen = [lodgements[n] for n in data.draw(pick)]
    before, room.BULK_FROM = room.BULK_FROM, bulk_from
    try:
        decided = assess(Batch(chosen), reference)
        known, again = [], []
        for lodgement, decision in zip(chosen, decided, strict=True):
            points, cut = data.draw(st.integers(0, 100)), data.draw(st.none() | st.just(90_000))
            features = {"model_points": points, "model_version": 3, "model_item": 1}
            features |= {"model_datum": "origin", "red_score_cut": cut}
            doubt = data.draw(st.lists(st.just(Finding("CLW9001", Severity.DOUBT, "42A"))))[:1]
            full = msgspec.structs.replace(
                lodgement,
                features={**lodgement.features, **features},
                form_findings=(*lodgement.form_findings, *doubt),
            )
            known.append(full)
            again.append(select_again(decision, full, reference, doubts=len(doubt)))
        assert list(assess(Batch(known), reference)) == again
    finally:
        room.BULK_FROM = before


@pytest.mark.parametrize("bulk_from", [0, 10**9])
@QUICK
@given(data=st.data())
def test_split_and_shuffle_change_nothing(lodgements, reference, bulk_from, data):
    chosen = data.draw(st.lists(st.sampled_from(range(len(lodgements))), max_size=12))
    cut = data.draw(st.integers(0, len(chosen)))
    first = Batch([lodgements[n] for n in chosen[:cut]])
    second = Batch([lodgements[n] for n in chosen[cut:]])
    before, room.BULK_FROM = room.BULK_FROM, bulk_from
    try:
        whole = assess(first + second, reference)
        assert whole == assess(first, reference) + assess(second, reference)
        order = data.draw(st.permutations(range(len(chosen))))
        shuffled = assess(Batch([lodgements[chosen[n]] for n in order]), reference)
        assert list(shuffled) == [whole[n] for n in order]
    finally:
        room.BULK_FROM = before


@pytest.mark.parametrize("bulk_from", [0, 10**9])
def test_nothing_in_is_nothing_out(reference, monkeypatch, bulk_from):
    monkeypatch.setattr(room, "BULK_FROM", bulk_from)
    decisions = assess(Batch([]), reference)
    assert len(decisions) == 0
    assert decisions.tables()["charges"].num_rows == 0


def test_a_declaration_without_anything_is_refused_and_not_green_by_accident(reference):
    decision = assess_one(Lodgement(), reference)
    assert not decision.accepted
    assert {finding.severity for finding in decision.findings} >= {Severity.ERROR}


@pytest.mark.parametrize("bulk_from", [0, 10**9])
@pytest.mark.parametrize(
    ("stage", "name"),
    [
        ("validation", "validate"),
        ("permits", "requirements"),
        ("valuation", "value"),
        ("features", "_rows"),
        ("selection", "select"),
    ],
)
def test_a_failing_stage_means_documents_and_spares_the_neighbours(
    lodgements, reference, monkeypatch, stage, name, bulk_from
):
    batch = Batch(lodgements[:9])
    sound = assess(batch, reference)
    poison = lodgements[4]
    real = getattr(room, name)

    def failing(first, *rest, **more):
        if first is poison or getattr(first, "lodgement", None) is poison:
            raise ZeroDivisionError
        return real(first, *rest, **more)

    monkeypatch.setattr(room, name, failing)
    monkeypatch.setattr(room, "BULK_FROM", bulk_from)
    decisions = assess(batch, reference)
    assert [one for n, one in enumerate(decisions) if n != 4] == [
        one for n, one in enumerate(sound) if n != 4
    ]
    hurt = decisions[4]
    told = [finding for finding in hurt.findings if finding.rule == "CLW9001"]
    assert [dict(one.parameters) for one in told] == [
        {"stage": stage, "failure": "ZeroDivisionError"}
    ]
    assert hurt.selection.lane >= Lane.YELLOW


@pytest.mark.parametrize("bulk_from", [0, 10**9])
def test_data_that_no_column_holds_spares_the_neighbours(
    lodgements, reference, monkeypatch, bulk_from
):
    broken = msgspec.structs.replace(lodgements[2], office="\ud800", features={"perishable": "?"})
    monkeypatch.setattr(room, "BULK_FROM", bulk_from)
    decisions = assess(Batch([lodgements[0], broken, lodgements[1]]), reference)
    assert decisions[0] == assess_one(lodgements[0], reference)
    assert decisions[2] == assess_one(lodgements[1], reference)
    assert decisions[1].selection is not None


def test_an_estimate_never_runs_the_risk_stage(lodgements, reference, monkeypatch):
    full = assess_one(lodgements[0], reference, explain=True)

    def forbidden(*_):
        raise AssertionError

    monkeypatch.setattr(room, "select", forbidden)
    monkeypatch.setattr(room, "feature_rows", forbidden)
    monkeypatch.setattr(room, "profile_set", forbidden)
    answer = estimate(lodgements[0], reference)
    assert answer.charges == full.charges
    assert answer.findings == full.findings
    assert answer.selection is None
    assert answer.hits == ()


def test_working_is_all_that_explaining_adds(lodgements, reference):
    for lodgement in lodgements[:40]:
        plain, told = (assess_one(lodgement, reference, explain=way) for way in (False, True))
        bare = msgspec.structs.replace(
            told,
            values=tuple(msgspec.structs.replace(one, steps=()) for one in told.values),
            charges=tuple(msgspec.structs.replace(one, steps=()) for one in told.charges),
        )
        assert bare == plain


def test_batch_and_kernel_load_no_web_framework():
    code = (
        "import sys, clearway.batch.run, clearway.batch.finding, clearway.kernel.assess\n"
        "assert not {'django', 'ninja', 'starlette', 'flask'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_follows_from_a_wrong_datum_is_not_told_again(reference, lodgements):
    clean = next(one for one in lodgements if assess_one(one, reference).findings == ())
    items = [msgspec.structs.replace(item, item_currency="FRF") for item in clean.items]
    expired = msgspec.structs.replace(clean, items=tuple(items))
    for decision in (assess_one(expired, reference), *assess(Batch((expired,) * 500), reference)):
        told = [finding.pointer for finding in decision.findings]
        assert len(told) == len(set(told))
        assert "CLW2901" in {finding.rule for finding in decision.findings}
        assert not decision.accepted


def test_every_reason_without_an_amount_is_said_in_every_language():
    for reason in Reason:
        said = {render(f"tariff.reason.{reason}", {}, language).message for language in LANGUAGES}
        assert len(said) == len(LANGUAGES)
