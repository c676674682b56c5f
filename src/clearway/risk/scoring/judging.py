"""The model's part in a decision: points for each item, and the selection made again with them.

It comes between the kernel's decision and its commit. Whatever fails here must not let goods pass
unseen: a model that ought to serve and cannot be asked is a doubt on every declaration, which sends
it to the documentary check and raises the intake line's alarm (card C06, decision 0017).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from clearway.kernel.assess import ENGINE_FAILED, select_again
from clearway.kernel.decisions import Channel, Decision, Finding, Lane, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference, SelectionRules
from clearway.kernel.selection import DRAWS, draw
from clearway.risk.learning import serving
from clearway.risk.learning.goods_items import Row, rows_of
from clearway.risk.learning.serving import ModelUnusable, Serving
from clearway.risk.scoring import queries
from clearway.risk.scoring.appraising import Appraised, Case, appraise
from clearway.risk.scoring.naming import datum_of
from clearway.risk.scoring.plans import Plan
from clearway.risk.scoring.thresholds import thresholds_of
from clearway.selectivity.allocator import CHANCE, STAKE
from clearway.selectivity.cuts import Cuts, points

_GIVEN: Final = ("model_points", "model_version", "model_item", "model_datum", "red_score_cut")
MILLION: Final = 1_000_000
_log = logging.getLogger("clearway.risk")


class Scored(msgspec.Struct, frozen=True):
    """What was said of one item; the columns of ``models.ItemScore``."""

    item: int
    model: int
    chance: int
    stake: int | None
    inspections: int
    violations: int
    points: int
    share: str
    propensity: int
    day: int


class Judged(msgspec.Struct, frozen=True):
    """A decision as it stands with the model's part, and what was said of each item."""

    decision: Decision
    scores: tuple[Scored, ...] = ()


def judge(
    cursor: Any, lodgements: Sequence[Lodgement], decisions: Sequence[Decision],
    reference: Reference,
) -> list[Judged]:  # fmt: skip
    """Return the decisions with the model's part; the lodgements get the features that say it.

    Args:
        cursor: of any connection; nothing is written.
        lodgements: as the kernel decided on them.
        decisions: the kernel's, in the same order.
        reference: the law by which was decided.
    """
    judged = [Judged(decision) for decision in decisions]
    asked = [
        place for place, decision in enumerate(decisions)
        if decision.accepted and decision.selection is not None and not _failed(decision)
    ]  # fmt: skip
    try:
        live = serving.live()
        if live is not None and asked:
            _score(cursor, lodgements, judged, asked, live, reference)
        elif live is None:
            for place in asked:
                _hold_to_capacity(lodgements[place], judged, place, reference)
    except Exception as failure:  # noqa: BLE001 - an engine failure is a documentary check
        if not isinstance(failure, ModelUnusable):
            _log.exception("the model's part failed")
        for place in asked:
            judged[place] = _doubted(lodgements[place], decisions[place], failure, reference)
    return judged


def _failed(decision: Decision) -> bool:
    return any(finding.rule == ENGINE_FAILED for finding in decision.findings)


def _doubted(
    lodgement: Lodgement, decision: Decision, failure: Exception, reference: Reference
) -> Judged:
    parameters = (("stage", "model"), ("failure", type(failure).__name__))
    doubt = Finding(ENGINE_FAILED, Severity.DOUBT, "42A", 0, parameters)
    lodgement.features = {
        name: value for name, value in lodgement.features.items() if name not in _GIVEN
    }
    lodgement.form_findings = (*lodgement.form_findings, doubt)
    return Judged(select_again(decision, lodgement, reference, doubts=1))


def _hold_to_capacity(
    lodgement: Lodgement, judged: list[Judged], place: int, reference: Reference
) -> None:
    """Let the red of a score fall where its office's capacity is used up, without any model."""
    decision = judged[place].decision
    if not _red_by_score(decision):
        return
    plan = queries.plan_of(lodgement.office, 0, lodgement.observed_on or 0)
    if plan is None or plan.cuts.red_score is None:
        return
    lodgement.features = {**lodgement.features, "red_score_cut": plan.cuts.red_score}
    judged[place] = Judged(select_again(decision, lodgement, reference))


def _red_by_score(decision: Decision) -> bool:
    assert decision.selection is not None
    return any(
        result.channel is Channel.SCORE and result.lane is Lane.RED
        for result in decision.selection.channels
    )


