"""The log: one JSON object a line, and nobody's words in it."""

import io
import json
import logging

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils.log import log_response

from clearway.site.logs import configure, logging_of

CANARY = "canary@example.org"


@pytest.fixture
def written():
    """Whatever is logged, as written; the log is as it was afterwards."""
    described = logging_of("INFO")
    stream = io.StringIO()
    described["handlers"]["screen"]["stream"] = stream
    root = logging.getLogger()
    before = root.handlers[:]
    configure(described)
    yield stream
    root.handlers[:] = before
    configure(logging_of("INFO"))
    root.handlers[:] = before


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_library_s_message_is_told_without_what_was_put_into_it(written):
    logging.getLogger("django.security").warning("Not Found: %s", CANARY)
    logging.getLogger("allauth").error(f"Invalid address: {CANARY}")  # noqa: G004 - as libraries do
    logging.getLogger("allauth").error({"who": CANARY})
    assert CANARY not in written.getvalue()
    assert lines(written)[0]["event"] == "Not Found: %s"
    assert lines(written)[0]["logger"] == "django.security"


def test_a_request_that_failed_is_told_by_what_it_was_and_never_by_its_path(written):
    request = RequestFactory().post(f"/problems/{CANARY}?q={CANARY}")
    request.resolver_match = resolve("/problems/not-found")
    log_response(
        "%s: %s", "Oh no", request.path, response=HttpResponse(status=503), request=request
    )
    (entry,) = lines(written)
    assert entry["event"] == "Service Unavailable"
    assert (entry["status"], entry["method"]) == (503, "POST")
    assert entry["route"] == "problems/<slug:name>"
    assert CANARY not in written.getvalue()


def test_our_own_entries_are_told_whole(written):
    logging.getLogger("clearway.line").info("batch of %d", 7, extra={"seconds": 0.5})
    (entry,) = lines(written)
    assert entry["event"] == "batch of 7"
    assert entry["seconds"] == 0.5
    assert entry["level"] == "info"
    assert entry["at"].endswith("Z")


def test_an_exception_is_told_by_its_kind_and_places(written):
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("clearway.line").exception("failed")
        structlog.get_logger("clearway.line").exception("failed too")
        logging.getLogger("django.request").error("Internal: %s", CANARY, exc_info=True)  # noqa: G201 - as Django does
    assert CANARY not in written.getvalue()
    for entry in lines(written):
        assert entry["exception"] == "ValueError"
        assert "test_logs.py" in entry["places"][0]


def test_a_line_break_in_a_value_makes_no_second_line(written):
    logging.getLogger("clearway.line").info("told %s", "a\nb")
    assert len(lines(written)) == 1
