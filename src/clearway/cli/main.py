"""The ``clearway`` command: the frame that every command group stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

import clearway
from clearway.batch.output_folder import terminated_like_interrupted
from clearway.cli import later
from clearway.cli.screen import side_console, tell_error
from clearway.vocabulary.errors import ClearwayError

INTERRUPTED = 130


def _version(wanted: bool) -> None:  # noqa: FBT001 - the shape that typer calls
    if wanted:
        typer.echo(f"clearway {clearway.__version__}")
        raise typer.Exit


def build_app(rooms: later.Rooms) -> typer.Typer:
    """Return the application with the commands of some modules."""
    app = typer.Typer(
        cls=later.opening(rooms),
        name="clearway",
        help="Clearway: declarations checked, valued, priced and routed, each with its reasons.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def frame(
        *,
        version: Annotated[
            bool,
            typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
        ] = False,
    ) -> None:
        del version

    later.add_to(app, rooms)
    return app


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0 = everything was processed, findings included; 2 = the input or the words could not be
    used; 130 = interrupted, nothing half-written; 70 = a defect of Clearway.
    """
    code = 0
    try:
        with terminated_like_interrupted():
            app(None if arguments is None else list(arguments), prog_name="clearway")
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except ClearwayError as error:
        tell_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        side_console().print("clearway: interrupted; nothing half-written was left behind.")
    return code
