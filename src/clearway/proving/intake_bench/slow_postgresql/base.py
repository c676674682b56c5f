"""The connection (see ``slow_commit``)."""

from __future__ import annotations

from django.db.backends.postgresql import base

from clearway.proving.intake_bench.slow_commit import SlowCommit


class DatabaseWrapper(SlowCommit, base.DatabaseWrapper):
    """One connection whose commits take longer."""
