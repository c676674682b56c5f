"""An audit log whose leaves never reach the outbox."""

from clearway.audit import service

TRIAL = "kills on sqlite"
SHOWS_AS = "missing_outbox"

_insert = service.insert


def insert_some(cursor, table, columns, rows):
    if table != "audit_entry":
        _insert(cursor, table, columns, rows)


service.insert = insert_some
