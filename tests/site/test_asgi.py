"""The server's one door: who gets which request, how it begins and how it ends."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY

from clearway.intake.counters import Counters
from clearway.site import asgi, counting, metrics
from clearway.site.parts import Parts


class Part:
    def __init__(self, name, told, fails=()):
        self.name, self.told, self.fails = name, told, fails

    def _do(self, what):
        self.told.append((what, self.name))
        if what in self.fails:
            raise RuntimeError(what)

    def start(self):
        self._do("start")

    def stop(self):
        self._do("stop")


def test_parts_stop_in_the_reverse_order_and_one_s_failure_stops_no_other():
    told = []
    parts = Parts()
    parts._running = [Part("a", told), Part("b", told, fails={"stop"}), Part("c", told)]
    parts.stop()
    assert told == [("stop", "c"), ("stop", "b"), ("stop", "a")]


def live(platform, messages):
    """Take a platform through a server's life; return what it answers."""
    answers = []
    coming = iter(messages)

    async def receive():
        return {"type": next(coming)}

    async def send(message):
        answers.append(message["type"])

    asyncio.run(platform({"type": "lifespan"}, receive, send))
    return answers


LIFE = ("lifespan.startup", "lifespan.shutdown")


def test_it_begins_and_ends_with_the_server(monkeypatch):
    told = []
    platform = asgi.Platform()
    platform._parts = Part("all", told)
    assert live(platform, LIFE) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert told == [("start", "all"), ("stop", "all")]


def test_a_part_that_cannot_start_keeps_the_server_from_starting(monkeypatch):
    told = []
    monkeypatch.setattr(metrics, "failure", None)
    platform = asgi.Platform()
    platform._parts = Part("all", told, fails={"start"})
    assert live(platform, LIFE) == ["lifespan.startup.failed"]
    assert told == [("start", "all"), ("stop", "all")]
    assert isinstance(metrics.failure, RuntimeError)


KEY = [(b"authorization", b"Bearer key")]


def ask(platform, **scope):
    """Send one request; return which of the platform's applications was given it."""
    given = []

    def application(name):
        async def answer(scope, receive, send):
            given.append(name)
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body"})

        return answer

    for name in ("_django", "_static", "_lodging"):
        setattr(platform, name, application(name))
    asked = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "scheme": "http",
        "headers": KEY,
        **scope,
    }

    async def nothing(*_):
        return {"type": "http.disconnect"}

    asyncio.run(platform(asked, nothing, nothing))
    return given


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/api/v1/declarations", "_lodging"),
        ("GET", "/api/v1/declarations", "_django"),
        ("POST", "/api/v1/declarations/", "_django"),
        ("POST", "/api/v1/declarations/26XP1/amendments", "_django"),
        ("GET", "/static/web/page.css", "_static"),
        ("GET", "/", "_django"),
    ],
)
def test_lodgements_go_to_the_line_and_the_rest_to_django(method, path, expected):
    assert ask(asgi.Platform(), method=method, path=path) == [expected]


def test_who_lodges_with_a_session_goes_to_django():
    asked = {"method": "POST", "path": "/api/v1/declarations", "headers": [(b"cookie", b"a=b")]}
    assert ask(asgi.Platform(), **asked) == ["_django"]


def test_under_https_nothing_is_lodged_in_the_clear(settings):
    settings.HTTPS = True
    path = {"method": "POST", "path": "/api/v1/declarations"}
    assert ask(asgi.Platform(), **path) == ["_django"]  # which redirects
    assert ask(asgi.Platform(), scheme="https", **path) == ["_lodging"]


def test_web_sockets_are_closed():
    sent = []

    async def send(message):
        sent.append(message["type"])

    asyncio.run(asgi.Platform()({"type": "websocket", "path": "/"}, None, send))
    assert sent == ["websocket.close"]


def test_so_many_at_once_take_a_thread_and_the_others_wait(monkeypatch):
    now, most = 0, 0
    counting = threading.Lock()
    django = asgi.InTurn()

    def answer(request):
        nonlocal now, most
        with counting:
            now += 1
            most = max(most, now)
        time.sleep(0.02)  # long enough that a busy machine still lets all begin
        with counting:
            now -= 1
        return SimpleNamespace(streaming=False)

    async def handle(scope, receive, send):
        await django.get_response_async(None)

    monkeypatch.setattr(django, "get_response", answer)
    monkeypatch.setattr(django, "handle", handle)

    async def many():
        await asyncio.gather(*(django({}, None, None) for _ in range(200)))

    asyncio.run(many())
    assert most == asgi.THREADS


def test_a_stream_is_told_that_its_reader_has_gone_when_the_server_ends(monkeypatch):
    async def stream():
        monkeypatch.setattr(asgi, "over", asyncio.Event())
        arrived = asyncio.Queue()
        received = asgi._until_the_end({"path": "/api/v1/events/stream"}, arrived.get)
        await arrived.put({"type": "http.request"})
        first = await received()
        waiting = asyncio.ensure_future(received())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        asgi.over.set()
        return first["type"], (await waiting)["type"]

    assert asyncio.run(stream()) == ("http.request", "http.disconnect")


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_the_line_s_counts_are_taken_once():
    counters = Counters()
    names = ("clearway_line_batches_total", "clearway_kernel_seconds_total")
    before = [value(name) for name in names]
    green = value("clearway_lanes_total", lane="green")
    counting._taken.clear()
    for _ in range(3):
        counters.batch_done(4, 0.1)
        counters.seconds["assess"] += 0.5
        counters.lanes["green"] = counters.lanes.get("green", 0) + 2
        counting._take(counters)
        counting._take(counters)
    after = [value(name) for name in names]
    assert [round(b - a, 6) for a, b in zip(before, after, strict=True)] == [3, 1.5]
    assert value("clearway_lanes_total", lane="green") - green == 6
    counting._taken.clear()


@pytest.mark.django_db
def test_the_backlog_counts_what_is_committed_and_untold():
    from clearway.audit import service
    from clearway.audit.actor import system
    from clearway.audit.sequencer import place

    start = counting.outbox_backlog()
    service.note("read", system("test"), "declaration:1")
    assert counting.outbox_backlog() == start + 1
    place()
    assert counting.outbox_backlog() == start + bool(counting.SUBSCRIPTIONS)
