"""How much is tried: the default run tries less than ``start.py test --long``."""

from __future__ import annotations

LONG = False
"""Set by ``tests/conftest.py`` before any test is read."""


def examples(thorough: int) -> int:
    """Return how many examples of Hypothesis a slow test tries: all of them in a long run."""
    return thorough if LONG else thorough * 2 // 5
