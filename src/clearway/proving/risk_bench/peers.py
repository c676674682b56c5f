"""The paper's models, trained on the set's columns as published, words as codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.proving.risk_bench.public_set import PublicSet, Rows

Fit = Callable[[Rows, Rows], NDArray[np.float64]]


def xgboost(data: PublicSet, seed: int = 0, trees: int = 100) -> Fit:
    """Return XGBoost as the set's authors use it."""
    import xgboost as library

    def fit(known: Rows, asked: Rows) -> NDArray[np.float64]:
        model = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6,
                 "eta": 0.1, "subsample": 0.9, "nthread": 1, "seed": seed}  # fmt: skip
        rows = library.QuantileDMatrix(data.peers[known], data.violation[known], nthread=1)
        grown = library.train(model, rows, trees)
        return np.asarray(grown.inplace_predict(data.peers[asked]), dtype=np.float64)

    return fit


def lightgbm(data: PublicSet, seed: int = 0) -> Fit:
    """Return LightGBM with its own defaults."""
    import lightgbm as library

    def fit(known: Rows, asked: Rows) -> NDArray[np.float64]:
        rows = library.Dataset(data.peers[known], data.violation[known])
        model = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": seed}
        return np.asarray(library.train(model, rows, 200).predict(data.peers[asked]))

    return fit


def catboost(data: PublicSet, seed: int = 0) -> Fit:
    """Return CatBoost, which encodes the words itself."""
    import catboost as library

    table = _with_words(data)

    def fit(known: Rows, asked: Rows) -> NDArray[np.float64]:
        model = library.CatBoostClassifier(
            iterations=200, depth=6, verbose=0, thread_count=1, random_seed=seed,
            cat_features=list(data.words), allow_writing_files=False,
        )  # fmt: skip
        model.fit(table[known], data.violation[known])
        return np.asarray(model.predict_proba(table[asked])[:, 1])

    return fit


def _with_words(data: PublicSet) -> NDArray[Any]:
    table = data.peers.astype(object)
    for column in data.words:
        table[:, column] = data.peers[:, column].astype(np.int64).astype(str)
    return table
