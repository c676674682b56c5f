"""The trials: kills, restarts of the database, a full disk, and one key from many hands."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec

from clearway.proving.durability.bulk_sender import BulkSender
from clearway.proving.durability.changer import Changer
from clearway.proving.durability.lodger import Lodgers, Numbers, Told
from clearway.proving.durability.record import Verdict, judge
from clearway.proving.private_postgresql import PrivateCluster
from clearway.proving.synthetic_messages import Messages, set_the_clock
from clearway.site.server_process import HOST, SERVE, ServerProcess

CLIENTS, CHANGERS = 16, 4
READY_WITHIN = 5.0
_WORKING, _STARTING = 1.0, 2.5
"""Seconds until a kill, at most: of a server that acknowledges, of one that was just launched."""
_OF_STARTS = 0.2
"""Share of the kills that come before the server is ready."""
_PER_FAILURE = 2_000
"""Messages that are there for each failure: more than can be lodged until the next."""
_RUN = "durability"
_SMALL_DISK_MIB = 96


class Trial(msgspec.Struct, kw_only=True):
    """What one trial showed. ``ready`` lists the seconds from each start to readiness."""

    name: str
    failures: int
    verdict: Verdict
    ready: list[float] = []
    late: int = 0
    note: str = ""
    skipped: str = ""

    @property
    def passed(self) -> bool:
        """Whether the record was whole and the server back in time."""
        return not self.skipped and self.verdict.clean and not self.late


class Bench(msgspec.Struct):
    """What every trial needs: how servers are started, and where progress is told."""

    tell: Callable[[str], None]
    program: tuple[str, ...] = SERVE
    seed: int = 7


def kills(bench: Bench, count: int, database: str) -> Trial:
    """Kill the server at random moments under load, some of them during its start."""
    with _postgresql(database) as cluster, TemporaryDirectory(prefix="clearway-check-") as folder:
        url = cluster.url(cluster.new_database()) if cluster else "sqlite"
        return _killed(bench, count, url, Path(folder), f"kills on {database}")


def _killed(bench: Bench, count: int, url: str, folder: Path, name: str) -> Trial:
    chance = random.Random(bench.seed)
    with _started(bench, folder, url) as server:
        load = _Load(server, _PER_FAILURE * count)
        load.start()
        ready: list[float] = []
        starting = False
        for number in range(1, count + 1):
            if not starting:
                _seconds_until_it_takes(load.told)
            time.sleep(chance.uniform(0.0, _STARTING if starting else _WORKING))
            server.kill()
            server.launch()
            starting = number < count and chance.random() < _OF_STARTS
            if not starting:
                ready.append(server.wait_until_ready())
            _tell_progress(bench, name, number, count, load.told)
        return _judged(name, server, load, count, ready, url)


def database_restarts(bench: Bench, count: int) -> Trial:
    """End PostgreSQL at once, as a failure would, and start it again, under load."""
    name = "restarts of PostgreSQL"
    with _postgresql("postgresql") as cluster, TemporaryDirectory() as folder:
        assert cluster is not None
        url = cluster.url(cluster.new_database())
        with _started(bench, Path(folder), url) as server:
            load = _Load(server, _PER_FAILURE * count)
            load.start()
            ready = []
            chance = random.Random(bench.seed)
            for number in range(1, count + 1):
                time.sleep(chance.uniform(0.0, 1.0))
                _seconds_until_it_takes(load.told)  # what was told last is what is lost first
                cluster.stop(signal.SIGQUIT)
                cluster.start()
                ready.append(_seconds_until_it_takes(load.told))
                _tell_progress(bench, name, number, count, load.told)
            return _judged(name, server, load, count, ready, url)


def full_disk(bench: Bench) -> Trial:
    """Fill the disk under load, and make room again: the server recovers without a restart."""
    name = "full disk on sqlite"
    with TemporaryDirectory(prefix="clearway-check-") as folder:
        disk, outside = Path(folder) / "disk", Path(folder)
        disk.mkdir()
        if reason := _no_small_disk(disk):
            return Trial(name=name, failures=0, verdict=Verdict(), skipped=reason)
        server = _started(bench, disk, "sqlite", _small_disk(disk))
        inside = server.seen_from_inside(disk)
        try:
            told = Told()
            lodgers = Lodgers(server.port, _key(), Messages(50_000, _RUN), CLIENTS, told)
            lodgers.start()
            time.sleep(1.0)
            ballast = inside / "ballast"
            _fill(ballast)
            _until(lambda: _refusals(told) > 20, 30.0)
            kept, refused = len(told.acknowledged), _refusals(told)
            ballast.unlink(missing_ok=True)
            back = _seconds_until_it_takes(told)
            lodgers.stop()
            server.hold()
            verdict = judge("sqlite", _copied(inside, outside), told, _RUN)
            note = f"{refused} refused by 503 or 507 while full; {kept} kept before"
            if not refused:
                verdict.contradictions += 1
                note = "the disk was full and nobody was refused"
            return Trial(
                name=name, failures=1, verdict=verdict, ready=[back],
                late=int(back > READY_WITHIN), note=_with_faults(note, told),
            )  # fmt: skip
        finally:
            server.kill()


def repeats(bench: Bench, keys: int, hands: int, database: str) -> Trial:
    """Send each of many messages from many hands at once, under one key each."""
    with _postgresql(database) as cluster, TemporaryDirectory(prefix="clearway-check-") as folder:
        url = cluster.url(cluster.new_database()) if cluster else "sqlite"
        server = _started(bench, Path(folder), url)
        try:
            bodies = Messages(keys, _RUN)
            told = Told()
            crowd = [Lodgers(server.port, _key(), bodies, 1, told) for _ in range(hands)]
            for one in crowd:
                one.start()
            for one in crowd:
                one.join()
            file = server.data / "clearway.sqlite3"
            verdict = judge(url, file, told, _RUN)
            if told.statuses[201] != keys * hands:
                told.contradict(f"not every hand was answered: {dict(told.statuses)}")
                verdict.contradictions = len(told.contradictions)
            note = f"{keys} keys from {hands} hands: {dict(told.statuses)}"
            return Trial(
                name=f"repeats on {database}", failures=keys * hands, verdict=verdict,
                note=_with_faults(note, told),
            )  # fmt: skip
        finally:
            server.stop()


class _Load:
    """Single lodgements by many clients, bulk files by one, amendments and cancellations by few."""

    def __init__(self, server: ServerProcess, count: int) -> None:
        self.told, bodies, numbers = Told(), Messages(count, _RUN), Numbers(count)
        self._lodgers = Lodgers(server.port, _key(), bodies, CLIENTS, self.told, numbers)
        self._files = BulkSender(server.port, _key(), bodies, numbers, self.told)
        self._changers = [
            Changer(server.port, _key(), bodies, numbers, self.told) for _ in range(CHANGERS)
        ]

    def start(self) -> None:
        self._lodgers.start()
        self._files.start()
        for one in self._changers:
            one.start()

    def stop(self) -> None:
        """Wait until what is under way has its answer."""
        self._lodgers.stop()
        self._files.stop()
        for one in self._changers:
            one.stop()


def _judged(
    name: str, server: ServerProcess, load: _Load, count: int, ready: list[float], url: str
) -> Trial:
    load.stop()
    told = load.told
    server.stop()
    verdict = judge(url, server.data / "clearway.sqlite3", told, _RUN)
    late = sum(seconds > READY_WITHIN for seconds in ready)
    note = f"ready again: median {median(ready):.2f} s, longest {max(ready):.2f} s" if ready else ""
    note += f"; {len(told.handed_in)} of the declarations came in files, {len(told.amended)} were "
    note += f"amended, {len(told.cancelled)} cancelled"
    note += f"; {told.cut_off} requests were cut off"
    return Trial(
        name=name, failures=count, verdict=verdict, ready=ready, late=late,
        note=_with_faults(note, told),
    )  # fmt: skip


def _tell_progress(bench: Bench, name: str, number: int, count: int, told: Told) -> None:
    if number % 10 == 0 or number == count:
        kept = len(told.acknowledged) + len(told.handed_in)
        bench.tell(f"{name}: {number} of {count}, {kept} acknowledged")


def _with_faults(note: str, told: Told) -> str:
    return note + "".join(f"; {fault}" for fault in told.contradictions[:3])


_QUIET = {"CLEARWAY_LOG_LEVEL": "WARNING"}


def _key() -> str:
    from clearway.accounts.ready import demo_secret

    return demo_secret("trader")


def _started(bench: Bench, folder: Path, url: str, before: tuple[str, ...] = ()) -> ServerProcess:
    server = ServerProcess(
        folder, database=url, environment=_QUIET, program=bench.program, before=before
    )
    server.start()
    set_the_clock(HOST, server.port, _key())
    return server


def _seconds_until_it_takes(told: Told) -> float:
    """Return how long it takes until a lodgement is acknowledged again."""
    begun, before = time.monotonic(), len(told.acknowledged)
    _until(lambda: len(told.acknowledged) > before, 60.0)
    return time.monotonic() - begun


def _until(done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.01)


def _refusals(told: Told) -> int:
    return told.statuses[503] + told.statuses[507]


@contextmanager
def _postgresql(database: str) -> Iterator[PrivateCluster | None]:
    if database == "sqlite":
        yield None
        return
    with PrivateCluster(durable=True) as cluster:
        yield cluster


def _small_disk(folder: Path) -> tuple[str, ...]:
    """Return the words before a program that give it a small disk of its own at a folder."""
    mount = f'mount -t tmpfs -o size={_SMALL_DISK_MIB}m tmpfs {folder} && exec "$0" "$@"'
    return ("unshare", "--map-root-user", "--mount", "sh", "-c", mount)


def _no_small_disk(folder: Path) -> str:
    """Return why this machine lends no small disk; nothing where it does."""
    if shutil.which("unshare") is None:
        return "this machine has no unshare, by which a small disk is made"
    done = subprocess.run(
        [*_small_disk(folder), "true"], capture_output=True, text=True, check=False
    )
    return f"no small disk can be made here: {done.stderr.strip()}" if done.returncode else ""


def _copied(inside: Path, outside: Path) -> Path:
    """Copy a database with its log out of a child's view of the disk, and return the copy.

    SQLite follows the link through which that view is seen, and would look for it on our disk.
    """
    for each in inside.glob("clearway.sqlite3*"):
        if not each.name.endswith("-shm"):
            shutil.copyfile(each, outside / each.name)
    return outside / "clearway.sqlite3"


def _fill(path: Path) -> None:
    """Write until the disk is full."""
    piece = b"\0" * 65_536
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(piece)
        except OSError:
            pass
        os.fsync(file.fileno())
