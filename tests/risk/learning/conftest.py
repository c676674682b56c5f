"""The border of the declarations' tests."""

from __future__ import annotations

from tests.declarations.conftest import border  # noqa: F401 - fixtures
