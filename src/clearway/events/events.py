"""The facts that this room announces itself (subjects in brackets).

- ``event.parked``, ``.settled`` [``event:<number>``]: a consumer could not handle an event, an
  operator must look; it did at an operator's retry.
- ``webhook.made``, ``.changed``, ``.rotated``, ``.removed``, ``.replayed`` [``webhook:<id>``]
- ``webhook.disabled`` [``webhook:<id>``]: it failed for too long, or its receiver said 410 Gone.
"""

from __future__ import annotations

from typing import Final

PARKED: Final = "event.parked"
SETTLED: Final = "event.settled"
WEBHOOK_MADE: Final = "webhook.made"
WEBHOOK_CHANGED: Final = "webhook.changed"
WEBHOOK_ROTATED: Final = "webhook.rotated"
WEBHOOK_REMOVED: Final = "webhook.removed"
WEBHOOK_REPLAYED: Final = "webhook.replayed"
WEBHOOK_DISABLED: Final = "webhook.disabled"
