"""The model: it learns what is there, leaks nothing, and says the same of one row as of many."""

import numpy as np
import pytest
from tests.selectivity.small_border import make

from clearway.selectivity.encoding import Inspected, learn
from clearway.selectivity.generaliser import Generaliser, _calibrated, train
from clearway.selectivity.hashing import Hasher
from clearway.selectivity.layout import BORDER
from clearway.selectivity.measures import area_under_curve, calibration_error


@pytest.fixture(scope="module")
def trained():
    items, violation, day = make(4_000)
    return train(items, violation, day, BORDER), items


def test_it_finds_the_heading_that_cheats(trained):
    model, _ = trained
    unseen, violation, _ = make(4_000, seed=2)
    chance = model.chances(unseen)
    assert area_under_curve(violation, chance) > 0.75
    assert calibration_error(violation, chance) < 0.05


def test_keys_that_foretell_nothing_are_dropped(trained):
    """Outcomes were drawn without a look at importers, sellers or offices."""
    kept = {one.key for one in trained[0].encoding.keys}
    assert ("subheading",) in kept
    assert not kept & {("importer",), ("seller",), ("importer", "seller"), ("office",)}


def test_the_same_rows_give_the_same_bytes():
    items, violation, day = make(1_000)
    first = train(items, violation, day, BORDER, seed=4)
    second = train(items, violation, day, BORDER, seed=4)
    assert first.to_bytes() == second.to_bytes()


def test_one_row_and_all_rows_agree_to_the_last_bit(trained):
    model, items = trained
    whole = model.chances(items.take(np.arange(60)))
    single = [model.chances(items.take(np.array([row])))[0] for row in range(60)]
    assert whole.tolist() == single


def test_it_is_kept_as_bytes_and_comes_back_the_same(trained):
    model, items = trained
    back = Generaliser.from_bytes(model.to_bytes())
    assert back.chances(items).tolist() == model.chances(items).tolist()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x80", b"\x81\xa6format\x01"])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(ValueError, match="no model"):
        Generaliser.from_bytes(content)


def test_contributions_add_up_to_the_log_odds(trained):
    model, items = trained
    some = items.take(np.arange(40))
    parts = model.contributions(some)
    chance = model.chances(some)
    assert parts.shape == (40, len(model.encoding.names) + 1)
    assert parts.sum(axis=1) == pytest.approx(np.log(chance / (1 - chance)), abs=1e-4)


def test_no_item_sees_an_outcome_of_its_own_goods():
    """With labels drawn by goods, evidence out of folds must know nothing of them.

    Every good is declared ten times with one outcome. A column that held the goods' own outcome
    would tell clean from not with certainty; one that does not is worth no more than chance.
    """
    items, _, _ = make(100, seed=5)
    rows = np.repeat(np.arange(100), 10)
    items = items.take(rows)
    outcome = (np.random.default_rng(6).random(100) < 0.3).astype(float)[rows]
    goods = Hasher(items).key(BORDER.fingerprint)
    day = np.zeros(len(rows))
    _, matrix = learn(Inspected(items, outcome, np.ones(len(rows)), goods, day), BORDER, 0)
    for column in range(matrix.shape[1]):
        reach = abs(area_under_curve(outcome, matrix[:, column].astype(float)) - 0.5)
        assert reach < 0.3, column


def test_outcomes_of_one_kind_train_nothing():
    items, violation, day = make(100)
    with pytest.raises(ValueError, match="with and without"):
        train(items, np.zeros_like(violation), day, BORDER)


def test_values_never_seen_are_judged_by_what_is_known(trained):
    model, items = trained
    strange, _, _ = make(30, seed=9)
    columns = strange.text | {"commodity": items.text["commodity"].take(np.zeros(30, np.int64))}
    columns["importer"] = type(columns["importer"]).of(["NOBODY EVER"] * 30)
    chance = model.chances(type(strange)(columns, strange.number))
    assert ((chance > 0) & (chance < 1)).all()


def test_the_calibration_tempers_and_never_sharpens():
    """0.8 and 0.2 stay where 0.95 and 0.05 came true; where 0.6 and 0.4 did, they are tempered."""
    said = np.repeat([0.8, 0.2], 1_000)
    log_odds, weight = np.log(said / (1 - said)), np.ones(2_000)
    sharper = np.r_[np.arange(1_000) < 950, np.arange(1_000) < 50].astype(float)
    kept = _calibrated(log_odds, sharper, weight)
    assert kept.slope == 1
    assert kept(said) == pytest.approx(said, abs=0.01)
    duller = np.r_[np.arange(1_000) < 600, np.arange(1_000) < 400].astype(float)
    tempered = _calibrated(log_odds, duller, weight)
    assert tempered(said[[0, -1]]) == pytest.approx([0.6, 0.4], abs=0.01)
