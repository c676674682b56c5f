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


TURNING: Final = "turning"
"""The parameters that come along of a border whose parties turn: there exploration has to pay."""


def _one(file: Path | str | None, name: str, seed: int) -> list[Course]:
    makers = {} if name == ORACLE else {name: _ALL[name]}
    parameters = load() if file is None else load(file)
    return courses(parameters, makers, seeds=[seed], oracle=name == ORACLE)


def rows(file: Path | None, seeds: Sequence[int]) -> list[Row]:
    """Measure every policy on a border of its own for each seed, two processes at a time.

    Without a file of parameters ours is held against itself without exploration on a border whose
    parties turn, too.
    """
    found = _rows("border", _courses(file, (*_ALL, ORACLE), seeds))
    if file is None:
        found += _rows("border_turning", _courses(TURNING, (OURS, UNEXPLORING), seeds))
    return found


def _courses(
    file: Path | str | None, names: Sequence[str], seeds: Sequence[int]
) -> dict[str, Standing]:
    asked = [(name, seed) for name in names for seed in seeds]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_one, file, name, seed) for name, seed in asked]
        done = [course for one in waiting for course in one.result()]
    return {one.policy: one for one in standings(done)}


def _rows(start: str, by_name: Mapping[str, Standing]) -> list[Row]:
    ours = by_name[OURS]
    found = [
        _row(start, measure, ours, peer)
        for measure in ("offences", "revenue")
        for name, peer in by_name.items()
        if name != OURS
    ]
    for name, one in by_name.items():
        curve = " ".join(f"{100 * part:.0f}" for part in one.curve)
        label = name.replace(" ", "_")
        note = f"share of offences found, in per cent, by four weeks: {curve}"
        found.append(Row(name=f"{start}_curve_{label}", ours=one.offences.mean, note=note))
    return found


def _row(start: str, measure: str, ours: Standing, peer: Standing) -> Row:
    own, other = getattr(ours, measure), getattr(peer, measure)
    label = peer.policy.replace(" ", "_")
    return Row(
        name=f"{start}_{measure}_beside_{label}",
        ours=own.mean,
        peer=other.mean,
        peer_name=peer.policy,
        note=f"ours {own.low:.3f} to {own.high:.3f}, peer {other.low:.3f} to {other.high:.3f}",
    )
