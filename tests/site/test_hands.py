"""Threads that keep their connections: who borrows which, and what becomes of too many."""

import asyncio
import threading
from types import SimpleNamespace

from clearway.site import asgi
from clearway.site.hands import Hand, Hands


def thread_of(executor):
    return executor.submit(threading.get_ident).result()


def test_the_thread_used_last_is_lent_first():
    hands = Hands(4)
    first, second = Hand(hands), Hand(hands)
    one, other = thread_of(first), thread_of(second)
    assert one != other
    first.rest()
    second.rest()
    third = Hand(hands)
    assert thread_of(third) == other
    assert thread_of(third) == other  # one request stays with its thread
    third.rest()
    assert len(hands) == 2


def test_no_thread_is_borrowed_before_there_is_something_to_do():
    hands = Hands(4)
    Hand(hands).rest()
    assert len(hands) == 0


def test_too_many_end_and_close_what_they_kept(monkeypatch):
    closed = []
    monkeypatch.setattr(
        "clearway.site.hands.connections",
        SimpleNamespace(close_all=lambda: closed.append(threading.get_ident())),
    )
    hands = Hands(1)
    both = [Hand(hands), Hand(hands)]
    threads = [thread_of(one) for one in both]
    ending = both[1]._thread
    for one in both:
        one.rest()
    ending.shutdown(wait=True)
    assert len(hands) == 1
    assert closed == [threads[1]]


def test_requests_one_after_another_share_a_thread_and_its_connection(monkeypatch):
    """A new connection for each request read the whole schema anew: half of most requests' time."""
    django = asgi.InTurn()
    seen = []

    def answered(request):
        seen.append(threading.get_ident())
        return SimpleNamespace(streaming=False)

    monkeypatch.setattr(django, "get_response", answered)

    async def handle(scope, receive, send):
        await django.get_response_async(None)

    monkeypatch.setattr(django, "handle", handle)

    async def three():
        for _ in range(3):
            await django({"type": "http"}, None, None)

    asyncio.run(three())
    assert len(seen) == 3
    assert len(set(seen)) == 1
    assert len(django._hands) == 1


def test_a_stream_gives_its_thread_back_when_it_begins(monkeypatch):
    django = asgi.InTurn()
    monkeypatch.setattr(django, "get_response", lambda _: SimpleNamespace(streaming=True))
    idle = []

    async def handle(scope, receive, send):
        await django.get_response_async(None)
        idle.append(len(django._hands))

    monkeypatch.setattr(django, "handle", handle)
    asyncio.run(django({"type": "http"}, None, None))
    assert idle == [1]
