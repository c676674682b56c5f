"""The ``clearway`` program: the base commands, and those of the floors above the command line.

This is the only module above ``proving`` and ``simulators``; it joins their commands to
``clearway.cli``, which knows nothing of them. All rooms together take more than a second to
import, so that each is opened only when its command is called.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import clearway

if TYPE_CHECKING:
    import typer

    from clearway.cli.later import Rooms

COLLECT_AFTER = 50_000
"""Objects made before the collector looks for circles. The default of 700 has it walk again and
again over a compiled pack and a batch of declarations, which hold none: a quarter of the time of
``assess`` over many declarations."""


ROOMS: Rooms = {
    "clearway.cli.assess": {
        "assess": "Check, value, price and route declarations, each with its reasons.",
    },
    "clearway.cli.explain": {
        "explain": "Explain one declaration step by step: value, duty and taxes, findings, lane.",
    },
    "clearway.cli.pack": {"pack": "Check, compile and import country packs."},
    "clearway.cli.profile": {"profile": "Check risk profiles, and try them on items."},
    "clearway.site.commands": {
        "serve": "Run the platform: the API, the intake line and what works behind them.",
        "first-registrars": "Make the administration of an empty installation and its first "
        "registrars: four eyes.",
        "settings": "Print every setting, what it is now and what it means.",
        "manage": "Run one of Django's own commands, such as `migrate` or `createsuperuser`.",
        "audit": "Prove that the record is what it was.",
        "risk": "What inspections teach, and the models of it.",
    },
    "clearway.simulators.commands": {
        "demo": "Run the platform with simulated traders, carriers and officers on it, to look at.",
        "simulate": "Write made-up declarations to a file.",
    },
    "clearway.proving.commands": {
        "conformance": "Hold published messages against Clearway.",
        "bench": "Measure Clearway beside its peers.",
        "check": "Hold the platform to what it promises.",
        "screenshots": "Take pictures of the main pages: light and dark, Arabic, on a phone.",
    },
}
"""Every command, by the module that adds it: its name and the first line of its help."""


def build() -> typer.Typer:
    """Return the application with every command."""
    from clearway.cli.main import build_app

    return build_app(ROOMS)


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
