"""What the kernel answers: findings, values, charges, hits and the selection of a lane.

Every answer is explained: a finding names its rule and its datum, a charge its base, rate and
legal basis, a selection every channel that spoke. Amounts are minor units of the pack's
currency; each result carries kernel version and reference hash, so it can be proved later.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec


class Severity(StrEnum):
    """ERROR stops acceptance; DOUBT goes to an officer; WARNING and NOTE only tell."""

    ERROR = "error"
    DOUBT = "doubt"
    WARNING = "warning"
    NOTE = "note"


class Lane(IntEnum):
    """The lanes, ordered by severity: the severest wins. BLUE releases, then audits."""

    GREEN = 0
    BLUE = 1
    YELLOW = 2
    RED = 3


class Channel(StrEnum):
    """The channels of selection in their fixed precedence (card C06)."""

    LEGAL_STOP = "legal_stop"
    WATCHLIST = "watchlist"
    PROFILE = "profile"
    SCORE = "score"
    RANDOM = "random"
    NONE = "none"


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing that a rule found wrong or worth telling.

    ``rule`` is the public number (``CLW2103``); ``pointer`` the WCO path of the datum
    (``42A/67A/68A[2]/92A:063``); ``parameters`` fill the rule's texts, in every language.
    ``item`` is the 1-based position, 0 for the declaration itself.
    """

    rule: str
    severity: Severity
    pointer: str
    item: int = 0
    parameters: tuple[tuple[str, str], ...] = ()


class Step(msgspec.Struct, frozen=True, gc=False):
    """One line of an explanation: a message key and its parameters, in the order of working."""

    key: str
    parameters: tuple[tuple[str, str], ...] = ()


class ItemValue(msgspec.Struct, frozen=True, gc=False):
    """The customs value of one item, in minor units of the pack's currency.

    ``value`` is ``None`` where it cannot be determined; then a finding says why. ``steps``
    tells the working: price, each addition and deduction, rate of exchange, rounding.
    """

    item: int
    value: int | None
    statistical_value: int | None = None
    steps: tuple[Step, ...] = ()


class TaxLine(msgspec.Struct, frozen=True, gc=False):
    """One charge on one item.

    ``base`` is the taxable amount in minor units, or ``base_quantity`` in millionths of
    ``base_unit`` for a specific rate. ``rate_text`` is the expression as the law writes it.
    ``amount`` is ``None`` where the charge cannot be computed (unsupported rate, missing
    quantity); ``reason`` then says which. ``payable`` is the amount after relief.
    ``measure`` is the row in the reference's measure table, -1 where none applies.
    """

    item: int
    tax: str
    family: str
    base: int | None
    rate_text: str
    amount: int | None
    payable: int | None
    legal_basis: str = ""
    measure: int = -1
    preference: str = ""
    quota_order: str = ""
    base_quantity: int | None = None
    base_unit: str = ""
    reason: str = ""
    steps: tuple[Step, ...] = ()


class Question(msgspec.Struct, frozen=True, gc=False):
    """What only somebody else can answer: a quota's balance, a permit's, an agency's decision.

    ``kind`` is ``quota`` or ``permit``; the lines computed without the benefit stand in the
    charges; ``amount_if_granted`` is the saving in minor units where it is known.
    """

    item: int
    kind: str
    code: str
    agency: str = ""
    quantity: int | None = None
    unit: str = ""
    legal_basis: str = ""
    amount_if_granted: int | None = None


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A live profile that was TRUE for an item. ``contribution`` is its weight in the score."""

    item: int
    profile: str
    version: int
    lane: Lane | None
    contribution: int
    channel: Channel = Channel.PROFILE


class ChannelResult(msgspec.Struct, frozen=True, gc=False):
    """What one channel said, recorded whether or not it decided."""

    channel: Channel
    lane: Lane | None
    reasons: tuple[Step, ...] = ()


class Selection(msgspec.Struct, frozen=True, gc=False):
    """The lane of one declaration and all that spoke for it.

    ``score`` is the score after the AEO factor in thousandths, ``raw_score`` before it.
    ``draw`` is the random draw (0 to 9999), stored even when another channel selected.
    """

    lane: Lane
    channel: Channel
    score: int
    raw_score: int
    draw: int
    drawn: bool
    channels: tuple[ChannelResult, ...] = ()
    reasons: tuple[Step, ...] = ()


class Decision(msgspec.Struct, kw_only=True):
    """Everything the kernel decided about one declaration.

    ``shadow_hits`` are those of profiles on trial: counted, and no part of anything decided.
    They stay with the record and do not enter the Arrow tables.
    """

    lrn: str
    id: str
    accepted: bool
    findings: tuple[Finding, ...]
    values: tuple[ItemValue, ...]
    charges: tuple[TaxLine, ...]
    questions: tuple[Question, ...]
    hits: tuple[Hit, ...]
    selection: Selection | None
    kernel_version: str
    reference_hash: str
    shadow_hits: tuple[Hit, ...] = ()
