"""What an office can inspect and how today's plan spends it, as pages and the API tell it."""

from __future__ import annotations

from typing import Any

from clearway.risk.learning import serving
from clearway.risk.learning.serving import ModelUnusable
from clearway.risk.scoring import queries
from clearway.selectivity.cuts import NEVER
from clearway.vocabulary.dates import date_of


def offices() -> list[dict[str, Any]]:
    """Return every office that has a capacity or a plan, by its code.

    ``used_up`` tells that nothing is left for the score; the cuts are absent where a share has no
    room or there is no plan.
    """
    set_ = {one.office: one for one in queries.capacities()}
    plans = {row.office: (row, plan) for row, plan in queries.newest_plans(_model())}
    found = []
    for office in sorted(set_.keys() | plans.keys()):
        capacity, planned = set_.get(office), plans.get(office)
        told: dict[str, Any] = {
            "office": office,
            "per_day": None if capacity is None else capacity.per_day,
            "chance": None if capacity is None else capacity.chance,
            "stake": None if capacity is None else capacity.stake,
            "new": None if capacity is None else capacity.new,
            "plan": None,
        }
        if planned is not None:
            row, plan = planned
            told["plan"] = {
                "day": date_of(row.day),
                "model": row.model or None,
                "part": plan.part,
                "comes": plan.per_day,
                "others": plan.others / plan.sampled if plan.sampled else 0.0,
                "sampled": plan.sampled,
                "chance_cut": plan.cuts.chance,
                "stake_cut": plan.cuts.stake,
                "new_rate": plan.cuts.new_rate,
                "score_cut": None if plan.cuts.red_score == NEVER else plan.cuts.red_score,
                "comes_rounded": round(plan.per_day),
                "chance_part": None if plan.cuts.chance is None else plan.cuts.chance / 1_000_000,
                "used_up": plan.cuts.red_score == NEVER,
            }
        found.append(told)
    return found


def _model() -> int:
    try:
        live = serving.live()
    except ModelUnusable:
        return 0
    return live.number if live is not None else 0
