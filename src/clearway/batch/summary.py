"""What a run found, counted: the figures of the summary, in no language."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from clearway.kernel.decisions import Channel, Decision, Lane, Severity
from clearway.kernel.lodgement import Lodgement


class Summary(msgspec.Struct, kw_only=True):
    """The counts of one run.

    Charges, questions, lanes and reasons are counted for accepted declarations only: a rejected
    one owes nothing and takes no lane until it is mended.

    ``charges`` are payable minor units of ``currency`` per tax; ``uncomputed`` counts charge
    lines without an amount. ``reasons`` counts declarations by channel and first reason (a
    profile's code, the number of a rule in doubt). ``findings`` counts by rule,
    ``severities`` by severity. ``seconds`` is processor time of assessing alone.
    """

    currency: str
    exponent: int
    kernel_version: str
    reference_hash: str
    reference_name: str = ""
    files: int = 0
    declarations: int = 0
    items: int = 0
    accepted: int = 0
    rejected: int = 0
    unreadable: int = 0
    findings: Counter[str] = msgspec.field(default_factory=Counter)
    severities: Counter[str] = msgspec.field(default_factory=Counter)
    charges: Counter[str] = msgspec.field(default_factory=Counter)
    uncomputed: int = 0
    questions: Counter[str] = msgspec.field(default_factory=Counter)
    lanes: Counter[str] = msgspec.field(default_factory=Counter)
    channels: Counter[str] = msgspec.field(default_factory=Counter)
    reasons: Counter[str] = msgspec.field(default_factory=Counter)
    engine_failures: int = 0
    seconds: float = 0.0
    elapsed: float = 0.0

    def add(self, lodgement: Lodgement, decision: Decision) -> None:
        """Count one declaration."""
        self.declarations += 1
        self.items += len(lodgement.items)
        if decision.accepted:
            self.accepted += 1
        else:
            self.rejected += 1
        for finding in decision.findings:
            self.findings[finding.rule] += 1
            self.severities[finding.severity.value] += 1
            self.engine_failures += finding.rule == "CLW9001"
        if not decision.accepted:  # owes nothing and takes no lane until it is mended
            return
        for line in decision.charges:
            if line.payable is None:
                self.uncomputed += 1
            else:
                self.charges[line.tax] += line.payable
        for question in decision.questions:
            self.questions[question.kind] += 1
        if decision.selection is not None:
            self.lanes[decision.selection.lane.name] += 1
            self.channels[decision.selection.channel.value] += 1
            self.reasons[_first_reason(decision)] += 1

    def as_document(self) -> dict[str, Any]:
        """Return the summary for JSON: counts by falling frequency, lanes from green to red."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        for name in ("findings", "reasons", "questions", "severities", "channels"):
            counts: Counter[str] = getattr(self, name)
            document[name] = dict(counts.most_common())
        document["lanes"] = {lane.name: self.lanes[lane.name] for lane in Lane}
        document["charges"] = dict(sorted(self.charges.items()))
        return document


def _first_reason(decision: Decision) -> str:
    """Return what selected: the channel, and the profile where one did."""
    assert decision.selection is not None
    channel = decision.selection.channel
    decisive = [
        hit.profile
        for hit in decision.hits
        if hit.channel is channel and hit.lane == decision.selection.lane
    ]
    if not decisive and channel is Channel.PROFILE:  # a doubt asks for documents as a profile does
        decisive = [f.rule for f in decision.findings if f.severity is Severity.DOUBT]
    return f"{channel.value}:{decisive[0]}" if decisive else channel.value
