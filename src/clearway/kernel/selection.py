"""Selection of the lane (card C06): every channel speaks and is recorded, the severest wins.

=============  ==========================================================================
channel        what makes it speak
=============  ==========================================================================
legal stop     a profile of that channel (prohibition, sanction): RED
watchlist      a profile of that channel: its lane, RED where it names none
profile        a profile that demands a lane; a finding of severity DOUBT (YELLOW)
score          min(100, sum of weights and of the model's points) x AEO factor, against the
               pack's two thresholds
random         the keyed draw, made for every declaration: RED
none           GREEN, or BLUE where an audit after release is planned
=============  ==========================================================================

The order of the table is the fixed precedence. It never decides the lane: of the channels that
ask for the severest lane, the first names the reason shown first. A profile counts once in the
score however many items it hits. A model that learnt from inspections is one contribution among
them: ``risk`` supplies its points as data. The AEO factor touches the score and nothing else. Where
inspection capacity is short, ``risk`` supplies a cut: a RED that only the score asks for falls
to YELLOW below it, and says so. On an amendment the lane never becomes lighter than it was.
Perishable goods come first in the queue, in the same lane. A trader's estimate never comes here.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from clearway.kernel.decisions import (
    Channel,
    ChannelResult,
    Finding,
    Hit,
    Lane,
    Selection,
    Severity,
    Step,
)
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference, SelectionRules

Features = Mapping[str, int | str | bool | None]
MAX_SCORE = 100
DRAWS = 10_000
NO_DRAW = -1
MODEL = "MODEL"
"""The name under which the model's points stand among the profiles' weights."""
_ORDER = tuple(Channel)


class Score(msgspec.Struct, frozen=True):
    """The score in whole points before the AEO factor (``raw``) and exactly after it."""

    raw: int
    value: Fraction
    weights: tuple[tuple[str, int], ...]
    aeo: bool

    @property
    def thousandths(self) -> int:
        """The score as it is stored, cut to thousandths of a point."""
        return self.value.numerator * 1_000 // self.value.denominator


def draw(secret: str, key: str) -> int:
    """Return the random draw of a consignment on a day, 0 to 9999.

    Args:
        secret: the secret of the day; who does not know it cannot guess the draw.
        key: the consignment's key, so that lodging again inherits the draw.

    >>> draw("demo-key-2026-03-03", "26VN00000000123404")
    1270
    """
    digest = hmac.digest(secret.encode(), key.encode(), "sha256")
    return int.from_bytes(digest[:4], "big") % DRAWS


def score(hits: Iterable[Hit], features: Features, rules: SelectionRules) -> Score:
    """Return the score of a declaration: each profile that hit counts once."""
    weights = {hit.profile: hit.contribution for hit in hits if hit.contribution}
    raw = max(0, min(MAX_SCORE, sum(weights.values())))
    aeo = features.get(rules.aeo_feature) is True
    value = raw * rules.aeo_factor if aeo else Fraction(raw)
    return Score(raw, value, tuple(weights.items()), aeo)


def model_hit(features: Features) -> Hit | None:
    """Return the contribution of the model in force, None where it adds nothing."""
    points, version = features.get("model_points"), features.get("model_version")
    if not isinstance(points, int) or not isinstance(version, int) or points <= 0:
        return None
    item = features.get("model_item")
    place = item if isinstance(item, int) else 0
    return Hit(place, MODEL, version, None, min(points, MAX_SCORE), Channel.SCORE)


def queue_priority(features: Features) -> int:
    """Return the place in an officer's queue within a lane: perishable goods (0) come first."""
    return 0 if features.get("perishable") is True else 1


