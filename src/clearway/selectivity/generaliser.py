"""The model that generalises from what was inspected to goods that nobody has looked at.

Two judges look at the evidence of many keys (``encoding``): a straight line through its log-odds,
and gradient boosting (XGBoost). The line errs least at the very top, where a budget is spent; trees
see what depends on one another. Their log-odds are mixed, and calibrated on the latest inspected
window. Decision 0019 tells why XGBoost, 0023 why the two together.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import msgspec
import numpy as np
import xgboost
from numpy.typing import NDArray

from clearway.selectivity.encoding import Encoded, Encoding, Inspected, Usual, learn
from clearway.selectivity.evidence import Floats, Tally, counted, intraclass, worth
from clearway.selectivity.hashing import Hasher, Hashes
from clearway.selectivity.items import Items
from clearway.selectivity.layout import Layout, Robust
from clearway.selectivity.regression import chance_of, log_odds, logistic

FORMAT: Final = 2


class Recipe(msgspec.Struct, frozen=True):
    """How a model is trained. Decision 0023 tells on which rows and borders it was chosen."""

    trees: int = 200
    depth: int = 3
    eta: float = 0.04
    least_weight: float = 10.0
    ridge: float = 30.0
    columns: float = 0.2
    rows: float = 0.7
    bins: int = 64
    line: float = 0.4
    """The line's part in the mixture of log-odds; the rest is the trees'."""
    pull: float = 300.0
    """How many observations hold each of the line's coefficients to 0, counted at its spread."""
    latest: float = 0.2
    """The share of the inspected rows, the latest ones, on which it is calibrated."""


class Calibration(msgspec.Struct, frozen=True):
    """A straight line on the log-odds: ``slope x log-odds + shift`` (Platt 1999)."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, chance: Floats) -> Floats:
        """Return calibrated chances."""
        return chance_of(self.slope * log_odds(chance) + self.shift)


class Line(msgspec.Struct, frozen=True):
    """A straight line through the log-odds of evidence: a coefficient for each kept key.

    ``usual`` are the log-odds that were usual where it was fitted; ``base`` what it says of them.
    """

    coefficients: tuple[float, ...]
    usual: tuple[float, ...]
    base: float

    def parts(self, matrix: NDArray[np.float32]) -> Floats:
        """Return what each key's evidence adds to the log-odds: a row for each, a column a key."""
        seen = _evidence(matrix, len(self.coefficients))
        return np.asarray((seen - np.array(self.usual)) * np.array(self.coefficients))

    def __call__(self, matrix: NDArray[np.float32]) -> Floats:
        """Return the log-odds of each row."""
        return np.asarray(self.parts(matrix).sum(axis=1) + self.base)


