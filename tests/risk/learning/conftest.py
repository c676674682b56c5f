"""The border of the declarations' tests, and no model in the memory of the process."""

from __future__ import annotations

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.risk.learning import serving


@pytest.fixture(autouse=True)
def _no_model_is_remembered():
    serving._Memory.known = None
    serving.forget()
    yield
    serving._Memory.known = None
    serving.forget()
