"""The mutants: servers broken on purpose by a file of the tests, which their trial must find.

Each file says in two constants which trial it is for and in which count it must show:
``TRIAL = "kills on sqlite"`` and ``SHOWS_AS = "lost"``. Nothing in ``src/`` knows how to break.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import msgspec

from clearway.vocabulary.errors import InputUnusable

FOLDER = Path("tests/proving/mutants")


class Mutant(msgspec.Struct, frozen=True):
    """One way to break the server. ``shows_as`` is the name of a count of ``record.Verdict``."""

    name: str
    trial: str
    shows_as: str
    path: Path

    @property
    def program(self) -> tuple[str, ...]:
        """Return what a server's Python runs: it breaks the platform, then serves."""
        return "-c", (
            "import runpy, sys; from clearway.site.preparing import prepare; prepare(); "
            f"runpy.run_path({str(self.path)!r}); sys.argv = ['clearway', 'serve']; "
            "from clearway.__main__ import main; sys.exit(main())"
        )


def mutants(names: Sequence[str]) -> list[Mutant]:
    """Return the mutants of some names; all where none is named.

    Raises:
        InputUnusable: there is none of that name, or none at all from here.
    """
    found = {path.stem: path.absolute() for path in sorted(FOLDER.glob("*.py"))}
    unknown = [name for name in names if name not in found]
    if unknown or not found:
        what = f"There is no mutant {unknown[0]!r}" if unknown else "There are no mutants here"
        raise InputUnusable(
            f"{what} among {', '.join(found)}." if found else f"{what}.",
            where=str(FOLDER.absolute()),
            remedy="Run the command from the project's folder, with one of these names or none.",
        )
    return [_read(name, found[name]) for name in names or found]


def _read(name: str, path: Path) -> Mutant:
    told = {
        target.id: ast.literal_eval(line.value)
        for line in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(line, ast.Assign)
        and isinstance(target := line.targets[0], ast.Name)
        and target.id in {"TRIAL", "SHOWS_AS"}
    }
    return Mutant(name, told["TRIAL"], told["SHOWS_AS"], path)
