"""Each row of the bench: what is lodged on either side, and what is compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache

import httpx

from clearway.proving.intake_bench.load import Seen
from clearway.proving.intake_bench.measuring import OURS, PEER, Service, serving
from clearway.proving.intake_bench.row import Row
from clearway.proving.synthetic_messages import Messages
from clearway.site.server_process import HOST, raise_open_files
from clearway.vocabulary.errors import DefectFound

CONNECTIONS = 32
PEER_NAME = "django-ninja, ORM, a transaction a request"
_WARM = 200
_ROUNDS = 3
"""Rounds on either side, in turn; the median counts."""
_PEER_SHARE = 5
"""The peer is given that part of our lodgements, so that both take about as long."""
_OVERLOAD = 5
_SMALL_QUEUE = 128
_MANY = 512
_BULK_WAIT = 600.0
New = Callable[[], str]
"""Makes an empty database and gives its address."""


@cache
def _messages(count: int) -> list[bytes]:
    return Messages(count, "bench")[:]


def _one_by_one(service: Service, path: str, bodies: Sequence[bytes], connections: int) -> Seen:
    seen = service.lodge(path, bodies, connections)
    if seen.statuses != {201: len(bodies)}:
        raise DefectFound(f"not every lodgement was accepted: {seen.statuses}, {seen.broken}")
    return seen


def _rounds(new: New, path: str, count: int, connections: int, *, slow: bool) -> _Side:
    """Serve from an empty record and let the client lodge, ``_ROUNDS`` times."""
    bodies = _messages(_WARM + count)
    with serving(new(), peer=path == PEER, slow=slow) as service:
        _one_by_one(service, path, bodies[:_WARM], connections)
        before = service.row_counts()
        used = service.server.processor_seconds()
        share = count // _ROUNDS
        seen = []
        for number in range(_ROUNDS):
            start = _WARM + number * share
            seen.append(_one_by_one(service, path, bodies[start : start + share], connections))
        used = service.server.processor_seconds() - used
        after = service.row_counts()
    lodged = share * _ROUNDS
    return _Side(
        seen, lodged, used, {name: (after[name] - before[name]) / lodged for name in after}
    )


class _Side:
    """What one side showed over its rounds."""

    def __init__(self, seen: list[Seen], lodged: int, used: float, rows: dict[str, float]) -> None:
        self.each = lodged / len(seen)
        middle = sorted(seen, key=lambda one: one.seconds)[len(seen) // 2]
        self.rate = self.each / middle.seconds
        self.p50, self.p99 = middle.p50_ms, middle.p99_ms
        self.client_us = sum(one.cpu for one in seen) / lodged * 1e6
        self.server_us = used / lodged * 1e6
        self.rows = rows


def _same_rows(one: dict[str, float], other: dict[str, float]) -> bool:
    """Tell whether both wrote the same rows a lodgement; the sides lodge different numbers.

    Charges and hits depend on the declarations, which come in turn from one list.
    """
    loose = {"assessment_charge", "assessment_hit", "events_event", "audit_leaf"}
    return all(
        abs(one[name] - other[name]) <= (0.05 * max(1.0, one[name]) if name in loose else 1e-9)
        for name in one
    )


def http(name: str, new: New, *, slow: bool, count: int) -> Row:
    """Single lodgements at 32 connections."""
    ours = _rounds(new, OURS, count, CONNECTIONS, slow=slow)
    theirs = _peer(name, new, count, slow=slow)
    return Row(
        name=f"lodge_http_{name}",
        ours=ours.rate,
        peer=theirs.rate,
        peer_name=PEER_NAME,
        ratio=ours.rate / theirs.rate,
        p50_ms=ours.p50,
        p99_ms=ours.p99,
        peer_p50_ms=theirs.p50,
        peer_p99_ms=theirs.p99,
        equal=_same_rows(ours.rows, theirs.rows),
        note=f"processor us a lodgement: server {ours.server_us:.0f}, peer {theirs.server_us:.0f}, "
        f"client {ours.client_us:.0f}",
    )


_peers: dict[tuple[str, bool], _Side] = {}


def _peer(name: str, new: New, count: int, *, slow: bool) -> _Side:
    """Return the peer's figures, measured once for each kind of database."""
    kind = (name, slow)
    if kind not in _peers:
        _peers[kind] = _rounds(new, PEER, count // _PEER_SHARE, CONNECTIONS, slow=slow)
    return _peers[kind]


def bulk(name: str, new: New, *, slow: bool, count: int) -> Row:
    """One NDJSON file of the same declarations, beside the peer's single lodgements."""
    bodies = _messages(_WARM + count)
    with serving(new(), peer=False, slow=slow) as service:
        _one_by_one(service, OURS, bodies[:_WARM], CONNECTIONS)
        used = service.server.processor_seconds()
        begun = time.perf_counter()
        _upload(service, bodies[_WARM:])
        taken = time.perf_counter() - begun
        used = service.server.processor_seconds() - used
    theirs = _peer(name, new, count, slow=slow)
    return Row(
        name=f"lodge_bulk_{name}",
        ours=count / taken,
        peer=theirs.rate,
        peer_name=PEER_NAME,
        ratio=count / taken / theirs.rate,
        peer_p50_ms=theirs.p50,
        peer_p99_ms=theirs.p99,
        note=f"processor us a lodgement: server {used / count * 1e6:.0f}",
    )


def _upload(service: Service, bodies: Sequence[bytes]) -> None:
    """Upload a file and wait until the platform says that every row was taken."""
    head = {
        "Authorization": f"Bearer {service.key}",
        "Content-Type": "application/x-ndjson",
        "Idempotency-Key": "bulk",
    }
    base = f"http://{HOST}:{service.server.port}/api/v1/bulk"
    with httpx.Client(trust_env=False, headers=head, timeout=_BULK_WAIT) as client:
        answer = client.post(base, content=b"\n".join(bodies))
        if answer.status_code not in {201, 202}:
            raise DefectFound(f"the file was refused: {answer.status_code} {answer.text[:300]}")
        number = answer.json()["id"]
        until = time.monotonic() + _BULK_WAIT
        while time.monotonic() < until:
            told = client.get(f"{base}/{number}").json()
            if told["state"] not in {"waiting", "running"}:
                if told["accepted"] != len(bodies):
                    raise DefectFound(f"not every row was taken: {told}")
                return
            time.sleep(0.25)
    raise DefectFound("the file was not finished in time")


def one_connection(new: New, *, slow: bool) -> Row:
    """One client that waits for each answer."""
    side = _rounds(new, OURS, 600, 1, slow=slow)
    return Row(
        name="lodge_one_connection", ours=side.rate, p50_ms=side.p50, p99_ms=side.p99,
        note="bar: p50 under 5 ms",
    )  # fmt: skip


def overload(new: New, *, slow: bool, count: int) -> Row:
    """Five times what the server can take: refusals are quick, and nobody else is harmed."""
    raise_open_files()
    calm = _rounds(new, OURS, count // 2, CONNECTIONS, slow=slow)
    wanted = _OVERLOAD * calm.rate
    bodies = _messages(_WARM + max(count, int(wanted * 6)))
    with serving(new(), peer=False, slow=slow, queue=_SMALL_QUEUE) as service:
        _one_by_one(service, OURS, bodies[:_WARM], CONNECTIONS)
        seen = service.lodge(OURS, bodies[_WARM:], _MANY, rate=wanted)
    taken, refused = seen.statuses.get(201, 0), seen.statuses.get(429, 0)
    failed = sum(seen.statuses.values()) - taken - refused + seen.broken
    return Row(
        name="overload",
        ours=taken / seen.seconds,
        peer=calm.rate,
        peer_name="ourselves, at 32 connections",
        ratio=taken / seen.seconds / calm.rate,
        p50_ms=seen.p50_ms,
        p99_ms=seen.p99_ms,
        peer_p50_ms=calm.p50,
        peer_p99_ms=calm.p99,
        equal=failed == 0,
        note=f"{wanted:,.0f} wanted/s; {taken} taken, {refused} refused within "
        f"{seen.refused_p95_ms:.0f} ms (p95), {failed} others",
    )
