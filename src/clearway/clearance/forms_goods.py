"""What the operations on holds, units, movements and exits take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Reason
from clearway.clearance import facts, leaving, queries, standing, units
from clearway.clearance.models import Exit, Hold, Move
from clearway.clearance.units import Unit
from clearway.declarations.life_cycle import BEFORE_RELEASE, GUARDS
from clearway.declarations.models import Declaration
from clearway.declarations.told import Free, ReleaseOrder

UnitKind = Literal["container", "vehicle", "uld", "packages"]
UnitNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=70),
    Field(examples=["CSQU3054383"]),
]
Code = Annotated[str, StringConstraints(max_length=17)]


class HoldWanted(Form):
    """Why goods are held."""

    legal_reason: Reason = Field(
        description="told to the trader", examples=["Customs Act, section 12 (3)"]
    )
    note: Free = Field("", description="kept with it, and told to nobody outside customs")
    deputy: Code = Field(
        "", description="office or agency that may lift it too; the pack names one", examples=[""]
    )


class GoodsHoldWanted(HoldWanted):
    """Why the goods of a declaration are held, or one of its goods items."""

    item: int | None = Field(None, ge=1, le=32767, description="all of them where it is left out")


class UnitWanted(Form):
    """A transport unit."""

    kind: UnitKind
    number: UnitNumber = Field(
        description="of packages: their transport document, or the MRN where there is none",
        examples=["CSQU3054383"],
    )


class UnitHoldWanted(HoldWanted, UnitWanted):
    """Why a transport unit is held, whatever is declared of it."""


class LiftingWanted(Form):
    """Why a hold is lifted."""

    reason: Reason
    court_order: Annotated[str, StringConstraints(max_length=70)] = Field(
        "", description="a supervisor lifts another's hold by this order alone", examples=[""]
    )


class HoldTold(Schema):
    """A hold."""

    id: int
    mrn: str | None = Field(description="none where it is on a unit")
    item: int | None
    unit_kind: str
    unit_number: str
    owner: str = Field(description="customs office or agency; empty is the head office")
    deputy: str
    by_agency: bool
    legal_reason: str
    placed_at: datetime
    lifted_at: datetime | None
    lifted_why: str
    court_order: str


class HoldPage(Schema):
    """Some holds, the latest first."""

    items: list[HoldTold]
    next: str | None


class ReasonTold(Schema):
    """Why a unit may not leave."""

    why: str = Field(examples=["not_released"])
    about: str = Field(description="an MRN, a transport document, an office or an agency")


class UnitTold(Schema):
    """Whether a transport unit may leave, over all declarations that are about it."""

    kind: str
    number: str
    may_leave: bool
    reasons: list[ReasonTold]
    mrns: list[str]
    packages: int = Field(description="of a lot: how many may leave now")
    under_control: str = Field(description="the freight station to which it may go, or nothing")


class BallTold(Schema):
    """Something that is to be done now."""

    holder: str = Field(examples=["trader"])
    what: str = Field(examples=["pay"])
    about: str = Field(description="the office or agency where it is one's")
    since: datetime | None
    due: datetime | None


class ExitTold(Schema):
    """The way of export goods after their release."""

    mrn: str | None
    packages: int
    loaded: int
    short: int
    means: str
    due_at: datetime
    gated_in_at: datetime | None
    loaded_at: datetime | None
    departed_at: datetime | None
    enquired_at: datetime | None
    answer_due_at: datetime | None
    proof: str
    ended: str
    ended_at: datetime | None


class ExitPage(Schema):
    """Some exits."""

    items: list[ExitTold]
    next: str | None


class StandingTold(Schema):
    """Where a declaration stands on its way to release and out."""

    mrn: str | None
    state: str
    goods_state: str
    debt_state: str
    to_do: list[BallTold] = Field(
        description="who holds the ball, what stops it first of all first"
    )
    in_the_way: list[str] = Field(description="the guards of a release that do not hold")
    holds: list[HoldTold]
    units: list[UnitWanted]
    released_items: list[int] = Field(description="released before the others")
    exit: ExitTold | None


class ItemsOrder(ReleaseOrder):
    """What an officer says when he releases some goods items."""

    items: list[Annotated[int, Field(ge=1, le=32767)]] = Field(
        min_length=1, max_length=999, examples=[[1]]
    )


class MoveWanted(UnitWanted):
    """A movement under control."""

    station: Code = Field(description="identifier of the keeper", examples=["XP4000000001"])
    place: Annotated[str, StringConstraints(max_length=35)] = ""
    seals: Annotated[str, StringConstraints(max_length=200)] = ""
    reason: Free = ""


class MoveTold(Schema):
    """A movement under control."""

    id: int
    unit_kind: str
    unit_number: str
    station: str
    place: str
    seals: str
    state: str
    authorised_at: datetime
    left_at: datetime | None
    arrived_at: datetime | None


class MovePage(Schema):
    """Some movements, the latest first."""

    items: list[MoveTold]
    next: str | None


class LoadingWanted(UnitWanted):
    """What went aboard."""

    packages: int | None = Field(None, ge=1, le=99_999_999, description="all where left out")
    item: int | None = Field(
        None, ge=1, le=32767, description="goods item of which they are, where it is counted so"
    )
    means: Annotated[str, StringConstraints(max_length=35)] = Field("", examples=["9074729"])


class UnitsMoved(Schema):
    """The declarations whose goods moved."""

    mrns: list[str]


class ExitWord(Form):
    """What is known of the exit of export goods."""

    outcome: Literal["left", "never_left"] = Field(
        "left", description="never_left ends an enquiry by invalidating the declaration"
    )
    proof: Free = Field(
        "",
        description="what proves an exit that nobody reported; needed unless they have departed",
        examples=["Entry 118-2 at Houston"],
    )
    reason: Free = Field("", description="needed where they never left", examples=["Sold at home"])


def hold(row: Hold) -> dict[str, Any]:
    """Return a hold as it is told, its declaration loaded."""
    names = [name for name in HoldTold.model_fields if name not in {"id", "mrn"}]
    mrn = row.declaration.mrn if row.declaration is not None else None
    return {"id": row.pk, "mrn": mrn, **{name: getattr(row, name) for name in names}}


def unit(one: Unit) -> dict[str, Any]:
    """Return where a unit stands."""
    found = leaving.standing(one)
    return {
        "kind": one.kind,
        "number": one.number,
        "may_leave": found.may_leave,
        "reasons": [{"why": each.why, "about": each.about} for each in found.reasons],
        "mrns": list(found.mrns),
        "packages": found.packages,
        "under_control": found.under_control,
    }


def move(row: Move) -> dict[str, Any]:
    """Return a movement as it is told."""
    return {name: getattr(row, name) for name in MoveTold.model_fields}


def exit_of(row: Exit) -> dict[str, Any]:
    """Return an exit as it is told, its declaration loaded."""
    names = [name for name in ExitTold.model_fields if name != "mrn"]
    return {"mrn": row.declaration.mrn, **{name: getattr(row, name) for name in names}}


def ball_told(ball: standing.Ball) -> dict[str, Any]:
    """Return who has to do what, as it is told."""
    return {name: getattr(ball, name) for name in BallTold.model_fields}


def declaration_standing(row: Declaration) -> dict[str, Any]:
    """Return where a declaration stands, and who has to do what."""
    before = row.state in BEFORE_RELEASE
    way = queries.exit_of(row)
    return {
        "mrn": row.mrn,
        "state": row.state,
        "goods_state": row.goods_state,
        "debt_state": row.debt_state,
        "to_do": [ball_told(ball) for ball in standing.balls(row)],
        "in_the_way": [GUARDS[guard] for guard in facts.in_the_way(row)] if before else [],
        "holds": [hold(each) for each in queries.holds_on(row)],
        "units": [{"kind": one.kind, "number": one.number} for one in units.units_of(row)],
        "released_items": sorted(queries.released_items(row)),
        "exit": None if way is None else exit_of(way),
    }
