"""The ``clearway`` program: the base commands, and those of the floors above the command line.

This is the only module above ``proving`` and ``simulators``; it joins their commands to
``clearway.cli``, which knows nothing of them. All rooms together take most of a second to import,
so that they are opened only when there is work for them.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import clearway

if TYPE_CHECKING:
    import typer

COLLECT_AFTER = 50_000
"""Objects made before the collector looks for circles. The default of 700 has it walk again and
again over a compiled pack and a batch of declarations, which hold none: a quarter of the time of
``assess`` over many declarations."""


def build() -> typer.Typer:
    """Return the application with every command."""
    from clearway.cli.main import build_app
    from clearway.proving import commands as proving_commands
    from clearway.simulators import commands as simulator_commands
    from clearway.site import commands as site_commands

    app = build_app()
    proving_commands.add_to(app)
    simulator_commands.add_to(app)
    site_commands.add_to(app)
    return app


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"clearway {clearway.__version__}\n")
        return 0
    from clearway.cli.main import run

    gc.set_threshold(COLLECT_AFTER, 20, 100)
    application = build()
    gc.freeze()
    return run(application)


if __name__ == "__main__":
    sys.exit(main())
