"""The parameters of a border with hidden truth: files that say what may be said, with its bounds.

A file is TOML and says only what differs from ``parameters/default.toml``. A key that is not
known, a value of the wrong kind or outside its bounds is refused with the file, the key and what
to write instead.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any, get_type_hints

from clearway.vocabulary.errors import InputUnusable

SCHEMES = ("undervaluation", "misclassification", "origin", "quantity", "splitting", "smuggling")
"""What fraudsters do, by the names under which the parameter files weigh it."""
CAREERS = ("steady", "turning", "returning")
"""When those do it who misdeclare what they ship themselves; see ``careers.py``."""


def _share(most: float = 1.0) -> Any:
    return field(metadata={"least": 0.0, "most": most})


def _number(least: float, most: float) -> Any:
    return field(metadata={"least": least, "most": most})


@dataclass(frozen=True, kw_only=True)
class Size:
    """How long and how large: weeks, items of an average week, firms, offices, first day."""

    weeks: int = _number(1, 520)
    first_day: date = field(metadata={})
    items_a_week: int = _number(50, 50_000)
    firms: int = _number(20, 20_000)
    offices: int = _number(2, 40)
    brokers: int = _number(3, 500)
    headings: int = _number(10, 90)


@dataclass(frozen=True, kw_only=True)
class Trade:
    """What honest trade looks like. Shares are of one; see the comments of ``default.toml``."""

    parcels: float = _share(0.9)
    repeats: float = _share()
    size_tail: float = _number(1.01, 5.0)
    season: float = _share(0.9)
    new_firms: float = _share(0.2)
    leaving: float = _share(0.2)
    new_goods: float = _share(0.5)
    via_hub: float = _share()
    price_level: float = _number(0.0, 1.5)
    price_noise: float = _number(0.0, 1.5)
    world_prices: float = _share(0.2)


@dataclass(frozen=True, kw_only=True)
class Law:
    """Value added tax in per cent, the limit of parcels' relief, and what counts as an offence."""

    vat: float = _number(0.0, 50.0)
    low_value_limit: int = _number(10, 5_000)
    tolerance: float = _share()
    tolerance_floor: int = _number(0, 10_000)


@dataclass(frozen=True, kw_only=True)
class Mistakes:
    """Honest mistakes: how many items have one, and how large they are."""

    share: float = _share()
    size: float = _number(0.0, 0.5)


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """The share of wrong items in which an inspector finds nothing although he looks."""

    overlooked: float = _share(0.9)


@dataclass(frozen=True, kw_only=True)
class Fraud:
    """How much is wrong, who does it, how eagerly, and how those who are caught react."""

    share: float = _share(0.5)
    intensity: float = _number(0.05, 1.0)
    adaptive: float = _share()
    gives_up: float = _share()
    lies_low: tuple[int, int] = _number(0, 52)
    probes: float = _share()
    crooked_brokers: float = _share()
    greed: float = _share()
    schemes: Mapping[str, float] = field(metadata={"names": SCHEMES})
    careers: Mapping[str, float] = field(metadata={"names": CAREERS})


@dataclass(frozen=True, kw_only=True)
class Turning:
    """Weeks between which parties that turn do so."""

    weeks: tuple[int, int] = _number(1, 520)


@dataclass(frozen=True, kw_only=True)
class Returning:
    """Weeks that a vanishing importer lives and rests, and what he keeps under his next name."""

    life: tuple[int, int] = _number(1, 104)
    rest: tuple[int, int] = _number(0, 104)
    keeps_seller: float = _share()
    keeps_broker: float = _share()


@dataclass(frozen=True, kw_only=True)
class Hijack:
    """Smugglers in clean importers' traffic: weeks with one victim, and what betrays them."""

    run: tuple[int, int] = _number(1, 104)
    own_broker: float = _share()
    own_office: float = _share()
    own_seller: float = _share()
    via_hub: float = _share()
    stake: int = _number(100, 10_000_000)


@dataclass(frozen=True, kw_only=True)
class Wave:
    """A scheme in or out of fashion: between two weeks it is done ``times`` as often."""

    scheme: str = field(metadata={"one_of": SCHEMES})
    weeks: tuple[int, int] = _number(1, 520)
    times: float = _number(0.0, 10.0)


@dataclass(frozen=True, kw_only=True)
class TariffChange:
    """In a week the duty of so many headings changes by so many points; some firms are tempted."""

    week: int = _number(1, 520)
    headings: int = _number(1, 60)
    points: float = _number(-40.0, 60.0)
    tempted: float = _share()


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What changes during the year. ``on`` is false for a border that stays as it is."""

    on: bool = field(metadata={})
    waves: tuple[Wave, ...] = field(metadata={"of": Wave})
    tariff: tuple[TariffChange, ...] = field(metadata={"of": TariffChange})


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Everything that a border depends on but its seed."""

    border: Size
    trade: Trade
    law: Law
    mistakes: Mistakes
    inspection: Inspection
    fraud: Fraud
    turning: Turning
    returning: Returning
    hijack: Hijack
    drift: Drift

    def for_weeks(self, weeks: int) -> Parameters:
        """Return the same with another length.

        Raises:
            InputUnusable: no border lasts so long.
        """
        size = self.border
        return replace(self, border=_read(Size, _plain(size) | {"weeks": weeks}, "weeks", ""))


