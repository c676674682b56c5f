"""A program over a platform's data: what failures leave: messages held, alarms, parked events.

It takes the messages as a JSON list from standard input. A check wants them without breaking the
line that it checks.
"""

from __future__ import annotations

import json
import sys

from clearway.site.preparing import prepare


def set_aside(messages: list[object]) -> None:
    """By the rooms' own acts quarantine each message, raise an alarm and park an event for it."""
    from clearway.accounts.actors import actor_of_key
    from clearway.accounts.ready import demo_secret
    from clearway.audit import clock
    from clearway.events import dispatch, queries
    from clearway.intake import service
    from clearway.intake.submission import JSON, Piece, Submission

    sender = actor_of_key(demo_secret("trader"))
    heard = queries.news(queries.START)[0]
    for number, message in enumerate(messages, 1):
        submission = Submission(
            actor=sender,
            door="api",
            media_type=JSON,
            body=json.dumps(message).encode(),
            received_at=clock.now(),
            idempotency_key=f"set-aside-{number}",
        )
        piece = Piece(submission, submission.digest(), [])
        service.quarantine(piece, "assess", RuntimeError("set aside for a check"))
        service.alarm("check", f"alarm {number}")
        dispatch.park("webhooks", heard[number], 6, "RuntimeError: set aside for a check")


if __name__ == "__main__":
    prepare()
    set_aside(json.load(sys.stdin))
