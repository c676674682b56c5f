"""Poisoned labels: one in twenty inspections written down as clean, and what that costs.

An insider turns violations into clean results, five per cent of all labels. The candidate trained
on them has to pass the guard before it serves (``selectivity.guard``); the mutant has no guard and
serves at once. Measured is the recall of violations on the test part with a fifth inspected, about
as many as there are violations: at a tenth no loss shows, since there are more than enough to find.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from clearway.proving.risk_bench.public_set import PublicSet, Rows
from clearway.proving.risk_bench.row import Row
from clearway.selectivity.evidence import Floats
from clearway.selectivity.guard import contradictions, worse_than
from clearway.selectivity.layout import BORDER
from clearway.selectivity.scoring import Judge

SHARE: Final = 0.05
BUDGET: Final = 0.20


def rows(data: PublicSet, seed: int = 1) -> list[Row]:
    """Measure what the guard says of honest and of poisoned labels, and what the mutant loses."""
    live, known, asked = data.rows("train"), data.rows("train", "valid"), data.rows("test")
    honest = data.violation[known]
    turned = honest.copy()
    draw = np.random.default_rng(seed)
    violations = np.flatnonzero(honest > 0)
    turned[draw.choice(violations, round(SHARE * len(known)), replace=False)] = 0
    before = contradictions(data.goods[live], data.violation[live])
    then = contradictions(data.goods[known], turned)
    refused = worse_than(then, before)
    passes = not worse_than(contradictions(data.goods[known], honest), before)
    best, poisoned = (_recall(data, known, labels, asked) for labels in (honest, turned))
    serving = _recall(data, live, data.violation[live], asked) if refused else poisoned
    told = f"{before.share:.1%} of comparable labels contradicted others, then {then.share:.1%}"
    return [
        Row(
            name="poisoning_refused",
            ours=float(refused),
            peer=0.0,
            peer_name="the mutant without the guard",
            unit="1 = refused",
            note=f"{told}; honest labels {'pass' if passes else 'DO NOT PASS'}",
        ),
        Row(
            name="poisoning_recall",
            ours=serving,
            peer=poisoned,
            peer_name="the mutant without the guard",
            note=f"the older model serves on; with honest labels the new one finds {best:.3f}",
        ),
    ]


def _recall(data: PublicSet, known: Rows, violation: Floats, asked: Rows) -> float:
    judge = Judge(BORDER)
    judge.learn(data.items.take(known), violation, data.day[known])
    judge.train()
    chance = judge.chances(data.items.take(asked))
    best = np.argsort(-chance, kind="stable")[: int(BUDGET * len(asked))]
    return float(data.violation[asked][best].sum() / data.violation[asked].sum())