class Generaliser:
    """A trained model: from items to the chance of a violation, and to why.

    ``mixture`` is the line's part in the log-odds; the rest is the trees'.
    """

    def __init__(
        self, encoding: Encoding, line: Line, trees: bytes, mixture: float,
        calibration: Calibration,
    ) -> None:  # fmt: skip
        self.encoding = encoding
        self.line = line
        self.trees = trees
        self.mixture = mixture
        self.calibration = calibration

    @cached_property
    def booster(self) -> Any:
        """The trees, ready to be asked by one thread."""
        return xgboost.Booster({"nthread": 1}, model_file=bytearray(self.trees))

    def chances(self, items: Items, hasher: Hasher | None = None) -> Floats:
        """Return the chance of a violation for each item."""
        if not len(items):
            return np.zeros(0)
        matrix = self.encoding.matrix(items, hasher)
        return self.calibration(_mixed(self.mixture, self.line, self.booster, matrix))

    def contributions(self, items: Items) -> NDArray[np.float64]:
        """Return what each column of the matrix adds to the log-odds, the base in the last column.

        Shapley values of the trees (Lundberg 2018) and of the line, after calibration: they add up
        to the log-odds.
        """
        matrix = self.encoding.matrix(items)
        table = xgboost.DMatrix(matrix, nthread=1)
        raw = self.booster.predict(table, pred_contribs=True).astype(np.float64)
        raw *= 1 - self.mixture
        keys = len(self.encoding.keys)
        raw[:, : 2 * keys : 2] += self.mixture * self.line.parts(matrix)
        raw[:, -1] += self.mixture * self.line.base
        raw *= self.calibration.slope
        raw[:, -1] += self.calibration.shift
        return np.asarray(raw)

    def to_bytes(self) -> bytes:
        """Return the model as bytes, for ``from_bytes``: MessagePack, nothing that can run."""
        encoding = self.encoding
        body = {
            "format": FORMAT,
            "prior": encoding.prior,
            "keys": [(one.key, *_packed(one.tally), one.strength) for one in encoding.keys],
            "usual": [
                (one.of, one.hashes.tobytes(), one.median.tobytes(), one.deviation.tobytes())
                for one in encoding.usual
            ],
            "numbers": encoding.numbers,
            "logarithms": encoding.logarithms,
            "names": encoding.names,
            "line": self.line,
            "trees": self.trees,
            "mixture": self.mixture,
            "calibration": self.calibration,
        }
        return msgspec.msgpack.encode(body)

    @classmethod
    def from_bytes(cls, content: bytes) -> Generaliser:
        """Return the model that ``to_bytes`` wrote.

        Raises:
            ValueError: the bytes are no model of this format.
        """
        try:
            body = msgspec.msgpack.decode(content, type=_Body)
        except msgspec.MsgspecError as error:
            raise ValueError(f"these bytes are no model: {error}") from error
        if body.format != FORMAT:
            raise ValueError(f"the model is of format {body.format}, not {FORMAT}")
        keys = tuple(Encoded(key, _tally(*raw), strength) for key, *raw, strength in body.keys)
        usual = tuple(
            Usual(of, np.frombuffer(hashes, np.uint64), _floats(median), _floats(deviation))
            for of, hashes, median, deviation in body.usual
        )
        encoding = Encoding(body.prior, keys, usual, body.numbers, body.logarithms, body.names)
        return cls(encoding, body.line, body.trees, body.mixture, body.calibration)


