"""What the room's operations take and tell. Amounts are whole minor units of their currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Path, Schema
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Day, Form, Reason

NoticeNumber = Annotated[
    str, Path(min_length=1, max_length=35, pattern=r"^[0-9A-Za-z]+$", examples=["TN00000001"])
]
"""The number of a notice, or its creditor reference, in an address."""
GuaranteeNumber = Annotated[
    str, Path(min_length=1, max_length=35, pattern=r"^[0-9A-Za-z.-]+$", examples=["GRN-26-000017"])
]
AccountNumber = Annotated[
    str, Path(min_length=1, max_length=35, pattern=r"^[0-9A-Za-z.-]+$", examples=["DPA-26-000001"])
]
Minor = Annotated[int, Field(ge=0, le=2**63 - 1, description="minor units")]
_Given = Annotated[
    str, StringConstraints(min_length=1, max_length=35, pattern=r"^[0-9A-Za-z/.-]+$")
]


class DebtTold(Schema):
    """What is owed on a declaration, in minor units of the country's currency."""

    payable: int | None = Field(description="none where it cannot be computed yet")
    paid: int
    secured: int = Field(description="what guarantees and deferred accounts answer for")
    outstanding: int = Field(description="payable less paid")
    covered: bool = Field(description="what is outstanding is secured")


class NoticeLineTold(Schema):
    """What a notice asks for by one tax; less than nothing where it was taken back."""

    tax: str
    amount: int
    legal_basis: str
    reason: str


class NoticeTold(Schema):
    """A tax notice."""

    number: str = Field(examples=["TN00000001"])
    reference: str = Field(description="to be quoted when paying (ISO 11649)")
    mrn: str | None
    version: int
    kind: Literal["assessment", "adjustment", "interest", "penalty"]
    state: Literal["due", "part_paid", "paid", "cancelled"]
    payer: str
    currency: str
    amount: int
    paid: int
    open: int
    due: date
    issued_at: datetime
    lines: list[NoticeLineTold]


class NoticePage(Schema):
    """Some notices, the latest first."""

    items: list[NoticeTold]
    next: str | None


class OnlineTold(Schema):
    """A payment on line that was begun: where its payer goes."""

    token: str
    amount: int
    currency: str
    provider: str
    test: bool = Field(description="the built-in provider for tests moves no money")
    address: str


class UseTold(Schema):
    """What a guarantee holds for a declaration."""

    id: int
    mrn: str | None
    liability: int = Field(description="the debt that it covers")
    amount: int = Field(description="what it takes of the reference amount")
    state: Literal["reserved", "drawn", "discharged", "called"]
    subject: str = Field(description="empty for a debt; else what one may yet depend on")
    at: datetime


class GuaranteeTold(Schema):
    """A guarantee."""

    number: str
    kind: Literal["general", "single"]
    holder: str
    guarantor: str
    currency: str
    reference_amount: int
    used: int
    available: int
    valid_from: date
    valid_to: date
    state: Literal["open", "used", "released", "called", "expired"]


class GuaranteeWithUses(GuaranteeTold):
    """A guarantee with its latest uses."""

    uses: list[UseTold]


class GuaranteePage(Schema):
    """Some guarantees, the latest first."""

    items: list[GuaranteeTold]
    next: str | None


class GuaranteeWanted(Form):
    """A guarantee that is entered."""

    number: _Given = Field(examples=["GRN-26-000018"])
    kind: Literal["general", "single"] = Field("general")
    holder: Annotated[str, StringConstraints(min_length=1, max_length=35)] = Field(
        examples=["XP1000000001"]
    )
    guarantor: Annotated[str, StringConstraints(min_length=1, max_length=175)] = Field(
        examples=["First Bank of Portolan"]
    )
    guarantor_iban: Annotated[str, StringConstraints(max_length=34)] = Field(
        "", examples=["GB25CITI08320011963155"]
    )
    reference_amount: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[100_000_000])]
    valid_from: Day = Field(examples=["2026-01-01"])
    valid_to: Day = Field(examples=["2026-12-31"])


class DebtSecurityWanted(Form):
    """What secures a debt."""

    guarantee: Annotated[str, StringConstraints(max_length=35)] = Field(
        "",
        description="number of a guarantee or a deferred account; the declared one or the payer's "
        "account where it is left out",
        examples=["GRN-26-000017"],
    )


