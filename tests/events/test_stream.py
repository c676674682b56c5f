"""Server-sent events: what comes, from where, for whom."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from django.db import connection

from clearway.audit import sequencer
from clearway.audit.actor import Actor, Role
from clearway.events import queries, stream
from clearway.events.queries import parse_place
from clearway.events.service import act
from clearway.vocabulary.errors import TooMuch

TRADER = Actor(name="key:7", organisation=3, roles=frozenset({Role.TRADER}))
OFFICER = Actor(name="user:1", organisation=1, roles=frozenset({Role.OFFICER}))
TARIFF = Actor(name="user:2", organisation=1, roles=frozenset({Role.TARIFF}))


def happen(*kinds, concerns=(3,)):
    with act(TRADER) as doing:
        for kind in kinds:
            doing.announce(kind, "declaration:1", {"ä": kind}, concerns=concerns)
    sequencer.place()


def happen_elsewhere(*kinds, **more):
    def work():
        happen(*kinds, **more)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


async def ready():
    """Wait until the hub of this loop knows where the news stand."""
    while True:
        hub = stream._hubs.get(asyncio.get_running_loop())
        if hub is not None and hub._ready.is_set():
            return
        await asyncio.sleep(0.01)


def read(actor, after, seconds=0.2, doing=(), count=None):
    """Return the frames that an actor gets, while things happen elsewhere.

    What is there already always comes; for what happens meanwhile, ``count`` says how many events
    to wait for.
    """

    async def listen():
        found = []

        async def follow():
            async for frame in stream.frames(actor, after, 30 if count else seconds):
                found.append(frame)
                if count and len(told(b"".join(found).decode())) >= count:
                    break

        following = asyncio.create_task(follow())
        await ready()
        for each in doing:
            await asyncio.to_thread(happen_elsewhere, *each)
        await following
        return b"".join(found).decode()

    return asyncio.run(listen())


def told(text):
    frames = [frame for frame in text.split("\n\n") if "data: " in frame]
    return [json.loads(frame.partition("data: ")[2]) for frame in frames]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(stream, "LOOK_EVERY", 0.02)


def test_what_was_missed_and_what_comes(both_databases):
    happen("declaration.received", "declaration.accepted")
    text = read(
        TRADER, queries.START, doing=[("declaration.laned",), ("declaration.released",)], count=4
    )
    kinds = [each["kind"] for each in told(text)]
    assert kinds == [
        "declaration.received",
        "declaration.accepted",
        "declaration.laned",
        "declaration.released",
    ]
    assert text.startswith("retry: ")
    first = text.split("\n\n")[1].split("\n")
    assert first[0].startswith("id: ")
    assert first[1] == "event: declaration.received"


def test_it_goes_on_after_the_last_event_had_even_within_an_act(both_databases):
    happen("a.one", "a.two", "a.three")
    had = told(read(TRADER, queries.START))
    for at, each in enumerate(had):
        again = told(read(TRADER, parse_place(each["id"]), 0.2))
        assert [other["kind"] for other in again] == [other["kind"] for other in had[at + 1 :]]


def test_without_a_place_only_what_comes_from_now_on(both_databases):
    happen("a.old")
    text = read(TRADER, None, doing=[("a.new",)], count=1)
    assert [each["kind"] for each in told(text)] == ["a.new"]


def test_each_learns_what_he_may(both_databases):
    happen("declaration.accepted", concerns=(3,))
    happen("declaration.laned", concerns=(33,))
    happen("pack.published", concerns=())
    kinds = {
        actor.name: [each["kind"] for each in told(read(actor, queries.START, 0.2))]
        for actor in (TRADER, OFFICER, TARIFF)
    }
    assert kinds == {
        "key:7": ["declaration.accepted"],
        "user:1": ["declaration.accepted", "declaration.laned", "pack.published"],
        "user:2": ["pack.published"],
    }
    assert told(read(OFFICER, queries.START, 0.2))[0]["actor"] == "key:7"
    assert told(read(TRADER, queries.START, 0.2))[0]["actor"] is None


def test_a_heartbeat_in_silence(both_databases, monkeypatch):
    monkeypatch.setattr(stream, "BEAT_EVERY", 0.05)
    assert read(TRADER, None, 0.4).count(": nothing new") >= 3


def test_many_listen_without_a_thread_each(both_databases):
    async def listen():
        async def one(number):
            actor = Actor(name=f"key:{number}", organisation=3, roles=TRADER.roles)
            async for frame in stream.frames(actor, None, 30):
                if b"data: " in frame:
                    return told(frame.decode())
            return []

        before = threading.active_count()
        listeners = [asyncio.create_task(one(number)) for number in range(300)]
        await ready()
        await asyncio.sleep(0.1)
        more = threading.active_count() - before
        await asyncio.to_thread(happen_elsewhere, "a.one")
        return more, await asyncio.gather(*listeners)

    more, found = asyncio.run(listen())
    assert more <= 2
    assert all([each["kind"] for each in one] == ["a.one"] for one in found)


def test_a_listener_who_falls_behind_reads_on_from_the_tables(both_databases, monkeypatch):
    monkeypatch.setattr(stream, "_AT_HAND", 3)

    async def listen():
        kinds = []
        async for frame in stream.frames(TRADER, None, 30):
            kinds += [each["kind"] for each in told(frame.decode())]
            if frame.startswith(b"retry"):
                continue
            if len(kinds) == 1:
                for number in range(1, 30):
                    await asyncio.to_thread(happen_elsewhere, f"a.n{number}")
                await asyncio.sleep(0.2)
            if len(kinds) == 30:
                break
        return kinds

    async def both():
        listening = asyncio.create_task(listen())
        await ready()
        await asyncio.to_thread(happen_elsewhere, "a.n0")
        return await listening

    assert asyncio.run(both()) == [f"a.n{number}" for number in range(30)]


def test_too_many_streams_of_one_actor_are_refused(both_databases):
    async def listen():
        streams = [stream.frames(TRADER, None, 5) for _ in range(stream.MOST_OF_ONE)]
        for each in streams:
            stream.admit(TRADER)
            await anext(each)
        with pytest.raises(TooMuch):
            stream.admit(TRADER)
        stream.admit(OFFICER)
        for each in streams:
            await each.aclose()
        stream.admit(TRADER)

    asyncio.run(listen())
    assert not stream._open
