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

The fixtures of the databases are made in ``tests/databases.py``.
"""

from __future__ import annotations

import gc
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
from tests import effort

# How long an example takes says how busy the machine is: speed is measured by benchmarks alone.
settings.register_profile("clearway", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("clearway")

pytest_plugins = ("tests.databases",)

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
# By its secret an installation numbers what it accepts, and by the number it draws what it inspects
# at random: in the tests that is the same in every run.
(_FOLDER / "secret.key").write_text("the secret of the tests, which is none")

import django  # noqa: E402 - it reads what was set above
from django.conf import settings  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()


def pytest_configure(config):
    effort.LONG = "not long" not in config.option.markexpr


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """Let the workers find no settings but their own.

    They inherit this environment, and pytest-django would read the settings named in it, with
    this process's folder, before this file is read there.
    """
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure():
    shutil.rmtree(_FOLDER, ignore_errors=True)


def pytest_collection_finish():
    """Look no more at what stays to the end, and seldom at the rest: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture(scope="session")
def made_ready(made_once, migrated_sqlite):
    """The folder that ``ready_folder`` copies."""

    told = (
        "import os; os.umask(0o077); from clearway.site.serving import make_ready, prepare; "
        "prepare(); make_ready()"
    )

    def make(folder):
        folder.mkdir(mode=0o700)
        shutil.copyfile(migrated_sqlite, folder / "clearway.sqlite3")
        (folder / "clearway.sqlite3").chmod(0o600)
        environment = {**os.environ, "CLEARWAY_DATA": str(folder)}
        subprocess.run([sys.executable, "-c", told], env=environment, check=True)

    return made_once("ready", make)


@pytest.fixture
def ready_folder(made_ready, tmp_path):
    """Return a data folder as the first start leaves it: tables made, the first pack published.

    To make one takes most of a server's start. What a first start does is for tests of that.
    """
    return Path(shutil.copytree(made_ready, tmp_path / "ready"))


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """Let pytest-django make its database for the tests that use ``both_databases``.

    What takes longest comes first: nobody shall wait for it in the end, nor lay its world twice.
    """
    for item in items:
        if "both_databases" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True))
    yield
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


_LONGEST = (
    "tests/web/test_statements.py",
    "tests/api/test_access_matrix.py",
    "tests/site/",
    "tests/simulators/test_border_runs.py",
    "tests/simulators/test_hidden_truth.py",
)


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


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Let no test meet what a test before it remembered of a database that is no more."""
    from clearway.accounts import actors
    from clearway.intelligence import searching, watched
    from clearway.reference import in_force
    from clearway.risk.learning import serving
    from clearway.risk.memory import queries as evidence
    from clearway.risk.outcomes import summing
    from clearway.risk.prices import queries as prices
    from clearway.risk.profiles import health
    from clearway.risk.profiles import in_force as profiles
    from clearway.risk.scoring import planning
    from clearway.risk.scoring import queries as plans
    from clearway.supervision import days, summary
    from clearway.traders import history

    for memory in (
        actors, searching, watched, in_force, serving, evidence, summing, prices, health, profiles,
        planning, plans, days, summary, history,
    ):  # fmt: skip
        memory.forget()
