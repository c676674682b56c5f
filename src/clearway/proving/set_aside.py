"""A program over a platform's data: messages in quarantine and alarms, as a failure leaves them.

It takes the messages as a JSON list from standard input. A check wants them without breaking the
line that it checks.
"""

from __future__ import annotations

import json
import sys

from clearway.site.preparing import prepare


def set_aside(messages: list[object]) -> None:
    """Put each message into quarantine by the room's own act, and raise an alarm for each."""
    from clearway.accounts.actors import actor_of_key
    from clearway.accounts.ready import demo_secret
    from clearway.audit import clock
    from clearway.intake import service
    from clearway.intake.submission import JSON, Piece, Submission

    sender = actor_of_key(demo_secret("trader"))
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


if __name__ == "__main__":
    prepare()
    set_aside(json.load(sys.stdin))
