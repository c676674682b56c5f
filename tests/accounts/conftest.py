"""The demonstration's organisations, people and keys, and a memory that starts empty."""

from __future__ import annotations

import pytest

from clearway.accounts import actors


@pytest.fixture(autouse=True)
def _nothing_remembered():
    actors.forget()
    yield
    actors.forget()


@pytest.fixture
def demo(db):
    """Every actor of the demonstration, by name."""
    from clearway.accounts.seeding import seed_demo

    return seed_demo()
