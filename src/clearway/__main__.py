"""The ``clearway`` program: the base commands, and those of the floors above the command line.

This is the only module above ``proving`` and ``simulators``; it joins their commands to
``clearway.cli``, which knows nothing of them.
"""

from __future__ import annotations

import sys

import typer

from clearway.cli.main import build_app, run
from clearway.proving import commands as proving_commands
from clearway.simulators import commands as simulator_commands


def build() -> typer.Typer:
    """Return the application with every command."""
    app = build_app()
    proving_commands.add_to(app)
    simulator_commands.add_to(app)
    return app


def main() -> int:
    """Run the command line and return its exit code."""
    return run(build())


if __name__ == "__main__":
    sys.exit(main())