class WhyWanted(Form):
    """Why something is done."""

    reason: Reason


class StatementTold(Schema):
    """A month of a deferred account."""

    number: str = Field(examples=["ST00000001"])
    reference: str = Field(description="to be quoted when paying (ISO 11649)")
    month: date
    amount: int
    open: int = Field(description="to be paid by its day, minor units")
    waits: int = Field(description="open besides, whose collection waits for an appeal")
    due: date
    state: Literal["due", "paid", "overdue"]


class AccountTold(Schema):
    """A deferred account."""

    number: str
    holder: str
    guarantee: str
    state: Literal["open", "blocked", "closed"]
    available: int = Field(description="what can still be charged")


class AccountWithStatements(AccountTold):
    """A deferred account with its statements and what stands on none yet."""

    statements: list[StatementTold]
    charged: list[UseTold]


class AccountsTold(Schema):
    """Deferred accounts."""

    items: list[AccountTold]
    next: str | None


class AccountWanted(Form):
    """A deferred account that is opened."""

    number: _Given = Field(examples=["DPA-26-000002"])
    holder: Annotated[str, StringConstraints(min_length=1, max_length=35)] = Field(
        examples=["XP1000000001"]
    )
    guarantee: _Given = Field(examples=["GRN-26-000017"])


class RowFaultTold(Schema):
    """A line of a bank file that could not be used."""

    place: int = Field(description="line of a CSV file, number of a camt.054 entry")
    reference: str
    why: str = Field(
        description="account, reference, amount, currency, value_date, debit, not_booked, sum, most"
    )


class BankFileTold(Schema):
    """A bank file as it was read."""

    id: int
    name: str
    form: Literal["camt054", "csv", "online"]
    lines: int
    new: int = Field(description="booked by this file; the others were known")
    parked: int = Field(description="of the new ones, in suspense")
    faults: list[RowFaultTold]
    read_at: datetime


class BankFilePage(Schema):
    """Some bank files, the latest first."""

    items: list[BankFileTold]
    next: str | None


class BankLineTold(Schema):
    """Money that came in."""

    id: int
    reference: str
    currency: str
    amount: int
    value_day: date
    payer_name: str
    payer_iban: str
    told: str = Field(description="what the payer wrote")
    state: Literal["matched", "suspended", "assigned", "returned", "reversed"]
    debit: bool = Field(description="money that the bank took back")
    returns: str = Field(description="the bank's reference of what it took back")
    why: str = Field(description="why it is parked")
    notice: str = Field(description="number of the notice that it paid, or empty")


class BankLinePage(Schema):
    """Some bank lines, the latest first."""

    items: list[BankLineTold]
    next: str | None


class AssignmentOfMoney(Form):
    """What parked money pays."""

    target: Annotated[str, StringConstraints(min_length=1, max_length=35)] = Field(
        description="number of a notice, or of a called guarantee", examples=["TN00000001"]
    )


class RefundTold(Schema):
    """Money that goes back."""

    id: int
    kind: Literal["overpaid", "cancelled", "returned", "deposit"]
    mrn: str | None
    payer: str
    currency: str
    amount: int
    reason: str
    state: Literal["requested", "approved", "refunded", "refused"]
    requested_at: datetime


class RefundPage(Schema):
    """Some refunds, the latest first."""

    items: list[RefundTold]
    next: str | None


class CallTold(Schema):
    """A call on a guarantee."""

    id: int
    guarantee: str
    mrn: str | None
    amount: int
    reason: str
    state: Literal["open", "confirmed", "sent_back"]
    proposed_at: datetime


class CallPage(Schema):
    """Some calls, the latest first."""

    items: list[CallTold]
    next: str | None


class CallDecision(Form):
    """The second person's word on a call."""

    confirm: bool = Field(examples=[True])


class BalanceTold(Schema):
    """The balance of an account of the ledger: debits less credits."""

    kind: str
    key: str
    currency: str
    balance: int


class LedgerTold(Schema):
    """The ledger: every account that has a balance. Those of one currency sum to nothing."""

    balances: list[BalanceTold]
    balanced: bool = Field(description="in every entry debits are credits")
