"""A client that lodges as fast as it is answered, or at a given rate; a program of its own.

It writes requests to plain sockets, so that its own processor time, which it reports, stays a
small share of what is measured. It stops when its messages are used up.

    python -m clearway.proving.intake_bench.load '{"port": 8765, …}'  < messages
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator

import msgspec


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent. ``rate`` in requests a second; 0 sends as soon as one is answered."""

    port: int
    path: str
    key: str
    connections: int
    rate: float = 0.0
    run: str = "run"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen. Times in milliseconds; ``cpu`` is the client's own, in seconds."""

    seconds: float
    cpu: float
    statuses: dict[int, int]
    p50_ms: float
    p99_ms: float
    refused_p95_ms: float
    broken: int


def _request(order: Order, number: int, body: bytes) -> bytes:
    head = (
        f"POST {order.path} HTTP/1.1\r\nHost: localhost:{order.port}\r\n"
        f"Authorization: Bearer {order.key}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {order.run}-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Client:
    """All connections together."""

    def __init__(self, order: Order, bodies: list[bytes]) -> None:
        self.order = order
        self.waiting: Iterator[tuple[int, bytes]] = iter(enumerate(bodies))
        self.taken: dict[bool, list[float]] = {True: [], False: []}
        self.statuses: Counter[int] = Counter()
        self.broken = 0
        self.start = 0.0

    async def run(self) -> None:
        self.start = time.perf_counter()
        await asyncio.gather(*(self._connection() for _ in range(self.order.connections)))

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.order.port)
        for number, body in self.waiting:
            if self.order.rate:
                due = self.start + number / self.order.rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            begun = time.perf_counter()
            writer.write(_request(self.order, number, body))
            try:
                status = await _answer(reader)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.broken += 1
                reader, writer = await asyncio.open_connection("127.0.0.1", self.order.port)
                continue
            self.taken[status < 300].append((time.perf_counter() - begun) * 1_000)
            self.statuses[status] += 1
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.find(b"content-length:")
    if length < 0:
        raise ConnectionError("an answer without length")
    await reader.readexactly(int(head[length + 15 : head.index(b"\r\n", length)]))
    return int(head[9:12])


def quantile(values: list[float], share: float) -> float:
    """Return the nearest-rank quantile, 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def main() -> None:
    """Send what stands on standard input, one message a line, and print what was seen."""
    order = msgspec.json.decode(sys.argv[1], type=Order)
    client = _Client(order, sys.stdin.buffer.read().splitlines())
    begun = time.process_time()
    asyncio.run(client.run())
    seen = Seen(
        seconds=time.perf_counter() - client.start,
        cpu=time.process_time() - begun,
        statuses=dict(client.statuses),
        p50_ms=quantile(client.taken[True], 0.5),
        p99_ms=quantile(client.taken[True], 0.99),
        refused_p95_ms=quantile(client.taken[False], 0.95),
        broken=client.broken,
    )
    sys.stdout.buffer.write(msgspec.json.encode(seen))


if __name__ == "__main__":
    main()
