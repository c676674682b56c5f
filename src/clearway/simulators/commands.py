"""``clearway demo day`` and what ``clearway simulate`` writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from clearway.batch.history import write_history
from clearway.batch.output_folder import output_file
from clearway.batch.places import Place
from clearway.batch.run import Placed, Run
from clearway.batch.summary import Summary
from clearway.batch.writing import Writer
from clearway.cli.assess import Answer, FormatOption, OutOption, answer, day_number
from clearway.cli.choices import Language, LanguageOption, OutputFormat, PackOption
from clearway.cli.demonstration import demonstration_folder
from clearway.cli.packs_in_use import open_pack
from clearway.cli.screen import console, side_console
from clearway.kernel.reference import Reference
from clearway.simulators.border import commands as border_commands
from clearway.simulators.hidden_truth.commands import simulate_hidden_truth
from clearway.simulators.next_steps import Examples, show_next_steps, show_title
from clearway.vocabulary.errors import InputUnusable

DEFAULT_DATE = "2026-03-03"

CountOption = Annotated[
    int | None,
    typer.Option(
        "--declarations", "-n", help="How many; by default what the weekday brings (2,000 and up)."
    ),
]
SeedOption = Annotated[int, typer.Option(help="Another seed is another set of traders.")]
DateOption = Annotated[str, typer.Option("--date", metavar="DATE", help="The simulated day.")]


class FileForm(StrEnum):
    """The forms in which a simulated day is written."""

    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"
    XML = "xml"


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    demo = typer.Typer(invoke_without_command=True)
    demo.callback()(border_commands.demo)
    demo.command("day")(demo_day)
    app.add_typer(demo, name="demo")
    simulate = typer.Typer(help="Write made-up declarations to a file.", no_args_is_help=True)
    simulate.command("day")(simulate_day)
    simulate.command("hidden-truth")(simulate_hidden_truth)
    app.add_typer(simulate, name="simulate")


def demo_day(
    declarations: CountOption = None,
    seed: SeedOption = 1,
    on: DateOption = DEFAULT_DATE,
    pack: PackOption = None,
    out: OutOption = None,
    format_: FormatOption = OutputFormat.TABLE,
    language: LanguageOption = Language.EN,
) -> None:
    """Assess a generated day of the demo country's declarations and show the summary.

    Examples:
      clearway demo day

      clearway demo day --declarations 500 --date 2026-03-07 --lang fr

      clearway demo day --out day/ --format json
    """
    reference = open_pack(pack)
    day = day_number(on)
    made = _lodgements(reference, date.fromisoformat(on), declarations, seed)

    def work(run: Run, writers: Sequence[Writer]) -> Summary:
        return run.over_lodgements(made, writers)

    if format_ is not OutputFormat.TABLE or out is not None:
        answer(reference, work, Answer(format_, out, language.value, day))
        return
    examples = Examples()
    wanted = Answer(format_, out, language.value, day, keep=demonstration_folder())
    show_title(
        console(),
        date.fromisoformat(on),
        reference.name.title(),
        language.value,
        fictional=pack is None,
    )
    answer(reference, work, wanted, also=[examples])
    if wanted.keep is not None:
        options = () if pack is None else ("--pack", str(pack))
        show_next_steps(console(), examples, language.value, options)


def _lodgements(
    reference: Reference, on: date, declarations: int | None, seed: int
) -> Iterator[Placed]:
    from clearway.messages import to_lodgement
    from clearway.simulators.day import generate_day

    for number, made in enumerate(
        generate_day(reference, on, declarations=declarations, seed=seed), 1
    ):
        lodgement, problems = to_lodgement(made.declaration, features=made.features)
        lodgement.form_findings = tuple(problem.finding() for problem in problems)
        yield Place(f"simulated day {on.isoformat()}", number), lodgement


def simulate_day(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The file to write.")],
    form: Annotated[FileForm, typer.Option("--format", "-f", help="xml makes a folder.")] = (
        FileForm.NDJSON
    ),
    declarations: CountOption = None,
    seed: SeedOption = 1,
    on: DateOption = DEFAULT_DATE,
    history: Annotated[
        Path | None,
        typer.Option(
            "--history",
            metavar="FILE",
            help="Write the parties' history there too, for `assess --history`.",
            show_default=False,
        ),
    ] = None,
    pack: PackOption = None,
) -> None:
    """Write a generated day of declarations, as traders would have sent them.

    Examples:
      clearway simulate day --out day.ndjson

      clearway simulate day --out day.parquet --format parquet --declarations 10000

      clearway simulate day --out inbox/ --format xml --declarations 50

      clearway simulate day --out day.csv --format csv --history history.csv
    """
    from clearway.messages.records import MetaData
    from clearway.simulators.day import generate_day
    from clearway.simulators.files import write_day

    reference = open_pack(pack)
    day_number(on)
    if out.exists():
        raise InputUnusable(
            "There is something of that name already.",
            where=str(out),
            remedy="Name a new file with --out.",
        )

    def records() -> Iterator[Any]:
        for made in generate_day(
            reference, date.fromisoformat(on), declarations=declarations, seed=seed
        ):
            yield MetaData(wco_type_name="DEC", declaration=made.declaration)

    with output_file(out) as partial:
        count = write_day(records, partial, form.value)
    side_console().print(Text(f"{count:,} declarations written to {out}"))
    if history is not None:
        made = _lodgements(reference, date.fromisoformat(on), declarations, seed)
        with (
            output_file(history) as partial,
            partial.open("w", encoding="utf-8", newline="") as file,
        ):
            write_history((lodgement for _, lodgement in made), file, reference.exponent)
        side_console().print(Text(f"Their parties' history written to {history}"))
