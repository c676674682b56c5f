"""A client that asks until it is answered, through every fall of the server."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

import httpx

from clearway.proving.durability.lodger import Told
from clearway.proving.synthetic_messages import AT
from clearway.site.server_process import HOST

PATIENCE = 120.0
"""Seconds after which an answer, or what was promised, is missing."""
BETWEEN = 0.2
_TAKEN = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})


class Asker:
    """One client.

    Args:
        port: of the server.
        key: of who asks.
        told: where refusals and requests without an answer are noted.
    """

    def __init__(self, port: int, key: str, told: Told) -> None:
        self._told = told
        self._client = httpx.Client(
            base_url=f"http://{HOST}:{port}/api/v1",
            headers={"Authorization": f"Bearer {key}", **AT},
            timeout=30,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        media_type: str = "application/json",
        key: str = "",
        done_before: int = 0,
    ) -> dict[str, Any] | None:
        """Ask until there is an answer.

        Args:
            method: of the request.
            path: below the API's root.
            body: of the request.
            media_type: of the body.
            key: the idempotency key.
            done_before: the status that says so of a repeat, for what has no key.

        Returns:
            The answer; None where there is none in time, or a refusal, which is noted.
        """
        headers = {} if body is None else {"Content-Type": media_type}
        if key:
            headers["Idempotency-Key"] = key
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = self._client.request(method, path, content=body, headers=headers)
            except httpx.HTTPError:
                self._told.note_cut()
            else:
                if answer.status_code in _TAKEN:
                    found: dict[str, Any] = answer.json()
                    return found
                if answer.status_code == done_before:
                    return {}
                words = f"{method} {path}: {answer.text[:200]}"
                if self._told.refuse(-1, answer.status_code, words):
                    return None
            time.sleep(BETWEEN)
        return None
