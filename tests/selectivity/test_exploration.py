"""What a look would teach, worked by hand."""

import numpy as np
import pytest

from clearway.selectivity.exploration import DOUBT, HALF_LIFE, Acquaintance


def test_who_brings_much_and_was_not_looked_at_teaches_most():
    """Ten items of A, looked at three times; four of B, never: (0.02 + 0) x 10 / 4 and x 4."""
    known = Acquaintance()
    known.brings(["A"] * 10 + ["B"] * 4, 100.0)
    known.shows(["A"] * 3, np.zeros(3), 100.0)
    worth = known.worth(["A", "B"], np.zeros(2), 100.0)
    assert worth.tolist() == pytest.approx([DOUBT * 10 / 4, DOUBT * 4])


def test_what_is_long_ago_counts_half():
    known = Acquaintance()
    known.brings(["A"] * 8, 0.0)
    known.shows(["A"] * 2, np.zeros(2), 0.0)
    (worth,) = known.worth(["A"], np.zeros(1), HALF_LIFE)
    assert worth == pytest.approx(DOUBT * 4 / 2)


def test_of_each_party_the_likeliest_item_alone_is_worth_a_look():
    known = Acquaintance()
    known.brings(["A", "A", "B"], 5.0)
    worth = known.worth(["A", "A", "B"], np.array([0.1, 0.3, 0.05]), 5.0)
    assert worth.tolist() == pytest.approx([0, 0.32 * 2, 0.07])


def test_whom_the_model_knows_needs_no_look_until_it_is_forgotten():
    known = Acquaintance()
    known.brings(["A"], 0.0)
    known.shows(["A"], np.ones(1), 0.0)
    assert known.worth(["A"], np.array([0.9]), 1.0).tolist() == [0]
    assert known.worth(["A"], np.array([0.9]), 3 * HALF_LIFE)[0] > 0


def test_who_was_never_met_teaches_nothing_yet():
    assert Acquaintance().worth(["A"], np.array([0.5]), 1.0).tolist() == [0]
    assert len(Acquaintance().worth([], np.zeros(0), 1.0)) == 0
