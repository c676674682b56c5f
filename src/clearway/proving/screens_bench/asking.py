"""The process that fills one database and asks its pages; it prints a JSON list of ``PageTime``.

It works on the database of its environment, which must be new.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from clearway.accounts.ready import READY
from clearway.proving.screens_bench.row import PageTime

_WARM: Final = 3


def main(count: int, times: int) -> None:
    """Fill, ask, print."""
    from clearway.site.preparing import prepare

    prepare()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _begin()
    from clearway.proving.screens_bench.filling import BASE, fill

    started = time.perf_counter()
    fill(count)
    sys.stderr.write(f"filled in {time.perf_counter() - started:.0f} s\n")
    rows = [
        _measure(who, name, addresses, times) for who, name, addresses in _pages(BASE, count, times)
    ]
    sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")


def _begin() -> None:
    """Publish the demonstration's pack, make its parties, lodge one declaration."""
    from clearway.api.examples import example
    from clearway.audit import clock, sequencer
    from clearway.audit.actor import Actor, Role
    from clearway.intake.assembling import Assembly
    from clearway.intake.counters import Counters
    from clearway.intake.purposes import PURPOSES
    from clearway.intake.submission import Piece, Submission
    from clearway.reference.service import publish_first
    from clearway.risk.profiles import in_force
    from clearway.traders.seeding import seed_demo

    publish_first("portolan")
    actors = seed_demo()
    told: Any = msgspec.json.decode(msgspec.json.encode(example("application/json")))
    told["Declaration"]["DeclarationOfficeID"] = next(o.office for o in READY if o.office)
    trader: Actor = actors["trader"]
    assert trader.has(Role.TRADER)
    submission = Submission(
        actor=trader, door="api", media_type="application/json", body=msgspec.json.encode(told),
        idempotency_key="first", received_at=clock.now(),
    )  # fmt: skip
    piece = Piece(submission, submission.digest(), [])
    Assembly(in_force.reference_at, Counters(), PURPOSES).run([piece])
    assert piece.answer is not None
    assert piece.answer.status == 201, piece.answer.body
    while sequencer.place():
        pass


def _pages(base: int, count: int, times: int) -> Iterator[tuple[str, str, list[str]]]:
    """Yield who asks, what is asked, and the addresses by which it is asked in turn."""
    every = range(times + _WARM)

    def mrn(place: int) -> str:
        return f"26XPB{base + place}"

    last = [mrn(count - 1000 + 200 * (n % 5)) for n in every]  # they wait, at the first office
    yield "officer", "queue", ["/queue/" for _ in every]
    yield "supervisor", "queue", ["/queue/" for _ in every]
    yield "officer", "queue with a declaration", [f"/queue/{one}" for one in last]
    yield "officer", "declaration", [f"/declarations/{one}" for one in last]
    yield "trader", "declarations", ["/declarations/" for _ in every]
    for who in ("officer", "auditor"):
        yield who, "declarations", ["/declarations/" for _ in every]
        yield who, "declarations: state", ["/declarations/?state=invalidated" for _ in every]
        yield who, "declarations: lane", ["/declarations/?lane=RED" for _ in every]
        days = "received_from=2026-01-01&received_before=2026-02-01"
        yield who, "declarations: a month", [f"/declarations/?{days}" for _ in every]
        importers = [f"XP55{100000 + n}" for n in every]
        yield who, "declarations: importer", [f"/declarations/?importer={n}" for n in importers]
        yield who, "declarations: commodity", ["/declarations/?commodity=9403" for _ in every]
        yield who, "declarations: words", [f"/declarations/?text={mrn(9 * n)}" for n in every]
        yield who, "declarations: no such", [f"/declarations/?text=ZZ{n}" for n in every]
        yield who, "search", [f"/search?part=choices&q={mrn(7 * n)[:12]}" for n in every]
    yield "supervisor", "team", ["/team" for _ in every]
    yield "auditor", "log", ["/log/" for _ in every]


def _measure(who: str, page: str, addresses: list[str], times: int) -> PageTime:
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from clearway.accounts.models import User

    client = Client(headers={"host": "localhost", "accept-language": "en"})
    user = User.objects.get(email=f"{who}@demo.example")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    taken, cpu, most = [], [], 0
    for place, address in enumerate(addresses):
        counted = 0

        def count(execute: Any, *parts: Any) -> Any:
            nonlocal counted
            counted += 1
            return execute(*parts)

        before, busy = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(count):
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
        if place >= _WARM:
            taken.append(1000 * (time.perf_counter() - before))
            cpu.append(1000 * (time.process_time() - busy))
            most = max(most, counted)
    taken.sort()
    return PageTime(
        page=page,
        who=who,
        cpu_ms=round(sorted(cpu)[times // 2], 2),
        least_ms=round(taken[0], 2),
        p50_ms=round(taken[times // 2], 2),
        p95_ms=round(taken[min(times - 1, int(0.95 * times))], 2),
        statements=most,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
