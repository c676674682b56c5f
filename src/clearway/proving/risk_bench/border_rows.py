"""The border with hidden truth as rows of the bench: ours beside chance, rules, model, truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from clearway.proving.risk_bench.hidden_truth import (
    MAKERS,
    ORACLE,
    Course,
    Maker,
    Standing,
    courses,
    standings,
)
from clearway.proving.risk_bench.ours import EXPLOITING, Ours
from clearway.proving.risk_bench.row import Row
from clearway.simulators.hidden_truth.settings import load

OURS, UNEXPLORING = "ours", "ours without exploration"
_ALL: Final[Mapping[str, Maker]] = {
    **MAKERS,
    OURS: Ours,
    UNEXPLORING: lambda seed: Ours(seed, EXPLOITING),
}


def _one(file: Path | None, name: str, seed: int) -> list[Course]:
    makers = {} if name == ORACLE else {name: _ALL[name]}
    parameters = load() if file is None else load(file)
    return courses(parameters, makers, seeds=[seed], oracle=name == ORACLE)


def rows(file: Path | None, seeds: Sequence[int]) -> list[Row]:
    """Measure every policy on a border of its own for each seed, two processes at a time."""
    asked = [(name, seed) for name in (*_ALL, ORACLE) for seed in seeds]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_one, file, name, seed) for name, seed in asked]
        done = [course for one in waiting for course in one.result()]
    by_name = {one.policy: one for one in standings(done)}
    ours = by_name[OURS]
    found = [
        _row(measure, ours, peer)
        for measure in ("offences", "revenue")
        for name, peer in by_name.items()
        if name != OURS
    ]
    for name, one in by_name.items():
        curve = " ".join(f"{100 * part:.0f}" for part in one.curve)
        label = name.replace(" ", "_")
        note = f"share of offences found, in per cent, by four weeks: {curve}"
        found.append(Row(name=f"border_curve_{label}", ours=one.offences.mean, note=note))
    return found


def _row(measure: str, ours: Standing, peer: Standing) -> Row:
    own, other = getattr(ours, measure), getattr(peer, measure)
    label = peer.policy.replace(" ", "_")
    return Row(
        name=f"border_{measure}_beside_{label}",
        ours=own.mean,
        peer=other.mean,
        peer_name=peer.policy,
        note=f"ours {own.low:.3f} to {own.high:.3f}, peer {other.low:.3f} to {other.high:.3f}",
    )
