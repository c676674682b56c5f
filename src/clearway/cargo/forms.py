"""What the room's operations take. Masses are kilograms, written exactly as text."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Path
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Form, Instant, Reason
from clearway.cargo.reports import (
    ContainerReport,
    ConveyanceReport,
    DocumentReport,
    PreLoadingReport,
    SealReport,
)
from clearway.cargo.rules import millionths

Mass = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$"),
    Field(description="kilograms, at most six decimals", examples=["1250.5"]),
]
Place = Annotated[
    str, StringConstraints(max_length=17), Field(description="UN/LOCODE", examples=["CNSHA"])
]
DocumentNumber = Annotated[
    str,
    StringConstraints(min_length=1, max_length=70, pattern=r"^[A-Za-z0-9][A-Za-z0-9 .()-]*$"),
    Field(examples=["MEDU7700001"]),
]
InPath = Annotated[
    str, Path(min_length=1, max_length=70, pattern=r"^[^\x00-\x1f/]+$", examples=["MEDU7700001"])
]
"""The number of a transport document in an address."""
Packages = Annotated[int, Field(ge=0, le=999_999_999, examples=[100])]


def _text(longest: int, example: str = "", least: int = 0, description: str = "") -> Any:
    return Field(
        "" if not least else ...,
        min_length=least,
        max_length=longest,
        description=description or None,
        examples=[example] if example else None,
    )


class ConveyanceWanted(Form):
    """A conveyance on its way to the border (WCO 15A)."""

    reference: str = _text(35, "MERIDIAN-026W", 1, "one's own number for this report")
    mode: Literal["1", "2", "3", "4", "5", "8"] = Field(description="UN Rec 19", examples=["1"])
    means: str = _text(35, "9074729", 0, "IMO number (mode 1), plate (3), aircraft (4)")
    means_name: str = _text(70, "EVER MERIDIAN")
    nationality: str = _text(2, "PA", 0, "flag or registration, ISO 3166-1")
    journey: str = _text(17, "026W", 0, "voyage, train or flight number")
    carrier: str = _text(17, "XP3000000008", 1, "trader identification number")
    place: Place
    expected_at: Instant = Field(examples=["2026-03-02T06:00:00Z"])
    departed_at: Instant | None = Field(None, description="departure from the last foreign place")

    def report(self) -> ConveyanceReport:
        """Return it as the service takes it."""
        return ConveyanceReport(**self.model_dump())


class ConveyanceCorrected(ConveyanceWanted):
    """A conveyance report in place of an earlier one."""

    reason: Reason

    def report(self) -> ConveyanceReport:
        """Return it as the service takes it."""
        return ConveyanceReport(**self.model_dump(exclude={"reason"}))


class ArrivalWanted(Form):
    """That a conveyance has arrived."""

    arrived_at: Instant = Field(examples=["2026-03-02T06:05:00Z"])
    place: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}[A-Z0-9]{3})?$")] = Field(
        "", description="UN/LOCODE, where it is not the one reported", examples=["XPLOD"]
    )


class SealWanted(Form):
    """A seal."""

    number: str = _text(35, "SL4411", 1)
    party: str = _text(3, "CA", 0, "who put it on (EDIFACT 9303)")


class ContainerWanted(Form):
    """A container with its seals."""

    number: str = _text(17, "CSQU3054383", 1, "ISO 6346")
    size_type: str = _text(4, "22G1", 0, "ISO 6346 size and type")
    fullness: Literal["", "4", "5", "7", "8"] = Field("", description="EDIFACT 8169; 5 is full")
    packages: Packages | None = None
    gross_mass: Mass | None = None
    seals: list[SealWanted] = Field(default=[], max_length=99)

    def report(self) -> ContainerReport:
        """Return it as the service takes it."""
        return ContainerReport(
            number=self.number,
            size_type=self.size_type,
            fullness=self.fullness,
            packages=self.packages,
            gross_mass=None if self.gross_mass is None else millionths(self.gross_mass),
            seals=tuple(SealReport(seal.number, seal.party) for seal in self.seals),
        )


class DocumentWanted(Form):
    """A transport document; a house document where `master_number` is given."""

    number: DocumentNumber
    conveyance: int | None = Field(
        None, ge=1, le=2**63 - 1, description="id of the conveyance; a house is on its master's"
    )
    master_number: DocumentNumber | Literal[""] = Field("", examples=[""])
    consignor_name: str = _text(175, "Hangzhou Textile Co Ltd", 1)
    consignor_address: str = _text(350, "88 Wulin Road, Hangzhou, CN")
    consignee: str = _text(17, "XP2000000001", 0, "trader identification number, where known")
    consignee_name: str = _text(175, "Atlas Trading SA", 1)
    consignee_address: str = _text(350, "3 Quadrant Quay, Lodestar, XP")
    loading_place: Place = ""
    discharge_place: Place = ""
    goods_location: str = _text(35)
    description: str = _text(512, "Men's knitted cotton shirts", 1)
    package_type: str = _text(2, "CT", 0, "UN Rec 21")
    perishable: bool = False
    dangerous_goods: list[Annotated[str, StringConstraints(min_length=4, max_length=7)]] = Field(
        default=[], max_length=99, description="UN numbers", examples=[[]]
    )
    packages: Packages
    gross_mass: Mass
    containers: list[ContainerWanted] = Field(default=[], max_length=999, examples=[[]])

    def report(self) -> DocumentReport:
        """Return it as the service takes it."""
        told = self.model_dump(exclude={"gross_mass", "containers", "dangerous_goods", "reason"})
        return DocumentReport(
            **told,
            gross_mass=millionths(self.gross_mass),
            dangerous_goods=tuple(self.dangerous_goods),
            containers=tuple(container.report() for container in self.containers),
        )


class DocumentCorrected(DocumentWanted):
    """A transport document in place of an earlier report of it."""

    reason: Reason


class Ending(Form):
    """Why a report is cancelled or closed."""

    reason: Reason


class TallyWanted(Form):
    """What was counted at discharge."""

    packages: Packages
    gross_mass: Mass | None = None
    remarks: str = _text(512)


class PreLoadingWanted(Form):
    """Air pre-loading data: seven data and the house air waybill's number."""

    house_number: DocumentNumber
    consignor_name: str = _text(175, "Hangzhou Textile Co Ltd")
    consignor_address: str = _text(350, "88 Wulin Road, Hangzhou, CN")
    consignee_name: str = _text(175, "Atlas Trading SA")
    consignee_address: str = _text(350, "3 Quadrant Quay, Lodestar, XP")
    pieces: Packages
    gross_mass: Mass
    description: str = _text(512, "Men's knitted cotton shirts")
    departure_at: Instant = Field(examples=["2026-03-02T06:00:00Z"])
    origin_country: Annotated[str, StringConstraints(pattern="^([A-Z]{2})?$")] = Field(
        "", description="where the goods are loaded, ISO 3166-1", examples=["CN"]
    )

    def report(self) -> PreLoadingReport:
        """Return it as the service takes it."""
        told = self.model_dump(exclude={"gross_mass"})
        return PreLoadingReport(**told, gross_mass=millionths(self.gross_mass))
