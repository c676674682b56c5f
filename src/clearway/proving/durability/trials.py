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

from clearway.proving.durability.lodger import Lodgers, Told
from clearway.proving.durability.record import Verdict, judge
from clearway.proving.private_postgresql import PrivateCluster
from clearway.proving.server_process import HOST, SERVE, ServerProcess
from clearway.proving.synthetic_messages import Messages, set_the_clock

CLIENTS = 16
READY_WITHIN = 5.0
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
    """Kill the server at random moments under load; the last start is judged."""
    with _postgresql(database) as cluster, TemporaryDirectory(prefix="clearway-check-") as folder:
        url = cluster.url(cluster.new_database()) if cluster else "sqlite"
        return _killed(bench, count, url, Path(folder), f"kills on {database}")


def _killed(bench: Bench, count: int, url: str, folder: Path, name: str) -> Trial:
    chance = random.Random(bench.seed)
    with _started(bench, folder, url) as server:
        lodgers = _lodgers(server, 60 * count + 2_000)
        lodgers.start()
        ready: list[float] = []
        for number in range(count):
            time.sleep(chance.uniform(0.02, 0.8))
            server.kill()
            ready.append(server.start())
            set_the_clock(HOST, server.port, _key())
            if number % 10 == 9:
                kept = len(lodgers.told.acknowledged)
                bench.tell(f"{name}: {number + 1} of {count}, {kept} kept")
        return _judged(name, server, lodgers, count, ready, url)


def database_restarts(bench: Bench, count: int) -> Trial:
    """End PostgreSQL at once, as a failure would, and start it again, under load."""
    with _postgresql("postgresql") as cluster, TemporaryDirectory() as folder:
        assert cluster is not None
        url = cluster.url(cluster.new_database())
        with _started(bench, Path(folder), url) as server:
            lodgers = _lodgers(server, 400 * count + 2_000)
            lodgers.start()
            ready = []
            chance = random.Random(bench.seed)
            for _ in range(count):
                time.sleep(chance.uniform(0.3, 1.5))
                cluster.stop(signal.SIGQUIT)
                cluster.start()
                ready.append(_seconds_until_it_takes(lodgers))
            return _judged("restarts of PostgreSQL", server, lodgers, count, ready, url)


def full_disk(bench: Bench) -> Trial:
    """Fill the disk under load, and make room again: the server recovers without a restart."""
    name = "full disk on sqlite"
    with TemporaryDirectory(prefix="clearway-check-") as folder:
        disk = Path(folder)
        if reason := _no_small_disk(disk):
            return Trial(name=name, failures=0, verdict=Verdict(), skipped=reason)
        server = _started(bench, disk, "sqlite", _small_disk(disk))
        inside = server.seen_from_inside(disk)
        try:
            lodgers = _lodgers(server, 50_000)
            lodgers.start()
            time.sleep(1.0)
            ballast = inside / "ballast"
            _fill(ballast)
            _until(lambda: _refusals(lodgers.told) > 20, 30.0)
            kept, refused = len(lodgers.told.acknowledged), _refusals(lodgers.told)
            ballast.unlink(missing_ok=True)
            back = _seconds_until_it_takes(lodgers)
            lodgers.stop()
            verdict = judge("sqlite", inside / "clearway.sqlite3", lodgers.told, _RUN)
            note = f"{refused} refused by 503 or 507 while full; {kept} kept before"
            if not refused:
                verdict.contradictions += 1
                note = "the disk was full and nobody was refused"
            return Trial(
                name=name, failures=1, verdict=verdict, ready=[back],
                late=int(back > READY_WITHIN), note=_with_faults(note, lodgers.told),
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
                told.contradictions.append(f"not every hand was answered: {dict(told.statuses)}")
                verdict.contradictions = len(told.contradictions)
            note = f"{keys} keys from {hands} hands: {dict(told.statuses)}"
            return Trial(
                name=f"repeats on {database}", failures=keys * hands, verdict=verdict,
                note=_with_faults(note, told),
            )  # fmt: skip
        finally:
            server.stop()


def _judged(
    name: str, server: ServerProcess, lodgers: Lodgers, count: int, ready: list[float], url: str
) -> Trial:
    lodgers.stop()
    verdict = judge(url, server.data / "clearway.sqlite3", lodgers.told, _RUN)
    server.stop()
    late = sum(seconds > READY_WITHIN for seconds in ready)
    note = f"ready again: median {median(ready):.2f} s, longest {max(ready):.2f} s" if ready else ""
    note += f"; {lodgers.told.cut_off} requests were cut off"
    return Trial(
        name=name, failures=count, verdict=verdict, ready=ready, late=late,
        note=_with_faults(note, lodgers.told),
    )  # fmt: skip


def _with_faults(note: str, told: Told) -> str:
    return note + "".join(f"; {fault}" for fault in told.contradictions[:3])


_QUIET = {"CLEARWAY_LOG_LEVEL": "WARNING"}


def _key() -> str:
    from clearway.accounts.ready import demo_secret

    return demo_secret("trader")


def _lodgers(server: ServerProcess, count: int) -> Lodgers:
    return Lodgers(server.port, _key(), Messages(count, _RUN), CLIENTS, Told())


def _started(bench: Bench, folder: Path, url: str, before: tuple[str, ...] = ()) -> ServerProcess:
    server = ServerProcess(
        folder, database=url, environment=_QUIET, program=bench.program, before=before
    )
    server.start()
    set_the_clock(HOST, server.port, _key())
    return server


def _seconds_until_it_takes(lodgers: Lodgers) -> float:
    """Return how long it takes until a lodgement is acknowledged again."""
    begun, before = time.monotonic(), len(lodgers.told.acknowledged)
    _until(lambda: len(lodgers.told.acknowledged) > before, 60.0)
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
