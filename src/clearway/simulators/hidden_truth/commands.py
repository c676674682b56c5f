"""``clearway simulate hidden-truth``: a border with hidden truth as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from clearway.batch.output_folder import output_file
from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json
from clearway.vocabulary.errors import InputUnusable

if TYPE_CHECKING:
    import numpy as np

    from clearway.simulators.hidden_truth import TruthKeeper, WeekSum

DECLARED_FILE, TRUTH_FILE, DEEDS_FILE = "declared.parquet", "truth.parquet", "deeds.parquet"


def simulate_hidden_truth(
    *,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to make.")],
    parameters: Annotated[
        str,
        typer.Option(
            metavar="FILE|NAME", help="default, calm, turning, adaptive, drifting, or a file."
        ),
    ] = "default",
    weeks: Annotated[
        int | None,
        typer.Option(min=1, max=520, help="As the parameters say.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another border.")] = 1,
    inspect: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="Share of each week inspected by lot: who is caught reacts."
        ),
    ] = 0.0,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Write a year of goods items whose fraud is behaviour, and the truth about them apart.

    What is declared stands in declared.parquet; the truth in truth.parquet, row for row, and what
    the agents did in deeds.parquet. A policy may be given the first of them only.

    Examples:
      clearway simulate hidden-truth --out year/

      clearway simulate hidden-truth --parameters turning --seed 7 --weeks 26 --out turning/

      clearway simulate hidden-truth --parameters own.toml --inspect 0.1 --out own/ --format json
    """
    from clearway.simulators.hidden_truth import HiddenTruthBorder, TruthKeeper, load

    wanted = load(parameters)
    if weeks is not None:
        wanted = wanted.for_weeks(weeks)
    if out.exists():
        raise InputUnusable(
            "There is something of that name already.",
            where=str(out),
            remedy="Name a new folder with --out.",
        )
    keeper = TruthKeeper()
    border = HiddenTruthBorder(wanted, seed, keeper=keeper)
    tables = _let_pass(border, seed, inspect)
    with output_file(out) as folder:
        folder.mkdir()
        _write(tables, keeper, folder)
    told = _summary(border.close(), keeper)
    if format_ is ReportFormat.JSON:
        write_json({"seed": seed, "parameters": parameters, **told})
        return
    console().print(_shown(told))
    side_console().print(Text(f"Written to {out}: {DECLARED_FILE}, {TRUTH_FILE}, {DEEDS_FILE}"))


def _let_pass(border: Any, seed: int, share: float) -> list[dict[str, np.ndarray]]:
    """Let all weeks pass, a share of each inspected by lot, and return what was declared."""
    import numpy as np

    draw, tables = np.random.default_rng([seed, 7]), []
    for _ in range(border.weeks):
        table = border.next_week().table
        tables.append(table)
        numbers = table["declaration"]
        border.inspect(draw.permutation(numbers)[: round(share * len(numbers))].tolist())
    return tables


def _write(tables: list[dict[str, np.ndarray]], keeper: TruthKeeper, folder: Path) -> None:
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    declared = {name: np.concatenate([one[name] for one in tables]) for name in tables[0]}
    deeds = {
        name: [getattr(one, name) for one in keeper.deeds]
        for name in ("week", "who", "career", "what")
    }
    kinds = pa.schema(
        [("week", pa.int64()), ("who", pa.string()), ("career", pa.string()), ("what", pa.string())]
    )
    for name, table in (
        (DECLARED_FILE, _arrow(declared)),
        (TRUTH_FILE, _arrow(keeper.table())),
        (DEEDS_FILE, pa.table(deeds, schema=kinds)),
    ):
        parquet.write_table(table, folder / name)


def _arrow(columns: dict[str, np.ndarray]) -> Any:
    import pyarrow as pa

    return pa.table(
        {
            name: pa.array(column.tolist() if column.dtype.kind == "U" else column)
            for name, column in columns.items()
        }
    )


def _summary(sums: list[WeekSum], keeper: TruthKeeper) -> dict[str, Any]:
    """Return what the border came to, and the share of each scheme in its offences."""
    from collections import Counter

    truth = keeper.table()
    wrong = truth["violation"]
    offences, stake = int(wrong.sum()), int(truth["duty_at_stake"][wrong].sum())
    counted = Counter(truth["intent"][wrong].tolist())
    worth: Counter[str] = Counter()
    for intent, one in zip(
        truth["intent"][wrong].tolist(), truth["duty_at_stake"][wrong].tolist(), strict=True
    ):
        worth[intent] += one
    return {
        "weeks": len(sums),
        "items": len(wrong),
        "offences": offences,
        "offence_share": round(offences / len(wrong), 4),
        "duty_at_stake": stake,
        "inspected": sum(one.inspected for one in sums),
        "offences_found": sum(one.offences_found for one in sums),
        "duty_found": sum(one.duty_found for one in sums),
        "schemes": {
            name: {
                "share_of_offences": round(count / offences, 4),
                "share_of_duty": round(worth[name] / max(1, stake), 4),
            }
            for name, count in counted.most_common()
        },
    }


def _shown(told: dict[str, Any]) -> Table:
    table = Table(
        title=f"{told['weeks']} weeks, {told['items']:,} items, {told['offences']:,} offences "
        f"({told['offence_share']:.1%}), {told['duty_at_stake']:,} duty at stake"
    )
    table.add_column("scheme")
    table.add_column("of the offences", justify="right")
    table.add_column("of the duty at stake", justify="right")
    for name, shares in told["schemes"].items():
        table.add_row(name, f"{shares['share_of_offences']:.1%}", f"{shares['share_of_duty']:.1%}")
    return table
