"""Two officers decide one request at the same moment: one of them does, the other is told."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.declarations.conftest import a_message
from tests.declarations.test_racing_cargo import closing

from clearway.declarations import service
from clearway.declarations.models import ActRequest, Declaration, Version
from clearway.events.models import Event


@pytest.mark.parametrize(
    ("kind", "answers"),
    [("amendment", (True, True)), ("amendment", (True, False)), ("cancellation", (True, True))],
)
def test_one_request_is_decided_once(both_databases, border, monkeypatch, kind, answers):
    mrn = border.lodged(lrn="L-1")
    if kind == "amendment":
        path = f"/declarations/{mrn}/amendments?reason=Price"
        asked = border.ask("trader", "post", path, a_message(lrn="L-1", price="12000.00"))
        number = asked.json["id"]
    else:
        body = {"reason": "Sold again"}
        border.ask("trader", "post", f"/declarations/{mrn}/cancellation", body)
        number = ActRequest.objects.get().pk
    both, look = threading.Barrier(2), service.refuse_unless_open

    def together(request):
        look(request)
        # Both have seen it open, where the database lets two look at once.
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)

    monkeypatch.setattr(service, "refuse_unless_open", together)

    def decide(who, grant):
        body = {"grant": grant, "reason": "As the invoice shows"}
        return border.ask(who, "post", f"/requests/{number}/decision", body).status

    with ThreadPoolExecutor(2) as threads:
        made = [
            threads.submit(closing, lambda who=who, grant=grant: decide(who, grant))
            for who, grant in zip(("officer", "supervisor"), answers, strict=True)
        ]
        assert sorted(one.result(60) for one in made) == [200, 409]
    decided = Event.objects.filter(kind="declaration.request_decided")
    assert decided.count() == 1
    request = ActRequest.objects.get()
    assert request.state in {"granted", "refused"}
    granted = request.state == "granted"
    versions = Version.objects.filter(declaration__mrn=mrn).count()
    assert versions == (2 if granted and kind == "amendment" else 1)
    gone = Declaration.objects.get(mrn=mrn).state == "invalidated"
    assert gone == (kind == "cancellation")