def train(
    items: Items,
    violation: NDArray[Any],
    day: NDArray[Any],
    layout: Layout,
    *,
    seed: int = 0,
    recipe: Recipe | None = None,
) -> Generaliser:
    """Train a model on what was inspected.

    Args:
        items: what was inspected, and nothing else.
        violation: 1 where the inspection found one, else 0.
        day: when, in any unit: the latest calibrate.
        layout: where evidence is looked for.
        seed: of folds and trees; the same rows and seed give the same model.
        recipe: how the trees are grown.

    Raises:
        ValueError: the rows show no violation, or nothing but violations.
    """
    recipe = recipe or Recipe()
    found = np.asarray(violation, dtype=np.float64)
    if not 0 < found.sum() < len(found):
        raise ValueError("a model needs inspections with and without a violation")
    when = np.asarray(day, dtype=np.float64)
    goods = Hasher(items).key(layout.fingerprint)
    weight = worth(goods, intraclass(goods, found))
    encoding, matrix = learn(Inspected(items, found, weight, goods, when), layout, seed)
    late = np.zeros(len(found), dtype=np.bool_)
    late[np.argsort(when, kind="stable")[int(len(found) * (1 - recipe.latest)) :]] = True
    rows = _collapse(matrix, found, weight, goods, late)
    table = xgboost.QuantileDMatrix(rows.matrix, rows.found, max_bin=recipe.bins, nthread=1)

    def fit(weight: Floats, strides: int = 1) -> tuple[Line, Any]:
        table.set_weight(weight)
        bold = msgspec.structs.replace(recipe, eta=recipe.eta * strides)
        settings = _settings(encoding.prior, seed, bold)
        trees = xgboost.train(settings, table, recipe.trees // strides)
        return _fitted(rows, weight, len(encoding.keys), encoding.prior, recipe.pull), trees

    calibration = Calibration()
    if _both(rows.found[~rows.late]) and _both(rows.found[rows.late]):
        # Evidence comes from other goods; but trees know goods again that were inspected earlier,
        # and look sharper than they are. Decision 0023 tells why these rows stay all the same.
        # What only calibrates goes the same way in half the steps: slope and shift hardly tell.
        early = fit(np.where(rows.late, 0.0, rows.weight), strides=2)
        raw = _mixed(recipe.line, *early, rows.matrix[rows.late])
        calibration = _calibrated(log_odds(raw), rows.found[rows.late], rows.weight[rows.late])
    line, grown = fit(rows.weight)
    return Generaliser(encoding, line, bytes(grown.save_raw("ubj")), recipe.line, calibration)


def _evidence(matrix: NDArray[np.float32], keys: int) -> Floats:
    """Return the log-odds of each key's evidence, the first of its two columns."""
    return log_odds(matrix[:, : 2 * keys : 2].astype(np.float64, order="C"))


def _mixed(mixture: float, line: Line, trees: Any, matrix: NDArray[np.float32]) -> Floats:
    """Return the chances of the mixture, before calibration."""
    grown = log_odds(trees.inplace_predict(matrix).astype(np.float64))
    return chance_of(mixture * line(matrix) + (1 - mixture) * grown)


def _fitted(rows: _Rows, weight: Floats, keys: int, prior: float, pull: float) -> Line:
    """Fit the line: each coefficient is held to 0, the more strongly the wider its evidence."""
    seen = _evidence(rows.matrix, keys)
    usual = np.average(seen, axis=0, weights=weight)
    seen -= usual
    spread = np.diag(np.r_[pull * np.average(seen**2, axis=0, weights=weight) + 1e-6, 1e-6])
    held = np.zeros(keys + 1)
    held[-1] = np.log(prior / (1 - prior))
    found = logistic(np.c_[seen, np.ones(len(seen))], rows.found, weight, held, spread)
    return Line(tuple(found[:-1].tolist()), tuple(usual.tolist()), float(found[-1]))


def _both(found: Floats) -> bool:
    return 0 < float(found.sum()) < len(found)


def _settings(prior: float, seed: int, recipe: Recipe) -> dict[str, Any]:
    return {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": recipe.depth,
        "eta": recipe.eta,
        # XGBoost counts a row by its curvature, which at the prior is p (1 - p)
        "min_child_weight": recipe.least_weight * prior * (1 - prior),
        "reg_lambda": recipe.ridge,
        "colsample_bytree": recipe.columns,
        "subsample": recipe.rows,
        "max_bin": recipe.bins,
        "nthread": 1,
        "seed": seed,
        "base_score": prior,
    }


class _Rows(msgspec.Struct, frozen=True):
    """What the trees are grown on, one row for all that are the same to them."""

    matrix: NDArray[np.float32]
    found: Floats
    weight: Floats
    late: NDArray[np.bool_]


def _collapse(
    matrix: NDArray[np.float32], found: Floats, weight: Floats, goods: Hashes,
    late: NDArray[np.bool_],
) -> _Rows:  # fmt: skip
    """Make one row of the same goods' rows that agree in all that the model sees."""
    mark = goods ^ (found.astype(np.uint64) * np.uint64(2) + late)
    for column in np.ascontiguousarray(matrix.T).view(np.uint32):
        mark = (mark ^ column) * np.uint64(0x100000001B3)
    _, first, place = np.unique(mark, return_index=True, return_inverse=True)
    counts = counted(place, weight, len(first))
    return _Rows(matrix[first], found[first], counts, late[first])


def _calibrated(odds: Floats, found: Floats, weight: Floats) -> Calibration:
    """Fit slope and shift, held to (1, 0) as by twenty observations.

    The line may temper what is said, and never sharpens it: the evidence by which the latest
    window is judged holds other goods' outcomes of that window, which no later day will have.
    """
    design = np.stack([odds, np.ones_like(odds)], axis=1)
    spread = 20 * np.array([[max(float(odds.var()), 1e-3), 0.0], [0.0, 0.25]])
    held = np.array([1.0, 0.0])
    line = logistic(design, found, weight, held, spread)
    if line[0] > 1:
        line = logistic(design, found, weight, held, spread, np.array([False, True]))
    return Calibration(float(line[0]), float(line[1]))


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    prior: float
    keys: list[tuple[tuple[str, ...], bytes, bytes, bytes, float]]
    usual: list[tuple[Robust, bytes, bytes, bytes]]
    numbers: tuple[str, ...]
    logarithms: tuple[str, ...]
    names: tuple[str, ...]
    line: Line
    trees: bytes
    mixture: float
    calibration: Calibration


def _packed(tally: Tally) -> tuple[bytes, bytes, bytes]:
    return tally.hashes.tobytes(), tally.violations.tobytes(), tally.inspections.tobytes()


def _tally(hashes: bytes, violations: bytes, inspections: bytes) -> Tally:
    return Tally(np.frombuffer(hashes, np.uint64), _floats(violations), _floats(inspections))


def _floats(content: bytes) -> Floats:
    return np.frombuffer(content, np.float64)
