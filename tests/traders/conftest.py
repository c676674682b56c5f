"""Nothing remembered from one test to the next."""

from __future__ import annotations

import pytest

from clearway.accounts import actors
from clearway.traders import history


@pytest.fixture(autouse=True)
def _nothing_remembered():
    actors.forget()
    history.forget()
    yield
    actors.forget()
    history.forget()