def _score(
    cursor: Any, lodgements: Sequence[Lodgement], judged: list[Judged], asked: Sequence[int],
    live: Serving, reference: Reference,
) -> None:  # fmt: skip
    cases = [
        Case(
            lodgements[place],
            rows_of(
                lodgements[place], judged[place].decision.values, judged[place].decision.charges,
                exponent=reference.exponent,
            ),
        )
        for place in asked
    ]  # fmt: skip
    plans = {
        (case.lodgement.office, case.lodgement.observed_on): queries.plan_of(
            case.lodgement.office, live.number, case.lodgement.observed_on or 0
        )
        for case in cases
    }
    by_day: dict[int, list[int]] = {}
    for number, case in enumerate(cases):
        by_day.setdefault(case.lodgement.observed_on or 0, []).append(number)
    for day, numbers in by_day.items():
        group = [cases[number] for number in numbers]
        own = [plans[case.lodgement.office, case.lodgement.observed_on] for case in group]
        alike = max((plan.alike for plan in own if plan is not None), default=0.0)
        told = appraise(cursor, group, live, day, alike)
        for number, plan, appraised in zip(numbers, own, told, strict=True):
            place = asked[number]
            judged[place] = _with_model(
                cases[number], appraised, plan, live, reference, day, judged[place].decision
            )


def _with_model(
    case: Case, appraised: Sequence[Appraised], plan: Plan | None, live: Serving,
    reference: Reference, day: int, decision: Decision,
) -> Judged:  # fmt: skip
    """Return a decision with the model's part, and with what chance it had of being inspected.

    Where the lot of new parties might take a declaration, it is selected both ways: only so is it
    known what the lot decides, beside other points, an authorised operator's factor and the cut of
    the whole score.
    """
    rules = reference.selection
    rate = (plan.cuts if plan is not None else Cuts()).new_rate
    lot = rate > 0 and any(each.new for each in appraised)
    drawn = lot and _draw_of_new(case.lodgement, rules) < rate
    before = case.lodgement.features

    def select(*, taken: bool) -> tuple[Decision, list[Scored]]:
        case.lodgement.features = before
        scored = _scored(appraised, plan, live, reference, day, drawn=taken)
        _take(case, scored, plan, live)
        return select_again(decision, case.lodgement, reference), scored

    other = select(taken=not drawn)[0] if lot else None
    again, scored = select(taken=drawn)
    if other is None:
        taken = left = _is_red(again)
    else:
        taken, left = (_is_red(one) for one in ((again, other) if drawn else (other, again)))
    chance = MILLION if left else _chance_of_lots(rules, rate if taken else 0)
    return Judged(
        again, tuple(msgspec.structs.replace(one, propensity=chance) for one in scored)
    )  # fmt: skip


def _is_red(decision: Decision) -> bool:
    """Tell whether anything but the random draw asks for an inspection."""
    assert decision.selection is not None
    return any(
        result.lane is Lane.RED and result.channel is not Channel.RANDOM
        for result in decision.selection.channels
    )


def _chance_of_lots(rules: SelectionRules, rate: int) -> int:
    """Return the chance, in millionths, that the random draw or a lot of a rate takes something."""
    drawn, also = min(rules.random_rate, DRAWS), min(rate, DRAWS)
    return MILLION - (DRAWS - drawn) * (DRAWS - also) // (DRAWS * DRAWS // MILLION)


def _scored(
    appraised: Sequence[Appraised], plan: Plan | None, live: Serving,
    reference: Reference, day: int, *, drawn: bool,
) -> list[Scored]:  # fmt: skip
    cut = plan.cuts if plan is not None else Cuts()
    rules, unit = reference.selection, 10**reference.exponent
    thresholds = thresholds_of(rules)
    found = []
    for item, each in enumerate(appraised, 1):
        worth = each.chance * (each.stake or 0.0) * unit
        told = points(each.chance, worth, drawn=drawn, cut=cut, thresholds=thresholds)
        found.append(
            Scored(
                item=item,
                model=live.number,
                chance=round(each.chance * MILLION),
                stake=None if each.stake is None else round(each.stake * unit),
                inspections=each.seen.inspections,
                violations=each.seen.violations,
                points=told.points,
                share=told.share,
                propensity=0,
                day=day,
            )
        )
    return found


def _draw_of_new(lodgement: Lodgement, rules: SelectionRules) -> int:
    """Return the draw of new parties, keyed as the random draw is and independent of it.

    A consignment whose draw cannot be made counts as drawn: it must not pass unseen by that.
    """
    key = lodgement.consignment_key or lodgement.id or lodgement.lrn
    day = lodgement.features.get("draw_day", lodgement.legal_date)
    secret = rules.default_draw_key
    if isinstance(day, int):
        secret = rules.draw_keys.get(day, secret)
    return draw(secret, f"new {key}") if key and secret else 0


def _take(case: Case, scored: Sequence[Scored], plan: Plan | None, live: Serving) -> None:
    """Give the lodgement the features by which the kernel hears the model."""
    added: dict[str, int | str | bool | None] = {}
    if plan is not None and plan.cuts.red_score is not None:
        added["red_score_cut"] = plan.cuts.red_score
    most = max(scored, key=lambda one: one.points, default=None)
    if most is not None and most.points:
        added |= {
            "model_points": most.points,
            "model_version": live.number,
            "model_item": most.item,
        }
        if most.share in (CHANCE, STAKE):
            row: Row = case.rows[most.item - 1]
            added["model_datum"] = datum_of(live.model, row)
    case.lodgement.features = {**case.lodgement.features, **added}
