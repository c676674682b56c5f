"""The platform's commands: ``clearway serve``, ``settings``, ``manage`` and those of rooms."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from clearway.events import commands as auditors
from clearway.risk.learning import commands as learning
from clearway.site.preparing import prepare


class SettingsForm(StrEnum):
    """How the settings are shown."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    context = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command("serve")(serve)
    app.command("first-registrars")(first_registrars)
    app.command("settings")(settings)
    app.command("manage", context_settings=context)(manage)
    auditors.add_to(app, prepare)
    learning.add_to(app, prepare)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on (CLEARWAY_HOST).", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on (CLEARWAY_PORT).", show_default=False)
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes (CLEARWAY_WORKERS); more than one on PostgreSQL."),
    ] = None,
) -> None:
    """Run the platform: the API, the intake line and what works behind them.

    The first start makes the database and publishes the country pack. SIGTERM or Ctrl-C ends it
    in good order.

    Examples:
      clearway serve

      clearway serve --port 9000
    """
    from clearway.site.environment import read_environment

    chosen = read_environment()
    from clearway.site import serving

    serving.serve(
        host=chosen["CLEARWAY_HOST"] if host is None else host,
        port=chosen["CLEARWAY_PORT"] if port is None else port,
        workers=chosen["CLEARWAY_WORKERS"] if workers is None else workers,
    )


def first_registrars(
    emails: Annotated[
        list[str],
        typer.Argument(metavar="ADDRESS...", help="E-mail addresses of two people or more."),
    ],
    administration: Annotated[str, typer.Option(help="Name of the customs administration.")],
    country: Annotated[str, typer.Option(help="Its country, two letters (ISO 3166-1).")],
) -> None:
    """Make the administration of an empty installation and its first registrars: four eyes.

    Prints for each of them an address, good for three days, at which a password is chosen. The
    registrars make every other organisation, person and role.

    Examples:
      clearway first-registrars --administration "Customs of Portolan" --country XP
      ana@customs.example ben@customs.example
    """
    prepare()
    from clearway.site import first_people

    for email, address in first_people.make(administration, country, emails):
        sys.stdout.write(f"{email}\t{address}\n")


def settings(
    form: Annotated[SettingsForm, typer.Option("--format", "-f")] = SettingsForm.TABLE,
) -> None:
    """Print every setting, what it is now and what it means.

    Examples:
      clearway settings

      clearway settings --format markdown
    """
    from clearway.cli.screen import console, write_json
    from clearway.site import environment

    if form is SettingsForm.MARKDOWN:
        sys.stdout.write(environment.markdown())
        return
    rows = environment.in_force()
    if form is SettingsForm.JSON:
        write_json([dict(zip(("name", "value", "meaning"), row, strict=True)) for row in rows])
        return
    from rich.table import Table

    table = Table("setting", "value", "meaning")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def manage(words: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Run one of Django's own commands, such as `migrate` or `createsuperuser`."""
    prepare()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["clearway manage", *(words or ["help"])])
    sys.stdout.flush()
