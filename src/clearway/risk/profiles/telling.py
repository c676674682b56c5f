"""Profiles as the API and the pages tell them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from clearway.kernel.decisions import Lane
from clearway.risk.outcomes import queries as outcomes
from clearway.risk.outcomes.queries import Worth
from clearway.risk.profiles import back_testing, health, queries, shadowing
from clearway.risk.profiles.life_cycle import LIVE
from clearway.risk.profiles.models import BackTest, ProfileText, ProfileVersion, TrialOrder
from clearway.risk.profiles.queries import Known
from clearway.risk.profiles.service import written_of
from clearway.risk.profiles.trials import newest_orders
from clearway.risk.profiles.worth import Standing, standing


class Evidence:
    """What inspections showed of every profile, read once for a whole list."""

    def __init__(self) -> None:
        self._live = outcomes.worth_by_profile()
        self.random = outcomes.worth_of_random()

    def of(self, code: str, version: int) -> tuple[Worth, Standing]:
        """Return what was shown of a version's hits, and how it stands beside the random draw."""
        worth = self._live.get((code, version), Worth())
        return worth, standing(worth, self.random)

    def speaks_for_its_end(self, known: Known) -> bool:
        """Tell whether a profile in force hardly finds more than the random draw."""
        return known.standing == LIVE and self.of(known.code, known.profile.version)[1].retire


def told(known: Known, evidence: Evidence) -> dict[str, Any]:
    """Return a profile as it stands."""
    profile = known.profile
    written = written_of(profile)
    worth, beside = evidence.of(known.code, profile.version)
    return {
        "code": known.code,
        "standing": known.standing,
        "source": known.source,
        "version": profile.version,
        "name": written.name,
        "lane": lane_name(written.lane),
        "weight": written.weight,
        "channel": written.channel,
        "owner": written.owner,
        "valid_from": written.valid_from,
        "valid_to": written.valid_to,
        "being_written": None if known.open_version is None else known.open_version.number,
        "worth": {
            "inspected": worth.inspected,
            "found": worth.found,
            "rate": beside.rate,
            "base_rate": beside.base,
            "chance": beside.chance,
            "retire": evidence.speaks_for_its_end(known),
        },
        "condition": profile.condition,
        "trader_text": profile.trader_text,
    }


def versions(code: str) -> list[dict[str, Any]]:
    """Return every version of a profile with the text that counts, the newest first."""
    rows = queries.versions_of(code)
    texts = queries.current_texts(rows)
    rows_of_trials = BackTest.objects.filter(text__in=[one.pk for one in texts.values()])
    trials = {trial.text_id: trial for trial in rows_of_trials.order_by("id")}
    day = queries.today()
    orders = newest_orders([one.pk for one in texts.values()])
    shadow = shadowing.counted(code)
    broken = {one.version: one.how for one in health.damaged(code)}
    found = []
    for row in rows:
        ordered = orders.get(texts[row.pk].pk)
        found.append(
            _version(row, rows, texts, trials, day)
            | {
                "ordered": None if ordered is None else ordered_told(ordered, row.text),
                "shadow": shadow.get(row.number),
                "damaged": broken.get(row.number, ""),
            }
        )
    return found


def _version(
    row: ProfileVersion,
    rows: list[ProfileVersion],
    texts: Mapping[int, ProfileText],
    trials: Mapping[int, BackTest],
    day: date,
) -> dict[str, Any]:
    text = texts[row.pk]
    trial = trials.get(text.pk)
    return {
        "number": row.number,
        "standing": queries.standing_in(row, rows, dict(texts), day),
        "text": text_told(text),
        "trial": None if trial is None else trial_told(trial, text.number),
        "asked_by": row.asked_by,
        "asked_reason": row.asked_reason,
        "approved_by": row.approved_by,
        "approved_at": row.approved_at,
        "approval": row.approval,
        "retired_by": row.retired_by,
        "retired_at": row.retired_at,
        "reason": row.reason,
    }


def text_told(text: ProfileText) -> dict[str, Any]:
    """Return what was written."""
    names = ("number", "name", "condition", "weight", "channel", "trader_text", "owner", "reasons",
             "valid_from", "valid_to", "author", "at", "digest")  # fmt: skip
    return {**{name: getattr(text, name) for name in names}, "lane": lane_name(text.lane)}


def trial_told(trial: BackTest, number: int) -> dict[str, Any]:
    """Return what came of a trial of a text, by the text's number."""
    result = back_testing.result_of(trial)
    return {
        **msgspec.to_builtins(result),
        "text": number,
        "since": trial.since,
        "until": trial.until,
        "passed": trial.passed,
        "share": result.share,
        "most": trial.most,
        "by": trial.by,
        "at": trial.at,
    }


def ordered_told(ordered: TrialOrder, number: int) -> dict[str, Any]:
    """Return how far a job is with a trial of a text, by the text's number."""
    names = ("since", "until", "state", "seen", "total", "trouble", "by", "at")
    return {"text": number, **{name: getattr(ordered, name) for name in names}}


def lane_name(lane: int | None) -> str | None:
    """Return a lane's name; None where no lane is asked for, or the row is damaged."""
    known = {one.value: one.name.lower() for one in Lane}
    return None if lane is None else known.get(lane)
