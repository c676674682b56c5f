"""A demonstration from start to end: server, border, screen, digest, reckoning."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from rich.text import Text

from clearway import packs
from clearway.cli.screen import console, number, side_console
from clearway.kernel.texts import fill
from clearway.simulators.border.hidden import FILE as TRUTH
from clearway.simulators.border.platform import Gone, Platform
from clearway.simulators.border.running import FIRST_DAY, Demonstration
from clearway.simulators.border.screen import Screen, show_end, show_start
from clearway.simulators.border.words import words
from clearway.site.server_process import ServerProcess, free_port, running
from clearway.vocabulary.errors import InputUnusable

_STATE = "border.json"
_RATE = "2000"
"""Requests a second of one key: one broker's stands for all who work there, at any pace."""


class Wish(NamedTuple):
    """What the user asked for; ``days`` and ``seed`` are None where he did not say.

    ``rate`` is lodgements a second of wall time, ``lodgements`` how many single ones an ordinary
    working day has.
    """

    rate: float
    days: int | None
    seed: int | None
    lodgements: int
    language: str


class State(msgspec.Struct):
    """How far the border of a data folder has come: its seed, and the day to go on with."""

    seed: int
    next: date


def run_here(wish: Wish, data: Path | None, port: int) -> None:
    """Start a server, let days pass, and end it; then tell the digest.

    Raises:
        InputUnusable: the server does not start, ends by itself, or cannot have what it needs.
    """
    with _data_folder(data) as folder, _ending_in_order():
        state = _state(folder, wish.seed)
        chosen = free_port(port)
        label = words(wish.language)
        notes = [fill(label["data"], {"folder": str(folder)})]
        if chosen != port:
            notes.append(fill(label["port"], {"wanted": str(port), "port": str(chosen)}))
        with running(_server(folder, chosen)) as server:
            show_start(console(), server.url, notes, wish.language)
            finished = _run(server.url, wish, state, folder, server)
        if finished:
            tell_digest(folder, wish.language)
            tell_reckoning()


def attach(url: str, wish: Wish) -> None:
    """Send the border's traffic to a demonstration that somebody else runs.

    Raises:
        InputUnusable: it does not answer, or is no demonstration.
    """
    with _ending_in_order():
        _run(url, wish, State(1 if wish.seed is None else wish.seed, FIRST_DAY), None, None)


def _run(
    url: str, wish: Wish, state: State, folder: Path | None, server: ServerProcess | None
) -> bool:
    """Let the days pass; return whether they did, rather than being interrupted."""
    platform = Platform(url, alive=server.alive if server is not None else _always)
    reference = packs.load(packs.demo_pack())
    demonstration = Demonstration(
        platform,
        reference,
        state.seed,
        first=state.next,
        lodgements=wish.lodgements,
        truth=None if folder is None else folder / TRUTH,
    )
    border, out = demonstration.border, console()

    def begun(day: date) -> None:
        if folder is not None:
            # The next run's eve, which brings its first reports, must come after all of this day.
            _remember(folder, State(state.seed, day + timedelta(days=2)))

    try:
        with (
            contextlib.closing(platform),
            Screen(out, border.figures, border.zone, wish.language) as shown,
        ):
            demonstration.run(wish.days, wish.rate, shown.tick, begun)
    except Gone as gone:
        if server is not None and not server.alive():
            raise server.ended() from gone
        raise InputUnusable(f"The platform does not go on: {gone}.", where=url) from gone
    except KeyboardInterrupt:
        show_end(out, border.figures, wish.language)
        if wish.days is not None:
            raise
        out.print(Text(words(wish.language)["ended"], style="dim"))
        return False
    show_end(out, border.figures, wish.language)
    return True


def _server(folder: Path, port: int) -> ServerProcess:
    return ServerProcess(
        folder,
        database=os.environ.get("CLEARWAY_DATABASE", "sqlite"),
        environment={"CLEARWAY_RATE": _RATE},
        port=port,
    )


def _always() -> bool:
    return True


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """Take the wish to end (SIGTERM) as Ctrl-C is taken, so that the server ends too."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _data_folder(named: Path | None) -> Iterator[Path]:
    """Give the folder of the record: the one that is named, else one that goes with the run."""
    if named is not None:
        named.mkdir(parents=True, exist_ok=True)
        yield named.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="clearway-demo-"))
    keep = False
    try:
        yield folder
    except InputUnusable:
        keep = True  # the server's log is in there, and somebody was just told to read it
        raise
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _state(folder: Path, seed: int | None) -> State:
    file = folder / _STATE
    if not file.exists():
        return State(1 if seed is None else seed, FIRST_DAY)
    try:
        state = msgspec.json.decode(file.read_bytes(), type=State)
    except msgspec.DecodeError as error:
        raise InputUnusable(
            "The folder's border cannot be gone on with.",
            where=str(file),
            remedy="Name a new folder with --data.",
        ) from error
    if seed is not None and seed != state.seed:
        raise InputUnusable(
            f"The border in this folder has seed {state.seed}.",
            where=str(folder),
            remedy="Leave --seed out to go on with it, or name a new folder with --data.",
        )
    return state


def _remember(folder: Path, state: State) -> None:
    (folder / _STATE).write_bytes(msgspec.json.encode(state))


def kept(data: Path | None) -> Path:
    """Return the folder of an earlier run.

    Raises:
        InputUnusable: it is none.
    """
    if data is None or not (data / _STATE).exists():
        raise InputUnusable(
            "There is no border's record to tell the digest of.",
            where=str(data or "--data"),
            remedy="Name the folder of an earlier run with --data.",
        )
    return data.resolve()


def tell_reckoning() -> None:
    """Print what the record came to: states, ledger, who has to act, lists with their reasons.

    Django is set up for the folder by then.
    """
    from clearway.site.reckoning.report import reckon, told

    for line in told(reckon()):
        console().print(Text(line), soft_wrap=True)


def tell_digest(folder: Path, language: str) -> None:
    """Print the digest of a folder's record, whose server has ended."""
    os.environ["CLEARWAY_DATA"] = str(folder)
    os.environ["CLEARWAY_DEMO"] = "1"
    from clearway.simulators.border.digest import digest_of_record
    from clearway.site.preparing import prepare

    prepare()
    told, count = digest_of_record()
    on_record = fill(words(language)["on_record"], {"count": number(count, language)})
    side_console().print(Text(on_record, style="dim"))
    console().print(Text(f"digest {told}"), soft_wrap=True)
