"""Every write of what a gate decided while it was cut off, told afterwards; and alarms looked at.

A device keeps what it let pass and what it refused, each with a number of its own, and sends all
of it until it is answered: the same is kept once. What passed has passed, so it stays accepted;
where the token had been used elsewhere, recalled or was not good, an alarm says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.gate import events, passing, queries
from clearway.gate.models import Gate, Passage, Token
from clearway.gate.rules import ALARMS, At, Shown, refused
from clearway.vocabulary.errors import StateForbids

MOST: Final = 500
"""Attempts that are taken at once."""


class Kept(msgspec.Struct, frozen=True):
    """An attempt as a device kept it. ``accepted`` and ``reason`` are what it decided."""

    sequence: int
    at: datetime
    shown: Shown
    accepted: bool
    reason: str = ""


def reconcile(actor: Actor, gate: Gate, device: str, told: Sequence[Kept]) -> list[Passage]:
    """Keep what a device decided while it was cut off, in its order.

    Args:
        actor: the terminal's clerk or its device.
        gate: a gate of his terminal.
        device: the device's own name for itself.
        told: attempts; those that are known are answered as they were kept.

    Returns:
        The attempts, as they are kept now.
    """
    found = []
    for one in sorted(told, key=lambda each: each.sequence):
        before = queries.kept(gate.pk, device, one.sequence)
        found.append(before or _keep(actor, gate, device, one))
    return found


def _keep(actor: Actor, gate: Gate, device: str, one: Kept) -> Passage:
    with act(actor) as doing:
        at = min(one.at, doing.at)  # a device whose clock is ahead tells no future
        token, fault = passing.found(one.shown.code)
        reason = one.reason[:16]
        if one.accepted:
            reason = fault or _against(
                doing, token, one.shown, At(gate.organisation, gate.code, at)
            )
        passage = passing.keep(doing, gate, one.shown, token, reason)
        passage.verdict = "accepted" if one.accepted else "refused"
        passage.alarm = bool(reason) if one.accepted else reason in ALARMS
        passage.offline, passage.device, passage.sequence = True, device, one.sequence
        passage.at = at
        passage.save()
        passing.tell(doing, passage)
    return passage


def _against(doing: Act, token: Token | None, shown: Shown, here: At) -> str:
    """Return what speaks against a passage that has happened; empty where nothing does.

    A token that was recalled after the passage was good when it was shown; that the goods are
    gone all the same is what somebody has to look at.
    """
    if token is None:
        return "unknown"
    reason = refused(queries.bound(token), token.state, shown, here)
    return reason or passing.pass_through(doing, token, here)


def see(actor: Actor, alarm: Passage) -> Passage:
    """Say that somebody looked at an alarm.

    Raises:
        StateForbids: somebody did before.
    """
    with act(actor) as doing:
        rows = Passage.objects.filter(pk=alarm.pk, seen_at=None)
        if not rows.update(seen_at=doing.at, seen_by=actor.name):
            raise StateForbids("Somebody looked at this alarm already.")
        alarm.refresh_from_db()
        _tell_seen(doing, alarm)
    return alarm


def _tell_seen(doing: Act, alarm: Passage) -> None:
    subject = (
        events.subject(alarm.token.serial) if alarm.token else events.gate_subject(alarm.gate_id)
    )
    body = {"reason": alarm.reason, "unit": alarm.unit, "gate": alarm.gate.code}
    doing.announce(events.ALARM_SEEN, subject, body, concerns=(alarm.gate.organisation,))
