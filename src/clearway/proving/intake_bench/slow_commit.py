"""A commit that takes two milliseconds longer, as on a disk or a replica further away."""

from __future__ import annotations

import time
from typing import Any

DELAY = 0.002


class SlowCommit:
    """Mixed into a database backend."""

    def _commit(self) -> Any:
        time.sleep(DELAY)
        return super()._commit()  # type: ignore[misc]
