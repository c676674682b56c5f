"""What to try after the demonstration: commands about declarations of the day itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from rich.console import Console
from rich.text import Text

from clearway.batch.places import Place, Unreadable
from clearway.batch.summary import Summary
from clearway.cli.demonstration import command
from clearway.cli.words import words
from clearway.kernel.decisions import Channel, Decision, Lane
from clearway.kernel.tables import Decisions
from clearway.kernel.texts import fill

_SHORT = 3  # items: an example should fit on a screen


class Examples:
    """Remembers one short declaration that was selected and one that was rejected."""

    def __init__(self) -> None:
        self.selected: Decision | None = None
        self.rejected: Decision | None = None

    def write(self, places: Sequence[Place], decisions: Decisions) -> None:
        """Look at one chunk."""
        del places
        for decision in decisions:
            if not decision.accepted:
                self.rejected = _better(decision, self.rejected)
            elif (
                decision.selection is not None
                and decision.selection.lane is Lane.RED
                and decision.selection.channel is not Channel.RANDOM
            ):
                self.selected = _better(decision, self.selected)

    def note(self, error: Unreadable) -> None:
        """Nothing: made-up declarations can all be read."""

    def finish(self, summary: Summary) -> None:
        """Nothing: there is nothing to close."""

    def close(self) -> None:
        """Nothing: there is nothing to close."""


def _better(new: Decision, old: Decision | None) -> Decision:
    """Prefer what has most to tell, of those that are short; the earlier one of equals."""

    def worth(decision: Decision) -> tuple[bool, int, int]:
        told = len({hit.profile for hit in decision.hits}) + len(decision.findings)
        return (len(decision.values) <= _SHORT, told, len(decision.charges))

    return new if old is None or worth(new) > worth(old) else old


def show_title(
    out: Console, on: date, country: str, language: str, *, fictional: bool = True
) -> None:
    """Say what the figures below are about."""
    title = {"date": format_date(on, format="long", locale=language), "country": country}
    out.print(Text(fill(words(language)["demo_title"], title), style="bold"))
    if fictional:
        out.print(Text(words(language)["demo_note"], style="dim"))
    out.print()


def show_next_steps(
    out: Console, examples: Examples, language: str, options: Sequence[str] = ()
) -> None:
    """Print commands that work as they stand: about the day just shown, then beyond it."""
    label = words(language)
    here = () if language == "en" else ("--lang", language)
    other = "fr" if language == "vi" else "vi"
    steps: list[tuple[str, str]] = []
    if examples.selected is not None:
        lrn = examples.selected.lrn
        steps += [
            ("next_lane", command("explain", lrn, *here, *options)),
            ("next_trader", command("explain", lrn, "--for", "trader", *here, *options)),
            ("next_language", command("explain", lrn, "--lang", other, *options)),
        ]
    if examples.rejected is not None:
        lrn = examples.rejected.lrn
        steps.append(("next_rejected", command("explain", lrn, *here, *options)))
    steps.append(("next_own", command("assess", "--help")))
    out.print()
    out.print(Text(label["next"], style="bold underline"))
    for name, line in steps:
        out.print(Text(label[name]))
        out.print(Text(f"  {line}", style="cyan"), soft_wrap=True)