def select(
    lodgement: Lodgement,
    hits: Sequence[Hit],
    features: Features,
    reference: Reference,
    findings: Sequence[Finding] = (),
) -> Selection:
    """Return the lane of a declaration and everything that spoke for it.

    Args:
        lodgement: the declaration; its consignment key (else its MRN, else its LRN) keys the draw.
        hits: the live profiles that were TRUE, item by item.
        features: the parties' history and what ``risk`` supplies (``SELECTION_FEATURES``).
        reference: the pack, with its thresholds, random rate and draw keys.
        findings: the kernel's findings; those of severity DOUBT are an officer's matter.
    """
    rules = reference.selection
    number = _draw(lodgement, features, rules)
    drawn = 0 <= number < rules.random_rate
    doubts = [finding for finding in findings if finding.severity is Severity.DOUBT]
    silent = not (hits or doubts or drawn) and number != NO_DRAW
    if silent and features.get("previous_lane") is None and 0 < rules.yellow_from <= rules.red_from:
        return _nothing_speaks(number, features, rules)
    points = score(hits, features, rules)
    results = (
        _hits_channel(Channel.LEGAL_STOP, hits, Lane.RED),
        _hits_channel(Channel.WATCHLIST, hits, Lane.RED),
        _profile_channel(hits, doubts),
        _score_channel(points, features, rules),
        _random_channel(number, rules, drawn=drawn),
        _no_channel(features, rules),
    )
    lane, channel = _severest(results)
    before = previous_lane(features)
    extra: list[Step] = []
    if before is not None and before > lane:
        extra.append(Step(f"selection.previous_lane.{before.name.lower()}"))
        channel = _previous_channel(features) or channel
        lane = before
    if lane > Lane.BLUE and features.get("perishable") is True:
        extra.append(Step("selection.perishable"))
    return Selection(
        lane=lane,
        channel=channel,
        score=points.thousandths,
        raw_score=points.raw * 1_000,
        draw=number,
        drawn=drawn,
        channels=results,
        reasons=_reasons(results, channel, extra),
    )


_AUDIT = ChannelResult(Channel.NONE, Lane.BLUE, (Step("selection.audit"),))
_GREEN = ChannelResult(Channel.NONE, Lane.GREEN, (Step("selection.none"),))
_SILENT = tuple(
    ChannelResult(channel, None)
    for channel in (Channel.LEGAL_STOP, Channel.WATCHLIST, Channel.PROFILE, Channel.SCORE)
)


def _nothing_speaks(number: int, features: Features, rules: SelectionRules) -> Selection:
    """Return the selection where no channel asks for a lane: most declarations of a day."""
    last = _no_channel(features, rules)
    results = (*_SILENT, _random_channel(number, rules, drawn=False), last)
    return Selection(
        lane=Lane.GREEN if last.lane is None else last.lane,
        channel=Channel.NONE,
        score=0,
        raw_score=0,
        draw=number,
        drawn=False,
        channels=results,
        reasons=last.reasons,
    )


def _draw(lodgement: Lodgement, features: Features, rules: SelectionRules) -> int:
    key = lodgement.consignment_key or lodgement.id or lodgement.lrn
    day = features.get("draw_day", lodgement.legal_date)
    secret = rules.default_draw_key
    if isinstance(day, int):
        secret = rules.draw_keys.get(day, secret)
    return draw(secret, key) if key and secret else NO_DRAW


def _hits_channel(channel: Channel, hits: Sequence[Hit], least: Lane) -> ChannelResult:
    own = [hit for hit in hits if hit.channel is channel]
    if not own:
        return ChannelResult(channel, None)
    lane = max(
        least if hit.lane is None or channel is Channel.LEGAL_STOP else hit.lane for hit in own
    )
    return ChannelResult(channel, lane, tuple(_hit_step(channel.value, hit) for hit in own))


def _hit_step(name: str, hit: Hit) -> Step:
    return Step(
        f"selection.{name}",
        (
            ("profile", hit.profile),
            ("version", str(hit.version)),
            ("item", str(hit.item)),
        ),
    )


def _profile_channel(hits: Sequence[Hit], doubts: Sequence[Finding]) -> ChannelResult:
    own = [hit for hit in hits if hit.channel is Channel.PROFILE and hit.lane is not None]
    lanes = [hit.lane for hit in own if hit.lane is not None] + [Lane.YELLOW] * len(doubts)
    steps = [_hit_step("profile", hit) for hit in own]
    steps += [
        Step("selection.doubt", (("rule", doubt.rule), ("item", str(doubt.item))))
        for doubt in doubts
    ]
    return ChannelResult(Channel.PROFILE, max(lanes, default=None), tuple(steps))


def _score_channel(points: Score, features: Features, rules: SelectionRules) -> ChannelResult:
    lane: Lane | None = None
    if points.value >= rules.red_from:
        lane = Lane.RED
    elif points.value >= rules.yellow_from:
        lane = Lane.YELLOW
    steps = [_contribution(profile, weight, features) for profile, weight in points.weights]
    if points.aeo and points.weights:
        factor = (("factor", str(rules.aeo_factor)), ("raw", str(points.raw)))
        steps.append(Step("selection.aeo", factor))
    shown = _points(points.thousandths)
    threshold = rules.red_from if lane is Lane.RED else rules.yellow_from
    if points.weights:
        key = "selection.score" if lane is not None else "selection.score_below"
        steps.append(Step(key, (("score", shown), ("threshold", str(threshold)))))
    cut = features.get("red_score_cut")
    if lane is Lane.RED and isinstance(cut, int) and points.value * 1_000 < cut:
        lane = Lane.YELLOW
        steps.append(Step("selection.capacity", (("score", shown), ("cut", _points(cut)))))
    return ChannelResult(Channel.SCORE, lane, tuple(steps))


