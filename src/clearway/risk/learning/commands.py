"""The commands of models: ``clearway risk measure`` and ``… models``."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer


def add_to(app: typer.Typer, prepare: Callable[[], None]) -> None:
    """Add the commands to the application; ``prepare`` makes Django ready."""
    group = typer.Typer(help="What inspections teach, and the models of it.", no_args_is_help=True)

    @group.command("models")
    def _models() -> None:
        """Print every model with where it stands and its conditions, as JSON.

        Examples:
          clearway risk models
        """
        from clearway.cli.screen import write_json

        prepare()
        write_json(models())

    @group.command("measure")
    def _measure() -> None:
        """Train and back-test a model on the record as it stands, keep nothing, print its card.

        It reads only, and takes nothing from a platform that is running. Prints JSON: the card,
        and every condition of a promotion with the figures.

        Examples:
          clearway risk measure
        """
        from clearway.cli.screen import write_json

        prepare()
        write_json(measure())

    @group.command("work", hidden=True)
    def _work(
        number: Annotated[int, typer.Argument()],
        what: Annotated[str, typer.Argument()],
        until: Annotated[int, typer.Argument()],
        file: Annotated[Path, typer.Argument()],
    ) -> None:
        """Do the work that a job of a running platform ordered, and write it into a file."""
        threading.Thread(target=_end_with_parent, daemon=True).start()
        os.nice(10)  # declarations come first
        prepare()
        import msgspec

        from clearway.risk.child import progress_of
        from clearway.risk.learning import working
        from clearway.risk.profiles import trials

        if what == trials.TRIAL:
            made = trials.compute(number, until, progress_of(file))
        else:
            made = working.compute(number, what, until)
        file.write_bytes(msgspec.msgpack.encode(made))

    app.add_typer(group, name="risk")


def _end_with_parent() -> None:
    while os.read(0, 1):  # not by sys.stdin, whose lock the end of the interpreter would need
        pass
    os._exit(1)


def models() -> list[dict[str, Any]]:
    """Return every model as the API lists it, with its conditions."""
    from clearway.risk.learning import queries, telling

    return [telling.whole(row) for row in queries.models()]


def measure() -> dict[str, Any]:
    """Train and back-test on all that was inspected; return card and conditions."""
    import msgspec

    from clearway.risk.learning import back_testing, serving
    from clearway.risk.learning.conditions import conditions
    from clearway.risk.learning.gathering import gather
    from clearway.risk.learning.queries import serves

    found = gather()
    rows = {"rows": 0 if found is None else len(found)}
    if found is None or not back_testing.enough(found):
        rows["violations"] = 0 if found is None else int(found.violation.sum())
        return {"data": rows, "conditions": msgspec.to_builtins(conditions(None, 0))}
    _, card = back_testing.learn(found)
    live, beside = serving.live(), serves()
    test = back_testing.back_test(found, 0, live, 0 if beside is None else beside.until)
    card = msgspec.structs.replace(card, back_test=test)
    met = conditions(card, 0 if live is None else live.number)
    return {"card": msgspec.to_builtins(card), "conditions": msgspec.to_builtins(met)}
