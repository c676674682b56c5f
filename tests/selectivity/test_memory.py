"""What is remembered: rung by rung, and of the very same goods."""

import numpy as np
import pytest
from tests.selectivity.small_border import make

from clearway.selectivity.items import Items
from clearway.selectivity.layout import BORDER
from clearway.selectivity.memory import STRENGTH, Memory
from clearway.selectivity.scoring import Judge


def _goods(count: int, commodity: str, origin: str, mass: float, importer: str = "T1") -> Items:
    columns = {name: [""] * count for name in BORDER.text}
    columns |= {"commodity": [commodity] * count, "origin": [origin] * count}
    columns |= {"importer": [importer] * count}
    numbers = {name: [1.0] * count for name in BORDER.number} | {"net_mass": [mass] * count}
    return Items.from_columns(columns | numbers, BORDER.text, BORDER.number)


def test_evidence_backs_off_from_the_same_goods_to_the_chapter():
    memory = Memory(BORDER)
    memory.learn(_goods(8, "850440", "CN", 100.0), np.array([1.0] * 7 + [0.0]))
    same = memory.recall(_goods(1, "850440", "CN", 100.0), "goods")
    assert (same.rung[0], same.violations[0], same.inspections[0]) == (0, 7, 8)
    other_mass = memory.recall(_goods(1, "850440", "CN", 9_000.0), "goods")
    assert other_mass.rung[0] == 1
    other_origin = memory.recall(_goods(1, "850440", "DE", 100.0), "goods")
    assert other_origin.rung[0] == 2
    same_chapter = memory.recall(_goods(1, "859999", "DE", 100.0), "goods")
    assert same_chapter.rung[0] == 4
    unknown = memory.recall(_goods(1, "010121", "DE", 100.0), "goods")
    assert unknown.rung[0] == len(BORDER.ladders["goods"])
    assert unknown.inspections[0] == 0
    assert same.chance[0] > other_origin.chance[0] > same_chapter.chance[0] > unknown.chance[0] - 1


def test_a_ladder_of_two_rungs_worked_by_hand():
    """Importer T1: 1 of 4 in its heading's goods; each rung's prior is worth four inspections.

    Prior (1 + 0.1) / (4 + 2) = 0.18333. Importer: (1 + 4 x 0.18333) / 8 = 0.21667.
    Importer and chapter: (1 + 4 x 0.21667) / 8 = 0.23333. With the subheading: 0.24167.
    """
    assert STRENGTH == 4
    memory = Memory(BORDER)
    memory.learn(_goods(4, "850440", "CN", 100.0), np.array([1.0, 0, 0, 0]))
    found = memory.recall(_goods(1, "850440", "VN", 5.0), "importer")
    assert found.chance[0] == pytest.approx(0.241667, abs=1e-6)


def test_what_the_same_goods_showed_outweighs_the_model_when_goods_are_alike():
    memory = Memory(BORDER)
    for place in range(40):
        goods = _goods(3, "850440", "CN", 100.0 + place)
        memory.learn(goods, np.full(3, float(place % 4 == 0)))
    bad, good = _goods(1, "850440", "CN", 100.0), _goods(1, "850440", "CN", 101.0)
    assert memory.update(bad, np.array([0.05]))[0] > 0.9
    assert memory.update(good, np.array([0.5]))[0] < 0.1
    new = _goods(1, "850440", "CN", 5.0)
    assert memory.update(new, np.array([0.05]))[0] == pytest.approx(0.05)


def test_before_there_is_a_model_the_memory_judges():
    judge = Judge(BORDER)
    items, violation, day = make(100)
    judge.learn(items, violation, day)
    assert not judge.train()
    chance = judge.chances(items)
    cheats = np.array([items.text["commodity"].words[code] == "610910"
                       for code in items.text["commodity"].codes])  # fmt: skip
    assert chance[cheats].mean() > 2 * chance[~cheats].mean()


def test_who_was_never_inspected_is_new():
    judge = Judge(BORDER)
    judge.learn(_goods(1, "850440", "CN", 1.0, "T1"), np.array([0.0]), np.array([1]))
    assert judge.never_inspected(_goods(1, "850440", "CN", 1.0, "T2"), ("importer",))[0]
    assert not judge.never_inspected(_goods(1, "010101", "DE", 1.0, "T1"), ("importer",))[0]
