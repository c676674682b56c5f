"""What every test of the platform stands on: Django set up once, and both databases.

- ``@pytest.mark.django_db``: SQLite, rolled back afterwards. The test holds the one writer's turn
  (``site.sqlite``), so that nothing in another thread can write meanwhile.
- ``@pytest.mark.django_db(transaction=True)``: SQLite in a file, emptied afterwards; threads may
  write. For whatever the intake line does.
- the fixture ``both_databases``: the same, run once on SQLite and once on PostgreSQL.
- the fixture ``postgresql``: the private cluster itself, for tests that start a server
  (``CLEARWAY_DATABASE=postgresql.url(postgresql.new_database())``).
- the fixture ``simulated_clock``: the platform's clock stands where the test sets it.
- the fixture ``ready_folder``: a data folder on which a server starts at once.
- the fixture ``kept``: what a test begins with is made once and written again for the others.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is: speed is measured by benchmarks alone.
settings.register_profile("clearway", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("clearway")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever runs the tests in the background has Ctrl-C ignored, and every program that they
    # start would inherit that, the ones that are to be interrupted too.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_FOLDER = Path(tempfile.mkdtemp(prefix=f"clearway-tests-{_WORKER}"))
for _name in [name for name in os.environ if name.startswith("CLEARWAY_")]:
    if _name not in {"CLEARWAY_OPEN_DATA", "CLEARWAY_VENV", "CLEARWAY_COMMAND"}:
        del os.environ[_name]
os.environ["DJANGO_SETTINGS_MODULE"] = "clearway.site.settings"
os.environ["CLEARWAY_DATA"] = str(_FOLDER)

import django  # noqa: E402 - it reads what was set above
from django.conf import settings  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """Let the workers find no settings but their own.

    They inherit this environment, and pytest-django would read the settings named in it, with
    this process's folder, before this file is read there.
    """
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure():
    shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Let the test database be a file of this process, so that threads see each other's rows."""
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(_FOLDER / "test.sqlite3")


@pytest.fixture(scope="session")
def _made_ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ready")
    told = (
        "import os; os.umask(0o077); from clearway.site.serving import make_ready, prepare; "
        "prepare(); make_ready()"
    )
    subprocess.run(
        [sys.executable, "-c", told], env={**os.environ, "CLEARWAY_DATA": str(folder)}, check=True
    )
    return folder


@pytest.fixture
def ready_folder(_made_ready, tmp_path):
    """Return a data folder as the first start leaves it: tables made, the first pack published.

    To make one takes most of a server's start. What a first start does is for tests of that.
    """
    return Path(shutil.copytree(_made_ready, tmp_path / "ready"))


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
def migrated_template(postgresql, django_db_blocker):
    from django.core.management import call_command

    name = postgresql.new_database()
    with django_db_blocker.unblock(), _default_database(postgresql.url(name)):
        call_command("migrate", verbosity=0)
    return name


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Let pytest-django make its database for the tests that use ``both_databases``."""
    for item in items:
        if "both_databases" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True))


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


@pytest.fixture
def simulated_clock(settings):
    """A clock that stands at 2026-03-02 08:00 UTC until the test moves it."""
    from clearway.vocabulary.clock import SimulatedClock

    settings.CLOCK = SimulatedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    return settings.CLOCK


@pytest.fixture(scope="session")
def _packs(tmp_path_factory):
    """The folder of compiled packs, filled once for all tests: what is kept names them."""
    return tmp_path_factory.mktemp("packs")


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


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Let no test meet keys, parties or packs that a test before it remembered."""
    from clearway.accounts import actors
    from clearway.reference import in_force
    from clearway.traders import history

    for memory in (actors, in_force, history):
        memory.forget()
