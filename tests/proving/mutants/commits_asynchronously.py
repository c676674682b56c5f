"""Connections whose commits do not wait for PostgreSQL's disk: what it had yet to write is lost."""

from django.db.backends.signals import connection_created

TRIAL = "restarts of PostgreSQL"
SHOWS_AS = "lost"


def hurry(connection, **_):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")


connection_created.connect(hurry, weak=False)
