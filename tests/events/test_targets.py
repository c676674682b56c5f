"""Sending to addresses that strangers choose."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import ipaddress
import socket
import ssl
import threading

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from clearway.events import targets
from clearway.vocabulary.errors import DataRefused


def send(url, *, demo=True, body=b"{}"):
    return asyncio.run(targets.send(url, {"webhook-id": "event_1"}, body, demo=demo))


def status(code, **headers):
    def answer(handler):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()

    return answer


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.100.100.200", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1",
        "198.18.0.1", "168.63.129.16", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1",
        "2002:0a00:0001::1", "2001:0:0:0:0:0:f5ff:fffe", "2001:db8::1",
    ],
)  # fmt: skip
def test_forbidden_addresses(address):
    assert targets.forbidden(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_public_addresses(address):
    assert not targets.forbidden(ipaddress.ip_address(address))


def test_a_demonstration_lets_the_loopback_address_through_and_no_other():
    assert not targets.forbidden(ipaddress.ip_address("127.0.0.1"), demo=True)
    assert targets.forbidden(ipaddress.ip_address("10.0.0.1"), demo=True)
    assert targets.forbidden(ipaddress.ip_address("169.254.169.254"), demo=True)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "http://example.com/", "ftp://example.com/", "file:///etc/passwd",
        "https://", "https:///x", "https://user:pw@example.com/", "https://example.com/#x",
        "https://example.com:22/", "https://example.com:0/", "https://example.com:99999/",
        "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://localhost/",
        "https://printer/", "https://a.internal/", "https://exa mple.com/", "https://пример.рф/",
        "https://example.com\\@127.0.0.1/", "https://example.com/\n", "https://169.254.169.254/",
        "https://2130706433/", "https://0x7f.1/", "gopher://example.com/", "https://a.localhost./",
    ],
)  # fmt: skip
def test_addresses_that_are_refused_at_once(url):
    with pytest.raises(DataRefused):
        targets.check_address(url, demo=False)
    assert not send(url, demo=False).good


@pytest.mark.parametrize("url", ["https://example.com/in", "https://example.com:8443/in?x=1"])
def test_addresses_that_are_taken(url):
    targets.check_address(url, demo=False)


def resolving(monkeypatch, *answers):
    """Let names resolve to these addresses, one list for each asking."""
    asked = []

    def getaddrinfo(host, port, *_, **__):
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"]]
)
def test_a_name_that_leads_inside_is_refused(monkeypatch, found):
    resolving(monkeypatch, found)
    assert send("https://hook.example.com/", demo=False).error == "forbidden address"


def test_the_address_judged_is_the_address_connected_to(monkeypatch, receiver):
    """A name that resolves otherwise a moment later (rebinding) gains nothing: it is asked once."""
    asked = resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    outcome = send(f"http://hook.example.com:{receiver.server_port}/in")
    assert outcome.good
    assert asked == ["hook.example.com"]
    assert receiver.came[0][1]["host"] == f"hook.example.com:{receiver.server_port}"


def test_what_is_sent(receiver):
    outcome = send(receiver.url, body=b'{"a":1}')
    assert (outcome.status, outcome.error, outcome.good) == (204, "", True)
    path, headers, body = receiver.came[0]
    assert (path, body, headers["webhook-id"]) == ("/in?a=1", b'{"a":1}', "event_1")


def test_redirects_are_not_followed(receiver):
    receiver.answer = status(307, location=receiver.url)
    outcome = send(receiver.url)
    assert (outcome.status, outcome.error, outcome.good) == (307, "redirect", False)
    assert len(receiver.came) == 1


@pytest.mark.parametrize(
    ("told", "pause"), [("120", 120), ("999999999", 86400), ("soon", 0), ("-5", 0)]
)
def test_retry_after_is_heeded_within_a_day(receiver, told, pause):
    receiver.answer = status(503, retry_after=told)
    outcome = send(receiver.url)
    assert (outcome.status, outcome.error, outcome.retry_after) == (503, "refused", pause)


def test_an_endless_answer_is_read_only_so_far(receiver):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    receiver.answer = endless
    assert send(receiver.url).good


def test_a_dripping_answer_ends_in_time(receiver, monkeypatch):
    monkeypatch.setattr(targets, "WITHIN", 0.3)
    go_on = threading.Event()

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not go_on.wait(0.05):
            try:
                handler.wfile.write(b"x: y\r\n")
            except OSError:
                return

    receiver.answer = drip
    assert send(receiver.url).error == "timeout"
    go_on.set()


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/").error == "ConnectError"


def test_no_such_name(monkeypatch):
    def getaddrinfo(*_, **__):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert send("https://hook.example.com/").error == "no address: gaierror"


@pytest.mark.parametrize(
    ("name", "good"), [("hook.example.com", True), ("other.example.com", False)]
)
def test_the_certificate_is_that_of_the_name_not_of_the_address(
    monkeypatch, receiver, tmp_path, name, good
):
    certificate = _certificate("hook.example.com", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    trusting = ssl.create_default_context(cafile=certificate)
    client = functools.partial(httpx.AsyncClient, verify=trusting)
    monkeypatch.setattr(targets.httpx, "AsyncClient", client)
    resolving(monkeypatch, ["127.0.0.1"])
    assert send(f"https://{name}:{receiver.server_port}/in").good == good


def _certificate(name, folder):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
