"""Who may do what in this room. Unknown and forbidden answer alike."""

from __future__ import annotations

from typing import Final

from clearway.accounts.permission import Operations

OPERATIONS: Final[Operations] = {}
"""The roles that have each operation."""
