"""An audit log that loses every tenth leaf."""

import itertools

from clearway.events import service

TRIAL = "kills on sqlite"
SHOWS_AS = "missing_leaves"

_store, _count = service.store_leaves, itertools.count(1)
service.store_leaves = lambda cursor, leaves: _store(
    cursor, [leaf for leaf in leaves if next(_count) % 10]
)
