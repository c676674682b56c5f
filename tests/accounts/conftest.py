"""The demonstration's organisations, people and keys."""

from __future__ import annotations

import pytest


@pytest.fixture
def demo(db, kept):
    """Every actor of the demonstration, by name."""
    from clearway.accounts.seeding import seed_demo

    return kept(seed_demo)
