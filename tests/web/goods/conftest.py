"""The fixtures of the room's own tests, for its pages."""

from __future__ import annotations

from tests.clearance.test_exits import clerk, lot  # noqa: F401 - fixtures
from tests.clearance.test_holds import inside  # noqa: F401 - fixtures
