"""What ``clearway check api`` found, as lines to read and as a verdict."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from clearway.cli.screen import console
from clearway.proving.check_api import ROLES, STRANGER, Effort, Report, check
from clearway.vocabulary.errors import InputUnusable


def verdict(report: Report) -> list[str]:
    """Return what is wrong with what was met; nothing where all is right."""
    wrong = []
    for role, met in report.met.items():
        wrong += [f"{role}: {error}" for error in met.errors]
        wrong += [
            f"{role} {name}: {words}" for name, found in met.failures.items() for words in found
        ]
        if met.total(5):
            wrong.append(f"{role}: {met.total(5)} answers were a server's error")
        wrong += [f"{role} {name}: {words}" for name, words in _unreached(report, role)]
        if role != STRANGER and not met.links.total():
            wrong.append(f"{role}: no link was followed")
    if set(report.met) == set(ROLES):
        for name in report.operations:
            if not any(met.count(name, 2) for met in report.met.values()):
                wrong.append(f"{name}: nobody ever got through")
    return wrong


def _unreached(report: Report, role: str) -> Iterator[tuple[str, str]]:
    """Yield each operation that a role did not reach as it has to, and how."""
    met = report.met[role]
    for name in report.operations:
        through, refused = met.count(name, 2), met.count(name, 4)
        if not refused:
            yield name, "never refused (4xx)"
        if report.has(role, name) and not through:
            yield name, "never got through (2xx)"
        if not report.has(role, name) and through:
            yield name, "got through, though the role has not the operation"


def run(wanted: Sequence[str], effort: Effort, processes: int = 1) -> int:
    """Check, print what was met, and return the exit code: 1 where anything is wrong.

    Args:
        wanted: some of ``ROLES``; all of them where there is none.
        effort: how much is tried.
        processes: among how many the roles are shared out.

    Raises:
        InputUnusable: there is no such role.
    """
    roles = tuple(wanted or ROLES)
    if not set(roles) <= set(ROLES):
        raise InputUnusable(f"Known roles: {', '.join(ROLES)}.", where="--role")
    began = time.monotonic()
    report = check(roles, effort, processes)
    for role in roles:
        console().print(_table(report, role))
    console().print(_summary(report))
    wrong = verdict(report)
    met = report.met.values()
    console().print(
        f"{sum(one.total(hundred) for one in met for hundred in (2, 3, 4, 5))} requests, "
        f"{sum(one.links.total() for one in met)} links followed, "
        f"{sum(one.total(5) for one in met)} server errors, "
        f"{sum(len(found) for one in met for found in one.failures.values())} schema violations, "
        f"{time.monotonic() - began:.0f} s"
    )
    for line in wrong:
        console().print(Text(line))
    return 1 if wrong else 0


def _summary(report: Report) -> Table:
    """Return one line for each role: what it has, what it reached, what was found."""
    whole = len(report.operations)
    columns = ("role", "has", "reached 2xx", "reached 4xx", "requests", "5xx", "by links")
    table = Table(*columns, "violations", title=f"{whole} operations")
    for role, met in report.met.items():
        reached = [
            sum(met.count(one, hundred) > 0 for one in report.operations) for hundred in (2, 4)
        ]
        table.add_row(
            role,
            str(sum(report.has(role, one) for one in report.operations)),
            *map(str, reached),
            str(sum(met.total(hundred) for hundred in range(1, 6))),
            str(met.total(5)),
            str(met.links.total()),
            str(sum(map(len, met.failures.values()))),
        )
    return table


def _table(report: Report, role: str) -> Table:
    met = report.met[role]
    columns = ("operation", "has it", "2xx", "4xx", "5xx", "by links", "violations")
    table = Table(*columns, title=role)
    for name in report.operations:
        table.add_row(
            name,
            "yes" if report.has(role, name) else "no",
            *(str(met.count(name, hundred)) for hundred in (2, 4, 5)),
            str(met.links[name]),
            str(len(met.failures.get(name, ()))),
        )
    return table
