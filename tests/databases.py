"""The databases of the tests: migrated once for all processes, and emptied between two tests."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Return ``made_once(name, make)``: what ``make(path)`` made, once for all processes."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if _WORKER else own

    def made_once(name, make):
        made, making = folder / name, folder / f"{name}-{_WORKER}-making"
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                make(making)
                making.rename(made)
        return made

    return made_once


@pytest.fixture(scope="session")
def migrated_sqlite(made_once, django_db_blocker):
    """Return the file of a migrated SQLite, to be copied: to migrate takes seconds."""
    from django.core.management import call_command
    from django.db import connection

    def migrate(path):
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], str(path)
        try:
            with django_db_blocker.unblock():
                call_command("migrate", verbosity=0)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before

    return made_once("migrated.sqlite3", migrate)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, migrated_sqlite, django_db_blocker):
    """Let the test database be a file of this process, so that threads see each other's rows."""
    from django.db import connection
    from django.test import TransactionTestCase

    file = shutil.copyfile(migrated_sqlite, Path(os.environ["CLEARWAY_DATA"]) / "test.sqlite3")
    connection.settings_dict["NAME"] = str(file)
    with django_db_blocker.unblock():
        first_rows = _statements(connection, _filled(connection) - _MIGRATED)
    # Django's own way empties every table, and then asks whether each permission is still there.
    TransactionTestCase._fixture_teardown = lambda _: _empty_file_again(first_rows)
    yield
    connection.close()


@pytest.fixture(scope="session")
def postgresql():
    """A private PostgreSQL cluster, ended with the session."""
    from clearway.proving.private_postgresql import NoPostgreSQL, PrivateCluster

    try:
        cluster = PrivateCluster()
    except NoPostgreSQL as reason:
        pytest.skip(str(reason))
    with cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_template(postgresql, made_once, django_db_blocker):
    from django.core.management import call_command

    from clearway.proving.private_postgresql import programs

    name = postgresql.new_database()
    url, mine = postgresql.url(name), []

    def migrate(path):
        with django_db_blocker.unblock(), _default_database(url):
            call_command("migrate", verbosity=0)
        words = ["--format=custom", f"--file={path}", url]
        subprocess.run([programs() / "pg_dump", *words], check=True)
        mine.append(name)

    path = made_once("migrated.postgresql", migrate)
    if not mine:
        words = ["--no-owner", "--exit-on-error", f"--dbname={url}", path]
        subprocess.run([programs() / "pg_restore", *words], check=True)
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def both_databases(request):
    """Run the test on a migrated SQLite and on a migrated PostgreSQL; gives which it is.

    Threads may open their own connections; they must be closed before the test ends.
    """
    if request.param == "sqlite":
        yield "sqlite"
        return
    url, first_rows = request.getfixturevalue("postgresql_to_fill")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), _default_database(url):
        yield "postgresql"
        _empty_again(first_rows)


@pytest.fixture(scope="session")
def postgresql_to_fill(postgresql, migrated_template, django_db_blocker):
    """Return the URL of a migrated PostgreSQL, and the statements of the rows it begins with.

    One database serves the tests one after another: to empty what a test filled takes a tenth of
    the time that a new copy takes.
    """
    from django.db import connection

    url = postgresql.url(postgresql.new_database(migrated_template))
    with django_db_blocker.unblock(), _default_database(url):
        return url, _statements(connection, _filled(connection) - _MIGRATED)


_MIGRATED = {"django_migrations", "django_content_type", "auth_permission"}
"""What migrating fills and no test touches."""


def _empty_again(first_rows):
    """Give PostgreSQL's tables back the rows, and the counters, that they had at first."""
    from django.db import connection

    connection.close()  # a test may have left it within a transaction that failed
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # Few rows stand in many tables: to delete them costs less than new files for each table.
        cursor.execute("SET session_replication_role = replica")  # no foreign key is asked
        for table in _filled(connection) - _MIGRATED:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        cursor.execute("RESET session_replication_role")
        cursor.execute(
            "SELECT setval(quote_ident(sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )
        for statement in first_rows:
            cursor.execute(statement)


def _empty_file_again(first_rows):
    """Give the tables of SQLite back the rows that they had at first."""
    from django.db import connection, transaction

    connection.close()  # a test may have left it within a transaction that failed
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _filled(connection) - _MIGRATED:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for statement in first_rows:
            cursor.execute(statement)


@contextlib.contextmanager
def _default_database(url):
    """Let Django's default connection, in every thread, lead to another database."""
    from django.db import connections

    from clearway.site.settings import database_at

    before = connections.settings["default"]
    mine = connections["default"] if hasattr(connections._connections, "default") else None
    after = {**before, "OPTIONS": {}, **database_at(url)}
    connections.settings["default"] = after
    if mine is not None:
        delattr(connections._connections, "default")
    try:
        yield
    finally:
        connections["default"].close()
        delattr(connections._connections, "default")
        connections.settings["default"] = before
        if mine is not None:
            connections["default"] = mine


@pytest.fixture(scope="session")
def _kept():
    return {}


@pytest.fixture
def kept(_kept, request):
    """Return ``kept(make)``, which calls ``make`` and keeps the rows it wrote.

    To the next test that makes the same, at the same simulated hour, the rows are given as they
    were: the demonstration's parties alone take a thousand statements. The tables that ``make``
    writes must be empty before; it returns nothing but what its rows say.
    """
    from django.conf import settings
    from django.db import connection, transaction

    def kept(make):
        hour = settings.CLOCK.now() if "simulated_clock" in request.fixturenames else None
        name = make.__module__, make.__qualname__, hour, connection.vendor
        if name in _kept:
            made, statements = _kept[name]
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            return made
        before = _filled(connection)
        made = make()
        _kept[name] = made, _statements(connection, _filled(connection) - before)
        return made

    return kept


def _filled(connection):
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        named = [(one, connection.ops.quote_name(one)) for one in tables]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{one}', EXISTS (SELECT 1 FROM {quoted})" for one, quoted in named
            )
        )
        return {table for table, filled in cursor.fetchall() if filled}


def _statements(connection, tables):
    """Return the statements that fill tables as they are, and set PostgreSQL's counters."""
    postgresql = connection.vendor == "postgresql"
    literal = "quote_nullable({}::text)" if postgresql else "quote({})"
    found = []
    with connection.cursor() as cursor:
        for table in sorted(tables):
            described = connection.introspection.get_table_description(cursor, table)
            names = [connection.ops.quote_name(column.name) for column in described]
            written = " || ',' || ".join(literal.format(name) for name in names)
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT '(' || {written} || ')' FROM {quoted}")
            rows = ", ".join(row[0] for row in cursor.fetchall())
            found.append(f"INSERT INTO {quoted} ({', '.join(names)}) VALUES {rows}")
        if postgresql:
            cursor.execute(
                "SELECT format('SELECT setval(%L, %s)', quote_ident(sequencename), last_value)"
                " FROM pg_sequences WHERE last_value IS NOT NULL"
            )
            found += [row[0] for row in cursor.fetchall()]
    return found
