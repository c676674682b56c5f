"""A report as the words that a form shows: the way back of ``reading``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from clearway.cargo.reports import ContainerReport, SealReport
from clearway.cargo.rules import kilograms
from clearway.web.writing import zone


def words_of(report: msgspec.Struct) -> dict[str, str]:
    """Return the words of a report's own fields, as one would have typed them."""
    return {
        name: _word(name, value)
        for name, value in msgspec.structs.asdict(report).items()
        if name != "containers"
    }


def words_of_container(container: ContainerReport) -> dict[str, str]:
    """Return the words of a container."""
    told = words_of(container)
    return {
        "container": told["number"],
        "size_type": told["size_type"],
        "fullness": told["fullness"],
        "container_packages": told["packages"],
        "container_gross_mass": told["gross_mass"],
        "seals": seals(container.seals),
    }


def seals(some: tuple[SealReport, ...]) -> str:
    """Return seals as they are typed.

    >>> seals((SealReport("SL4411", "CA"), SealReport("SL4412")))
    'SL4411 CA; SL4412'
    """
    return "; ".join(f"{seal.number} {seal.party}".strip() for seal in some)


def local(at: datetime) -> str:
    """Return an instant as a field of local time holds it."""
    return f"{at.astimezone(zone()):%Y-%m-%dT%H:%M}"


def _word(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if name == "gross_mass":
        return kilograms(value)
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "1" if value is True else str(value)
