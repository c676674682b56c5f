"""The public set as published (track 1), and with what it repeats taken away (track 2).

Track 1 tells little: 81.6 % of the test rows repeat the goods of a training row, nearly always with
its label, because the generator cloned them. Whoever remembers wins. Track 2 takes from the
training rows whatever has the fingerprint of a test row that is judged: the test rows are cut
into five folds by a hash of their goods, and a fold's rows are judged by a model that saw no row of
their goods. That is generalising.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clearway.proving.risk_bench import peers
from clearway.proving.risk_bench.public_set import PublicSet, Rows
from clearway.proving.risk_bench.row import Row
from clearway.selectivity.evidence import Floats
from clearway.selectivity.hashing import mix, of_word
from clearway.selectivity.layout import BORDER
from clearway.selectivity.measures import area_under_curve, calibration_error, precision_at
from clearway.selectivity.scoring import Judge

FOLDS: Final = 5
Fit = Callable[[Rows, Rows], Floats]
"""Trains on the first rows and returns a score for each of the second."""


def track_1(data: PublicSet) -> list[Row]:
    """Measure the published split: train on the first two parts, judge the third."""
    known, asked = data.rows("train", "valid"), data.rows("test")
    ours = _judged(data, 0)(known, asked)
    peer = peers.lightgbm(data)(known, asked)
    violation = data.violation[asked]
    repeated = float(np.isin(data.goods[asked], data.goods[data.rows("train")]).mean())
    note = f"no achievement: {repeated:.1%} of the test rows repeat goods of the training part"
    return [
        Row(
            name=f"track1_p{share * 100:.0f}",
            ours=precision_at(violation, ours, share),
            peer=precision_at(violation, peer, share),
            peer_name="LightGBM, the paper's best",
            note=note,
        )
        for share in (0.05, 0.10)
    ]


def track_2(data: PublicSet, salt: str) -> list[Row]:
    """Measure on goods never seen: five folds by a hash of the fingerprint and a salt."""
    asked = data.rows("test")
    known = data.rows("train", "valid")
    fold = folds(data, salt)
    violation = data.violation[asked]
    ours = _in_folds(data, _judged(data, 0), known, asked, fold)
    peer = _in_folds(data, peers.catboost(data), known, asked, fold)

    def row(name: str, measure: Callable[[Floats], float], unit: str = "share") -> Row:
        return Row(
            name=name, ours=measure(ours), peer=measure(peer), unit=unit,
            peer_name="CatBoost, the paper's best", note=f"fold salt {salt}",
        )  # fmt: skip

    return [
        row("track2_auc", lambda score: area_under_curve(violation, score), "area"),
        row("track2_p5", lambda score: precision_at(violation, score, 0.05)),
        row("track2_p10", lambda score: precision_at(violation, score, 0.10)),
        row("track2_ece", lambda score: calibration_error(violation, score), "error"),
    ]


def folds(data: PublicSet, salt: str) -> NDArray[np.int64]:
    """Return the fold of each row, which is its goods'."""
    with_salt = mix(data.goods ^ np.uint64(of_word(f"fold {salt}")))
    return (with_salt % np.uint64(FOLDS)).astype(np.int64)


def _in_folds(
    data: PublicSet, fit: Fit, known: Rows, asked: Rows, fold: NDArray[np.int64]
) -> Floats:
    score = np.zeros(len(asked))
    for each in range(FOLDS):
        mine = asked[fold[asked] == each]
        others = known[~np.isin(data.goods[known], data.goods[mine])]
        score[fold[asked] == each] = fit(others, mine)
    return score


def _judged(data: PublicSet, seed: int) -> Fit:
    def fit(known: Rows, asked: Rows) -> Floats:
        judge = Judge(BORDER, seed=seed)
        judge.learn(data.items.take(known), data.violation[known], data.day[known])
        judge.train()
        return judge.chances(data.items.take(asked))

    return fit
