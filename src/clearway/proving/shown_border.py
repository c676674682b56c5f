"""A border to be looked at: a demonstration that has lived for a day, served to a browser.

The same seed makes the same border, so that pictures and figures can be compared.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Self

import httpx

from clearway.accounts.ready import DEMO_PASSWORD, demo_secret
from clearway.proving.synthetic_messages import AT, Messages
from clearway.site.server_process import ServerProcess, free_port
from clearway.vocabulary.errors import DefectFound, InputUnusable

SEED: Final = 1
_LODGEMENTS: Final = 60
_MORNING: Final = 12
"""Declarations that are lodged afterwards, so that officers find something undecided."""
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """Return where Chromium lies.

    Raises:
        InputUnusable: there is none.
    """
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise InputUnusable(
            "There is no Chromium here.",
            where="PATH",
            remedy="Install it (on Debian, the package chromium) and run this again.",
        )
    return found


@contextlib.contextmanager
def shown_border() -> Iterator[ServerProcess]:
    """Live a day and a morning in a temporary folder, and serve what came of it.

    Raises:
        DefectFound: the demonstration failed.
    """
    with tempfile.TemporaryDirectory(prefix="clearway-shown-") as folder:
        command = [sys.executable, "-m", "clearway", "demo", "--once", "--rate", "0"]
        command += ["--seed", str(SEED), "--lodgements", str(_LODGEMENTS)]
        command += ["--port", str(free_port()), "--data", folder]
        lived = subprocess.run(command, capture_output=True, text=True, check=False)
        if lived.returncode:
            raise DefectFound(f"The demonstration failed: {lived.stderr[-600:].strip()}")
        with ServerProcess(Path(folder)) as server:
            server.start()
            _lodge(server.url)
            yield server
            server.stop()


def _lodge(url: str) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        for number, message in enumerate(Messages(_MORNING, "morning")):
            headers = {
                "Authorization": f"Bearer {demo_secret('trader')}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"morning-{number}",
                **AT,
            }
            answer = client.post("/api/v1/declarations", content=message, headers=headers)
            if answer.status_code not in {201, 422}:
                raise DefectFound(f"A lodgement was answered with {answer.status_code}.")


class Visitor:
    """Somebody who looks at pages and sends their forms, as a browser without scripts does.

    Args:
        url: the server's address.
        who: a name of ``accounts.ready``, who signs in; a stranger for an empty one.

    Raises:
        DefectFound: the sign-in failed.
    """

    def __init__(self, url: str, who: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=60, headers={"Accept-Language": "en"})
        if who:
            given = {"login": f"{who}@demo.example", "password": DEMO_PASSWORD}
            answer = self.post("/accounts/login/", given)
            if not answer.is_redirect:
                raise DefectFound(f"{who} could not sign in: status {answer.status_code}.")
            self.get("/notifications")  # which tells that one is signed in, and that is told once

    def get(self, address: str) -> httpx.Response:
        """Ask for a page; no redirect is followed."""
        return self._client.get(address)

    def post(
        self,
        address: str,
        given: Mapping[str, str | list[str]],
        *,
        form: str = "",
        file: tuple[str, bytes] | None = None,
    ) -> httpx.Response:
        """Send a form.

        Args:
            address: where it is sent.
            given: its fields by name.
            form: the page on which it stands, where that is another one.
            file: the name and content of the field ``file``.

        Raises:
            DefectFound: there is no form.
        """
        shown = self.get(form or address)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.text)
        if token is None:
            raise DefectFound(f"{form or address} shows no form, but status {shown.status_code}.")
        return self._client.post(
            address,
            data={**given, "csrfmiddlewaretoken": token[1]},
            files={"file": file} if file is not None else None,
            headers={"Origin": self.url},
        )

    def send(
        self,
        address: str,
        given: Mapping[str, str | list[str]],
        *,
        form: str = "",
        file: tuple[str, bytes] | None = None,
    ) -> str:
        """Send a form that has to be taken, and return the address to which it leads.

        Raises:
            DefectFound: it was not taken.
        """
        answer = self.post(address, given, form=form, file=file)
        if answer.status_code != 303:
            raise DefectFound(f"The form at {address} was answered with {answer.status_code}.")
        return answer.headers["Location"]

    def first_of(self, listed: str, pattern: str) -> str:
        """Return the first address in a list that fits a pattern.

        Raises:
            DefectFound: there is none.
        """
        found = re.search(f'href="({pattern})"', self.get(listed).text)
        if found is None:
            raise DefectFound(f"{listed} lists nothing that fits {pattern}.")
        return found[1]

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that the visitor holds, by name."""
        return dict(self._client.cookies)


def cookies_of(url: str, who: str) -> dict[str, str]:
    """Return the cookies of somebody who has just signed in; a stranger's for an empty name."""
    with Visitor(url, who) as visitor:
        return visitor.cookies
