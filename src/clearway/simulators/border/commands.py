"""``clearway demo``: the platform with a border that lives on it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from clearway.cli.choices import Language, LanguageOption
from clearway.simulators.border.calendar import (
    LONG,
    OF_A_LONG_RUN,
    WEEKDAY_LODGEMENTS,
    usual_lodgements,
)

PORT = 8765
FASTEST = "max"


def _rate(text: str) -> float:
    """Return a number of lodgements a second; 0 for ``max``.

    Raises:
        BadParameter: it is neither.
    """
    if text == FASTEST:
        return 0.0
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < math.inf:
        raise typer.BadParameter(f"'{text}' is neither a number from 0 on nor {FASTEST}.")
    return rate


def demo(
    context: typer.Context,
    *,
    rate: Annotated[
        float,
        typer.Option(
            parser=_rate,
            metavar=f"NUMBER|{FASTEST}",
            help="Lodgements a second of wall time; max (or 0): as fast as it goes.",
        ),
    ] = 3.0,
    days: Annotated[
        int | None,
        typer.Option(min=1, help="Simulated days; without it, until Ctrl-C.", show_default=False),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="The same as --days 1.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(help="Another seed is another border (1 by default).", show_default=False),
    ] = None,
    lodgements: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=f"Single lodgements of an ordinary working day ({WEEKDAY_LODGEMENTS}; of more "
            f"than {LONG} days {OF_A_LONG_RUN}).",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option(min=1, max=65535, envvar="CLEARWAY_PORT", help="The next free one is taken."),
    ] = PORT,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep the record there and go on with it the next time.",
            show_default=False,
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="A demonstration that is running already.", show_default=False),
    ] = None,
    digest: Annotated[
        bool, typer.Option("--digest", help="Only tell the digest of the record in --data.")
    ] = False,
    language: LanguageOption = Language.EN,
) -> None:
    """Run the platform with simulated traders, carriers and officers on it, to look at.

    With --days it ends by itself and prints the digest of what it came to, the same for the same
    seed, and reckons its record up (see `clearway check border`). `clearway demo day` assesses a
    generated day without a platform.

    Examples:
      clearway demo

      clearway demo --rate 5 --days 1 --seed 7

      clearway demo --once --rate max --lodgements 60

      clearway demo --days 30 --rate max
    """
    if context.invoked_subcommand is not None:
        return
    from clearway.simulators.border import live

    days = 1 if once and days is None else days
    wish = live.Wish(
        rate=rate,
        days=days,
        seed=seed,
        lodgements=lodgements or usual_lodgements(days),
        language=language.value,
    )
    if digest:
        live.tell_digest(live.kept(data), language.value)
    elif url is not None:
        live.attach(url, wish)
    else:
        live.run_here(wish, data, port)
