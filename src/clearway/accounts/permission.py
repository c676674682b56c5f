"""The permission check, for the rooms above; the lock itself hangs in ``audit.permission``."""

from clearway.audit.permission import CUSTOMS, EVERYBODY, TRADE, Operations, refuse, require

__all__ = ["CUSTOMS", "EVERYBODY", "TRADE", "Operations", "refuse", "require"]
