"""The model that generalises from what was inspected to goods that nobody has looked at.

Gradient boosting (XGBoost) over the evidence of many keys (``encoding``), calibrated on the latest
inspected window. A decision record tells why XGBoost: with these encodings as accurate on unseen
goods as its peers, and its wheel brings all that it needs.
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

FORMAT: Final = 1


class Recipe(msgspec.Struct, frozen=True):
    """How the trees are grown. Chosen on the validation part of the public set, see the bench."""

    trees: int = 200
    depth: int = 3
    eta: float = 0.04
    least_weight: float = 10.0
    ridge: float = 30.0
    columns: float = 0.2
    rows: float = 0.7
    bins: int = 64
    latest: float = 0.2
    """The share of the inspected rows, the latest ones, on which it is calibrated."""


class Calibration(msgspec.Struct, frozen=True):
    """A straight line on the log-odds: ``slope x log-odds + shift`` (Platt 1999)."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, chance: Floats) -> Floats:
        """Return calibrated chances."""
        return _chance(self.slope * _log_odds(chance) + self.shift)


class Generaliser:
    """A trained model: from items to the chance of a violation, and to why."""

    def __init__(self, encoding: Encoding, trees: bytes, calibration: Calibration) -> None:
        self.encoding = encoding
        self.trees = trees
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
        raw = self.booster.inplace_predict(matrix).astype(np.float64)
        return self.calibration(raw)

    def contributions(self, items: Items) -> NDArray[np.float64]:
        """Return what each column of the matrix adds to the log-odds, the base in the last column.

        Shapley values of the trees (Lundberg 2018), after calibration: they add up to the log-odds.
        """
        matrix = xgboost.DMatrix(self.encoding.matrix(items), nthread=1)
        raw = self.booster.predict(matrix, pred_contribs=True).astype(np.float64)
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
            "trees": self.trees,
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
        return cls(encoding, body.trees, body.calibration)


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
    settings = _settings(encoding.prior, seed, recipe)
    calibration = Calibration()
    if _both(rows.found[~rows.late]) and _both(rows.found[rows.late]):
        # Evidence comes from other goods, so the latest rows are judged as goods never seen.
        table.set_weight(np.where(rows.late, 0.0, rows.weight))
        early = xgboost.train(settings, table, recipe.trees)
        raw = early.inplace_predict(rows.matrix[rows.late]).astype(np.float64)
        calibration = _line(_log_odds(raw), rows.found[rows.late], rows.weight[rows.late])
    table.set_weight(rows.weight)
    grown = xgboost.train(settings, table, recipe.trees)
    return Generaliser(encoding, bytes(grown.save_raw("ubj")), calibration)


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


def _line(log_odds: Floats, found: Floats, weight: Floats) -> Calibration:
    """Fit slope and shift by Newton's method, held to (1, 0) as by twenty observations.

    The line may temper what the trees say, and never sharpens it: the evidence by which the latest
    window is judged holds other goods' outcomes of that window, which no later day will have.
    """
    line = _newton(log_odds, found, weight, np.array([True, True]))
    if line[0] > 1:
        line = _newton(log_odds, found, weight, np.array([False, True]))
    return Calibration(float(line[0]), float(line[1]))


def _newton(log_odds: Floats, found: Floats, weight: Floats, free: NDArray[np.bool_]) -> Floats:
    """Return slope and shift; what is not free stays 1 and 0."""
    held = np.array([1.0, 0.0])
    line = held.copy()
    design = np.stack([log_odds, np.ones_like(log_odds)], axis=1)
    spread = 20 * np.array([[max(float(log_odds.var()), 1e-3), 0.0], [0.0, 0.25]])
    for _ in range(25):
        chance = _chance(design @ line)
        slope = design.T @ (weight * (found - chance)) - spread @ (line - held)
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + spread
        step = np.zeros(2)
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        line = line + step
        if np.abs(step).max() < 1e-9:
            break
    return line


def _log_odds(chance: Floats) -> Floats:
    safe = np.clip(chance, 1e-7, 1 - 1e-7)
    return np.asarray(np.log(safe / (1 - safe)))


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    prior: float
    keys: list[tuple[tuple[str, ...], bytes, bytes, bytes, float]]
    usual: list[tuple[Robust, bytes, bytes, bytes]]
    numbers: tuple[str, ...]
    logarithms: tuple[str, ...]
    names: tuple[str, ...]
    trees: bytes
    calibration: Calibration


def _packed(tally: Tally) -> tuple[bytes, bytes, bytes]:
    return tally.hashes.tobytes(), tally.violations.tobytes(), tally.inspections.tobytes()


def _tally(hashes: bytes, violations: bytes, inspections: bytes) -> Tally:
    return Tally(np.frombuffer(hashes, np.uint64), _floats(violations), _floats(inspections))


def _floats(content: bytes) -> Floats:
    return np.frombuffer(content, np.float64)
