"""The facts that the gate announces (subjects in brackets).

Tokens [``gate_token:<serial>``] and gates [``gate:<number>``]. Passages carry the equipment event
codes of DCSA Track and Trace: GTOT out, GTIN in.
"""

from __future__ import annotations

OPENED = "gate.opened"
ISSUED = "gate.token_issued"
SHOWN = "gate.token_shown"
"""Who asked for a token that he has already was given the same again."""
RECALLED = "gate.token_recalled"
"""A token holds no longer: gates that are online refuse it from that moment."""
PASSED = "gate.passed"
REFUSED = "gate.refused"
ALARM = "gate.alarm"
"""A refusal at which somebody has to look, or a token that was used twice."""
ALARM_SEEN = "gate.alarm_seen"


def subject(serial: str) -> str:
    """Return the subject under which facts about a token are announced."""
    return f"gate_token:{serial}"


def gate_subject(number: int) -> str:
    """Return the subject under which facts about a gate are announced."""
    return f"gate:{number}"
