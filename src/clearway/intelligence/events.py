"""The facts that intelligence announces: none concerns a trader, none is told to one.

Subjects: ``watch_entry:<id>``, ``watchlist:<code>``, ``intelligence:<id>``, ``watch_match:<id>``,
``targeting_case:<id>``. No body holds a name: who may look reads it in the room.
"""

from __future__ import annotations

from typing import Final

LIST_MADE: Final = "watchlist.made"
VERSION_IMPORTED: Final = "watchlist.version_imported"
VERSION_DECIDED: Final = "watchlist.version_decided"
ENTRY_PROPOSED: Final = "watch_entry.proposed"
ENTRY_DECIDED: Final = "watch_entry.decided"
ENTRY_ENDED: Final = "watch_entry.ended"
RECORDED: Final = "intelligence.recorded"
AMENDED: Final = "intelligence.amended"
LINKED: Final = "intelligence.linked"
CLOSED: Final = "intelligence.closed"
MATCH_FOUND: Final = "watch_match.found"
MATCH_DECIDED: Final = "watch_match.decided"
CASE_OPENED: Final = "targeting_case.opened"
CASE_REVIEWED: Final = "targeting_case.reviewed"
TARGETED: Final = "targeting_case.targeted"
"""A target note: ``about`` and ``number`` name the record, ``wish`` is inspect, hold or both."""
CASE_CLEARED: Final = "targeting_case.cleared"