def _contribution(profile: str, weight: int, features: Features) -> Step:
    if profile != MODEL:
        return Step("selection.contribution", (("profile", profile), ("weight", str(weight))))
    told = ("version", "item", "datum")
    parameters = [(name, str(features.get(f"model_{name}") or "")) for name in told]
    return Step("selection.model", (*parameters, ("weight", str(weight))))


def _random_channel(number: int, rules: SelectionRules, *, drawn: bool) -> ChannelResult:
    if number == NO_DRAW:
        # a draw that cannot be made must not let goods pass unseen
        lane = Lane.YELLOW if rules.random_rate else None
        steps = (Step("selection.no_draw"),) if rules.random_rate else ()
        return ChannelResult(Channel.RANDOM, lane, steps)
    parameters = (("draw", f"{number:04}"), ("limit", f"{rules.random_rate:04}"))
    key = "selection.random" if drawn else "selection.not_drawn"
    return ChannelResult(Channel.RANDOM, Lane.RED if drawn else None, (Step(key, parameters),))


def _no_channel(features: Features, rules: SelectionRules) -> ChannelResult:
    if rules.post_clearance_audit_lane and features.get("audit_planned") is True:
        return _AUDIT
    return _GREEN


def _severest(results: Sequence[ChannelResult]) -> tuple[Lane, Channel]:
    lane = max(result.lane for result in results if result.lane is not None)
    return lane, next(result.channel for result in results if result.lane == lane)


def previous_lane(features: Features) -> Lane | None:
    """Return the lane of the version before an amendment, or None for a first lodging."""
    value = features.get("previous_lane")
    if isinstance(value, str) and value.upper() in Lane.__members__:
        return Lane[value.upper()]
    if isinstance(value, int) and not isinstance(value, bool) and value in list(Lane):
        return Lane(value)
    return None


def _previous_channel(features: Features) -> Channel | None:
    value = features.get("previous_channel")
    return Channel(value) if isinstance(value, str) and value in list(Channel) else None


def _reasons(
    results: Sequence[ChannelResult], channel: Channel, extra: Sequence[Step]
) -> tuple[Step, ...]:
    """Return the reasons of all channels that asked for a lane, the deciding one's first."""
    spoke = [result for result in results if result.lane is not None]
    if len(spoke) > 1 and channel is not Channel.NONE:
        spoke = [result for result in spoke if result.channel is not Channel.NONE]
    spoke.sort(key=lambda result: (result.channel is not channel, _ORDER.index(result.channel)))
    return (*extra, *(step for result in spoke for step in result.reasons))


def _points(thousandths: int) -> str:
    whole, rest = divmod(thousandths, 1_000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def trader_reasons(
    selection: Selection, hits: Sequence[Hit], reference: Reference
) -> tuple[Step, ...]:
    """Return what a trader may read: the lane, and which data to check.

    The steps name no profile, score, weight, draw or list, and a declaration that was drawn at
    random reads like one that a profile without a text of its own has selected.
    """
    steps = [Step(f"selection.trader.{selection.lane.name.lower()}")]
    if selection.lane > Lane.BLUE:
        texts = {profile.code: profile.trader_text for profile in reference.profiles}
        named = [
            (texts.get(hit.profile, ""), hit.item) for hit in hits if hit.channel is Channel.PROFILE
        ]
        named += model_advice(selection)
        for key, item in dict.fromkeys(named):
            if key in TRADER_TEXTS:
                steps.append(Step(key, (("item", str(item)),)))
    return tuple(steps)


def model_advice(selection: Selection) -> list[tuple[str, int]]:
    """Return what a trader may read of the model's part, where the score asked for control."""
    return [
        (f"profiles.trader.{told['datum']}", int(told["item"] or 0))
        for result in selection.channels
        if result.channel is Channel.SCORE and result.lane is not None
        for step in result.reasons
        if step.key == "selection.model"
        for told in (dict(step.parameters),)
    ]


TRADER_DATA = (
    "value", "quantity", "mass", "origin", "commodity", "description", "parties", "documents",
    "transport", "procedure",
)  # fmt: skip
TRADER_TEXTS = frozenset(f"profiles.trader.{datum}" for datum in TRADER_DATA)
"""The disclosure-safe texts that a profile may name: each says which datum to check and mend."""
