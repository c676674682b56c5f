"""One server, one workload, one figure; and what proves that both sides did the same."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec

from clearway.accounts.ready import demo_secret
from clearway.proving.intake_bench.load import Order, Seen
from clearway.proving.synthetic_messages import set_the_clock
from clearway.site.server_process import HOST, ServerProcess
from clearway.vocabulary.errors import DefectFound

OURS, PEER = "/api/v1/declarations", "/peer/declarations"
_SETTINGS = "clearway.proving.intake_bench.server_settings"
_COUNTED = (
    "declarations_declaration", "declarations_version", "declarations_goodsitem",
    "declarations_consignment", "assessment_assessment", "assessment_charge", "assessment_hit",
    "events_event", "audit_leaf", "intake_answered",
)  # fmt: skip


class Service(msgspec.Struct):
    """A running server and the key of who lodges there."""

    server: ServerProcess
    key: str
    database: str
    runs: int = 0

    def lodge(
        self, path: str, bodies: Sequence[bytes], connections: int, rate: float = 0.0
    ) -> Seen:
        """Let a client program lodge messages, and return what it saw."""
        self.runs += 1
        order = Order(
            port=self.server.port, path=path, key=self.key, connections=connections, rate=rate,
            run=f"run{self.runs}",
        )  # fmt: skip
        module = "clearway.proving.intake_bench.load"
        done = subprocess.run(
            [sys.executable, "-m", module, msgspec.json.encode(order).decode()],
            input=b"\n".join(bodies),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise DefectFound(f"the client failed: {done.stderr.decode()[-400:]}")
        return msgspec.json.decode(done.stdout, type=Seen)

    def row_counts(self) -> dict[str, int]:
        """Return how many rows the tables of a lodgement hold."""
        from clearway.proving.intake_bench.tables import count_rows

        return count_rows(self.server.data, self.database, _COUNTED)


@contextmanager
def serving(
    database: str, *, peer: bool, slow: bool = False, queue: int = 4096
) -> Iterator[Service]:
    """Serve from an empty record and end afterwards.

    Args:
        database: as ``CLEARWAY_DATABASE`` takes it.
        peer: whether the peer's address is served, by the peer's writers.
        slow: whether commits take two milliseconds longer.
        queue: lodgements that may wait.
    """
    with TemporaryDirectory(prefix="clearway-bench-") as folder:
        environment = {
            "DJANGO_SETTINGS_MODULE": _SETTINGS,
            "BENCH_INTAKE_PEER": str(int(peer)),
            "BENCH_INTAKE_SLOW": str(int(slow)),
            "CLEARWAY_QUEUE": str(queue),
            "CLEARWAY_LOG_LEVEL": "WARNING",
        }
        server = ServerProcess(Path(folder), database=database, environment=environment)
        server.start()
        try:
            service = Service(server, demo_secret("trader"), database)
            set_the_clock(HOST, server.port, service.key)
            yield service
        finally:
            server.stop()


def fdatasync_ms(folder: Path, times: int = 100) -> float:
    """Return the median milliseconds that this disk takes to make 4 KiB durable."""
    taken = []
    path = folder / "fdatasync.probe"
    with path.open("wb") as file:
        for _ in range(times):
            file.write(b"\0" * 4096)
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1_000)
    path.unlink()
    return median(taken)
