"""The small border of the declarations' tests, with two supervisors who keep a targeting list."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from tests.clearance.conftest import OFFICE, officer_of
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.inspection.conftest import person

from clearway.audit.actor import Role
from clearway.intelligence import following, watchlists
from clearway.intelligence.keys import Key
from clearway.intelligence.rules import EntryWanted

EMPTY = "-0- "


def _row(number, name, kind=EMPTY, programme="", call_sign=EMPTY, flag=EMPTY, remarks=EMPTY):
    """A row of SDN.CSV as it is published."""
    empty = [EMPTY] * 3
    cells = (name, kind, programme, EMPTY, call_sign, *empty, flag, EMPTY, remarks)
    quoted = [cell if cell == EMPTY else f'"{cell}"' for cell in cells]
    return ",".join([number, *quoted])


SDN = "\n".join((
    _row("36", "AEROCARIBBEAN AIRLINES", programme="CUBA"),
    _row("7713", "KRSTIC, Radislav", "individual", "BALKANS",
         remarks="DOB 15 Feb 1948; Passport 1234567 (Serbia); nationality Serbia."),
    _row("15036", "ARTAVIL", "vessel", "IRAN", "T2EU4", "Iran",
         remarks="Vessel Registration Identification IMO 9187629."),
    "\x1a",
)).encode()  # fmt: skip
ALT = b'36,12,"aka","AERO-CARIBBEAN",-0- \n'


def wanted(**changes):
    told = {
        "kind": "organisation", "name": "Gulf Plastics Inc", "effect": "stop",
        "reason": "Undervalued twice in 2025", "starts": date(2026, 3, 1),
        "ends": date(2026, 9, 1), **changes,
    }  # fmt: skip
    return EntryWanted(**told)


@pytest.fixture
def house(border):  # noqa: F811
    """Supervisors who keep lists, an officer, and lists: ``own`` (targeting) and ``sdn``."""
    customs = border.actors["officer"].organisation
    boss = person(customs, "boss@customs.example", Role.SUPERVISOR, OFFICE)
    second = person(customs, "second@customs.example", Role.SUPERVISOR, OFFICE)
    watchlists.make(boss, code="own", name="Own targets", kind="targeting")
    watchlists.make(boss, code="sdn", name="OFAC SDN", kind="sanctions", publisher="US Treasury")
    made = SimpleNamespace(
        border=border, boss=boss, second=second, officer=officer_of(customs, "o@customs.example")
    )

    def listed(**changes):
        row = watchlists.propose(boss, "own", wanted(**changes))
        if row.state == "proposed":
            row = watchlists.decide(second, row.pk, approve=True, reason="Agreed")
        return row

    def lodged(**changes):
        mrn = border.lodged(**changes)
        following.declaration_came(mrn, border.clock.now())
        return mrn

    made.listed, made.lodged = listed, lodged
    return made


def trader(number):
    """The key of a trader identification number."""
    return (Key("trader", number),)


@pytest.fixture
def people_elsewhere(house):
    """An officer of another office."""
    return officer_of(house.boss.organisation, "far@customs.example", "XP000210")
