"""Sending to an address that a stranger chose, without being sent against ourselves.

The name is resolved once, every address found is judged, and the connection goes to just that
address: nobody can answer with another one in between. Redirects are not followed, proxies of the
environment not used, answers read only as far as needed, and all of it ends within seconds.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import msgspec

from clearway.vocabulary.clock import SystemClock
from clearway.vocabulary.errors import DataRefused

WITHIN = 10.0
"""Seconds for one whole attempt: name, connection, request and answer."""
_ANSWER = 4096
_LONGEST_PAUSE = 24 * 3600
_HOSTS_OWN = ipaddress.ip_network("168.63.129.16/32")  # a cloud host's own, though it looks public
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class Outcome(msgspec.Struct, frozen=True):
    """What became of an attempt: an HTTP status, or an error in one word or two."""

    status: int | None
    error: str
    milliseconds: int
    retry_after: int = 0

    @property
    def good(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


class _Forbidden(Exception):
    """The name leads to an address that is not for strangers to choose."""


def check_address(url: str, *, demo: bool) -> None:
    """Refuse an address that could never be sent to; its name is judged anew at each attempt.

    Raises:
        DataRefused: it is no https address of a host, or names a forbidden one outright.
    """
    reason = _fault_of(url, demo=demo)
    if reason:
        raise DataRefused(
            "A webhook cannot be sent to this address.",
            faults=(("/body/url", reason),),
            remedy="Give an https address that the open internet reaches.",
        )


def _fault_of(url: str, *, demo: bool) -> str:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "holds signs that no address has; write foreign names in their xn-- form"
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        told = httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        return "is no address"
    if parts.scheme != "https" and not (demo and parts.scheme == "http"):
        return "is not https"
    if not host or told.host != host.lower():
        return "names no host"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "carries a user, a password or a fragment"
    if port is not None and port != 443 and not 1024 <= port <= 65535:
        return "names a port other than 443 and those from 1024 on"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "names this machine" if not demo and _is_local(host) else ""
    return "names an address that is not public" if forbidden(address, demo=demo) else ""


def _is_local(host: str) -> bool:
    name = host.rstrip(".").lower()
    within = (".localhost", ".local", ".internal", ".arpa")
    last = name.rpartition(".")[2]  # one that begins with a digit is an address in disguise
    return "." not in name or name.endswith(within) or last[:1].isdigit()


def forbidden(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, demo: bool = False
) -> bool:
    """Tell whether an address is private, local, reserved or the host's own.

    In a demonstration the loopback address alone is let through.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if any(address in net for net in _TRANSLATED):
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            return forbidden(inner, demo=demo)
        if address.teredo is not None or address.scope_id is not None:
            return True
    if address.is_loopback:
        return not demo
    own = address.version == 4 and address in _HOSTS_OWN
    return own or not address.is_global or address.is_multicast or address.is_reserved


async def _resolve(host: str, port: int, *, demo: bool) -> str:
    """Return the one address to connect to.

    Raises:
        _Forbidden: any address of the name is forbidden: such a name is a trap.
        OSError: the name has no address.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if any(forbidden(ipaddress.ip_address(each), demo=demo) for each in addresses):
        raise _Forbidden
    return addresses[0]


async def send(url: str, headers: Mapping[str, str], body: bytes, *, demo: bool) -> Outcome:
    """Send a message to an address, within ``WITHIN`` seconds; never raises for what it meets."""
    began = time.monotonic()
    status, error, pause = None, "", 0
    try:
        async with asyncio.timeout(WITHIN):
            status, pause = await _post(url, headers, body, demo=demo)
    except _Forbidden:
        error = "forbidden address"
    except TimeoutError:
        error = "timeout"
    except (OSError, UnicodeError) as failure:
        error = f"no address: {failure.__class__.__name__}"
    except httpx.TimeoutException:
        error = "timeout"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
        error = failure.__class__.__name__
    if status is not None and not 200 <= status < 300:
        error = "redirect" if 300 <= status < 400 else "refused"
    return Outcome(status, error, round((time.monotonic() - began) * 1000), pause)


async def _post(
    url: str, headers: Mapping[str, str], body: bytes, *, demo: bool
) -> tuple[int, int]:
    fault = _fault_of(url, demo=demo)
    if fault:
        raise _Forbidden
    target = httpx.URL(url)
    address = await _resolve(target.host, target.port or 443, demo=demo)
    async with (
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=WITHIN) as client,
        client.stream(
            "POST",
            target.copy_with(host=address),
            headers={**headers, "host": target.netloc.decode()},
            content=body,
            extensions={"sni_hostname": target.host},
        ) as answer,
    ):
        read = 0
        async for part in answer.aiter_raw(_ANSWER):
            read += len(part)
            if read >= _ANSWER:
                break  # what more he says does not matter
        return answer.status_code, _pause_of(answer.headers.get("retry-after", ""))


def _pause_of(told: str) -> int:
    """Return the seconds of a header Retry-After, at most a day; 0 where there is none."""
    if told.isascii() and told.isdigit() and len(told) < 10:
        return min(int(told), _LONGEST_PAUSE)
    try:
        wait = (parsedate_to_datetime(told) - SystemClock().now()).total_seconds()
    except (ValueError, TypeError):
        return 0
    return int(min(max(wait, 0), _LONGEST_PAUSE))
