"""The connection (see ``slow_commit``)."""

from __future__ import annotations

from clearway.proving.intake_bench.slow_commit import SlowCommit
from clearway.site.sqlite import base


class DatabaseWrapper(SlowCommit, base.DatabaseWrapper):
    """One connection whose commits take longer."""
