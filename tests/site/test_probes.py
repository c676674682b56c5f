"""Who may see the metrics, and what readiness is made of."""

import pytest

from clearway.intake import running
from clearway.site import probes
from clearway.vocabulary.errors import StorageFails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _judged_anew(monkeypatch):
    monkeypatch.setattr(probes, "_last", (-10.0, {}))


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("127.0.0.1", "localhost", 200),
        ("::1", "[::1]:8765", 200),
        ("127.0.0.1", "customs.example.org", 404),
        ("203.0.113.9", "localhost", 404),
        ("", "localhost", 404),
    ],
)
def test_metrics_are_for_this_machine(client, settings, address, host, status):
    settings.ALLOWED_HOSTS = ["*"]
    assert client.get("/metrics", REMOTE_ADDR=address, HTTP_HOST=host).status_code == status


@pytest.mark.parametrize(
    ("told", "status"),
    [("Bearer right", 200), ("Bearer wrong", 404), ("Bearer ", 404), ("right", 404)],
)
def test_metrics_are_for_who_bears_the_token(client, settings, monkeypatch, told, status):
    monkeypatch.setitem(settings.ENVIRONMENT, "CLEARWAY_METRICS_TOKEN", "right")
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION=told)
    assert answer.status_code == status


def test_without_a_token_set_an_empty_one_opens_nothing(client):
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer ")
    assert answer.status_code == 404


def test_it_is_not_ready_without_line_and_law(client):
    with pytest.raises(StorageFails):
        running.line()
    answer = client.get("/ready")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["line"] == "not running"
    assert checks["reference"] != "ok"
    assert checks["database"] == "ok"


def test_a_full_queue_is_not_ready(client, monkeypatch):
    class Full:
        running, depth, capacity = True, 7, 7

    monkeypatch.setattr(running, "line", Full)
    checks = client.get("/ready").json()["checks"]
    assert (checks["line"], checks["queue"]) == ("ok", "full")


def test_asking_often_writes_once(client, django_assert_num_queries):
    client.get("/ready")
    with django_assert_num_queries(0):
        client.get("/ready")


@pytest.mark.parametrize("probe", ["health", "ready", "metrics"])
def test_probes_are_only_read(client, probe):
    assert client.post(f"/{probe}").status_code == 405