def names() -> list[str]:
    """Return the names of the parameter files that come along, e.g. ``default``."""
    here = resources.files(__package__).joinpath("parameters")
    return sorted(one.name.removesuffix(".toml") for one in here.iterdir() if one.is_file())


def load(name: str | Path = "default") -> Parameters:
    """Return the parameters of a file, or of one that comes along by its name.

    Raises:
        InputUnusable: no such file, no TOML, or something in it that cannot be.
    """
    default = resources.files(__package__).joinpath("parameters", "default.toml")
    whole = tomllib.loads(default.read_text(encoding="utf-8"))
    if str(name) == "default":
        return _parameters(whole, "default.toml")
    if str(name) in names():
        text = default.parent.joinpath(f"{name}.toml").read_text(encoding="utf-8")  # type: ignore[attr-defined]
        where = f"{name}.toml"
    else:
        where, text = str(name), _text(Path(name))
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputUnusable(
            f"This is no TOML: {error}.", where=where, remedy="Mend the line that is named."
        ) from None
    return _parameters(_over(whole, said), where)


def _parameters(said: Mapping[str, Any], where: str) -> Parameters:
    found: Parameters = _read(Parameters, said, where, "")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputUnusable(
            f"The parameters cannot be read: {error}.",
            where=str(path),
            remedy=f"Name a TOML file, or one of {', '.join(names())}.",
        ) from None


def _over(whole: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what a file says over the default; a list or a table of weights replaces the whole."""
    mixed = dict(whole)
    for key, value in said.items():
        before = whole.get(key)
        whole_table = isinstance(before, dict) and isinstance(value, dict)
        mixed[key] = _over(before or {}, value) if whole_table else value
    return mixed


def _plain(part: Any) -> dict[str, Any]:
    return {one.name: getattr(part, one.name) for one in fields(part)}


def _read(kind: Any, said: Any, where: str, path: str) -> Any:
    """Return a part of the parameters from its table."""
    if not isinstance(said, Mapping):
        raise _refused(where, path, "a table is expected here", f"Write [{path}] and its keys.")
    known = {one.name: one for one in fields(kind)}
    hints = get_type_hints(kind)
    for key in said:
        if key not in known:
            near = get_close_matches(key, known, 1)
            remedy = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."
            raise _refused(where, _join(path, key), "this key is not known", remedy)
    values = {}
    for key, one in known.items():
        at = _join(path, key)
        if key not in said:
            raise _refused(where, at, "this key is missing", "Give it a value.")
        if is_dataclass(hints[key]):
            values[key] = _read(hints[key], said[key], where, at)
        elif "of" in one.metadata:
            values[key] = _several(one.metadata["of"], said[key], where, at)
        else:
            values[key] = _value(hints[key], one.metadata, said[key], where, at)
    return kind(**values)


def _several(kind: Any, said: Any, where: str, path: str) -> tuple[Any, ...]:
    if not isinstance(said, list):
        raise _refused(where, path, "a list of tables is expected", f"Write [[{path}]] for each.")
    return tuple(_read(kind, one, where, f"{path}[{at}]") for at, one in enumerate(said, 1))


def _value(hint: Any, bounds: Mapping[str, Any], said: Any, where: str, path: str) -> Any:
    if hint is bool or hint is date:
        if type(said) is not hint:
            wanted = "true or false" if hint is bool else "a date such as 2026-01-05"
            raise _refused(where, path, f"{said!r} is not {wanted}", f"Write {wanted}.")
        return said
    if "one_of" in bounds:
        if said not in bounds["one_of"]:
            known = ", ".join(bounds["one_of"])
            raise _refused(where, path, f"{said!r} is not known", f"Write one of {known}.")
        return said
    if "names" in bounds:
        return _weights(bounds["names"], said, where, path)
    if hint == tuple[int, int]:
        if not isinstance(said, list) or len(said) != 2:
            raise _refused(
                where, path, "two numbers are expected", "Write [least, most], such as [3, 8]."
            )
        least, most = (_bounded(int, bounds, one, where, path) for one in said)
        if least > most:
            raise _refused(where, path, f"{least} is above {most}", "Write the smaller one first.")
        return least, most
    return _bounded(hint, bounds, said, where, path)


def _weights(known: tuple[str, ...], said: Any, where: str, path: str) -> dict[str, float]:
    if not isinstance(said, Mapping):
        raise _refused(where, path, "a table of weights is expected", f"Write [{path}].")
    for key in said:
        if key not in known:
            remedy = f"Known are {', '.join(known)}."
            raise _refused(where, _join(path, key), "this key is not known", remedy)
    bounds = {"least": 0.0, "most": 1e6}
    found = {
        key: _bounded(float, bounds, said.get(key, 0.0), where, _join(path, key)) for key in known
    }
    if not sum(found.values()):
        raise _refused(where, path, "all weights are nought", "Give one of them a weight.")
    return found


def _bounded(hint: Any, bounds: Mapping[str, Any], said: Any, where: str, path: str) -> Any:
    allowed = (int,) if hint is int else (int, float)
    least, most = bounds["least"], bounds["most"]
    wanted = f"{'a whole number' if hint is int else 'a number'} from {least:g} to {most:g}"
    if isinstance(said, bool) or not isinstance(said, allowed) or not least <= said <= most:
        raise _refused(where, path, f"{said!r} is not {wanted}", f"Write {wanted}.")
    return hint(said)


def _refused(where: str, path: str, what: str, remedy: str) -> InputUnusable:
    return InputUnusable(f"{path}: {what}.", where=where, remedy=remedy)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
