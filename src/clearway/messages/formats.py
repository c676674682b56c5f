"""The formats of the WCO Data Model, as types that say how a value may be written.

``an..35`` means up to 35 characters of any kind, ``a2`` exactly two letters, ``n..16,3`` a
number of up to 16 digits of which 3 may be decimals. Each alias below is the type of one leaf
of a record: the ``Meta`` is what msgspec checks while it decodes (never stricter than the
format, so that a clean message passes in one go), the ``Leaf`` is the format itself, which the
careful walk over a message with errors applies in full (``leaf_checks``).

Three kinds of text, as in the UN/CEFACT unqualified data types 6.0: a *code* is a token
(space around it does not count), an *identifier* and a *text* keep every space they have.
"""

from __future__ import annotations

from string import ascii_letters, digits
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta


class Leaf(msgspec.Struct, frozen=True):
    """How the value of one leaf may be written.

    ``kind`` is ``code``, ``id``, ``text``, ``amount``, ``quantity``, ``numeric``, ``sequence`` or
    ``datetime``. ``shortest`` and ``longest`` count characters; ``alphabet`` is ``a`` (letters),
    ``n`` (digits) or ``an`` (anything). ``digits`` and ``decimals`` bound a number, -1 is
    unbounded. ``choices`` is the closed list of a code, empty where the list is open.
    ``any_language``: the envelope's ``languageID`` may be any text.
    """

    kind: str
    format: str
    longest: int = -1
    shortest: int = 0
    alphabet: str = "an"
    blank: bool = False
    digits: int = -1
    decimals: int = -1
    choices: tuple[str, ...] = ()
    any_language: bool = False


_NUMBER = r"^-?(?:0|[1-9][0-9]{0,%d})%s$"
N16_6 = _NUMBER % (9, r"(?:\.[0-9]{1,6})?")
N12_5 = _NUMBER % (6, r"(?:\.[0-9]{1,5})?")
N5 = _NUMBER % (4, "")
N8 = _NUMBER % (7, "")
N15 = _NUMBER % (14, "")


# Codes: tokens.
Code2: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2), Leaf("code", "an..2", 2)] | None
Code3: TypeAlias = Annotated[str, Meta(min_length=1, max_length=3), Leaf("code", "an..3", 3)] | None
Code4: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4), Leaf("code", "an..4", 4)] | None
Code7: TypeAlias = Annotated[str, Meta(min_length=1, max_length=7), Leaf("code", "an..7", 7)] | None
Code9: TypeAlias = Annotated[str, Meta(min_length=1, max_length=9), Leaf("code", "an..9", 9)] | None
Code17: TypeAlias = (
    Annotated[str, Meta(min_length=1, max_length=17), Leaf("code", "an..17", 17)] | None
)
Letter: TypeAlias = Annotated[str | None, Leaf("code", "a1", 1, 1, alphabet="a")]
Country: TypeAlias = Annotated[str | None, Leaf("code", "a2", 2, 2, alphabet="a")]
Digit: TypeAlias = Annotated[str | None, Leaf("code", "n1", 1, 1, alphabet="n")]
Digits2: TypeAlias = Annotated[str | None, Leaf("code", "n..2", 2, alphabet="n", blank=True)]
Letters3: TypeAlias = (
    Annotated[str, Meta(pattern="^[A-Za-z]{3}$"), Leaf("code", "a3", 3, 3, alphabet="a")] | None
)
_FUNCTIONS = ("9", "13", "14")
_PRESENCES = ("0", "1")
MessageFunction: TypeAlias = Annotated[
    str | None, Leaf("code", "n..2", 2, alphabet="n", choices=_FUNCTIONS)
]
ContainerPresence: TypeAlias = Annotated[str | None, Leaf("code", "an..3", 3, choices=_PRESENCES)]
if not TYPE_CHECKING:
    # At run time these few are closed lists: msgspec finds a word in a list ten times faster
    # than it matches a pattern. The mandatory ones are never null on the wire; ``None`` in a
    # record says that they could not be read.
    _letters, _digits = tuple(ascii_letters), tuple(digits)
    _pairs = tuple(one + two for one in _letters for two in _letters)
    _twins = tuple(one + two for one in _digits for two in _digits)

    def _closed(kind, words, *, mandatory=False):  # noqa: ANN001, ANN202 - a type at run time
        (leaf,) = kind.__metadata__
        return Annotated[Literal[words] if mandatory else Literal[words] | None, leaf]

    Letter = _closed(Letter, _letters)
    Country = _closed(Country, _pairs)
    Digit = _closed(Digit, _digits)
    Digits2 = _closed(Digits2, _digits + _twins)
    MessageFunction = _closed(MessageFunction, _FUNCTIONS, mandatory=True)
    ContainerPresence = _closed(ContainerPresence, _PRESENCES)
EnvelopeCode: TypeAlias = Annotated[str, Leaf("code", "an", blank=True, any_language=True)] | None
EnvelopeText: TypeAlias = Annotated[str, Leaf("text", "an", blank=True, any_language=True)] | None

DateFormat: TypeAlias = str
if not TYPE_CHECKING:
    DateFormat = Literal["102", "304"]

# Identifiers and texts: every space counts.
Id4: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4), Leaf("id", "an..4", 4)] | None
Id5: TypeAlias = Annotated[str, Meta(min_length=1, max_length=5), Leaf("id", "an..5", 5)] | None
Id9: TypeAlias = Annotated[str, Meta(min_length=1, max_length=9), Leaf("id", "an..9", 9)] | None
Id17: TypeAlias = Annotated[str, Meta(min_length=1, max_length=17), Leaf("id", "an..17", 17)] | None
Id18: TypeAlias = Annotated[str, Meta(min_length=1, max_length=18), Leaf("id", "an..18", 18)] | None
Id35: TypeAlias = Annotated[str, Meta(min_length=1, max_length=35), Leaf("id", "an..35", 35)] | None
Id50: TypeAlias = Annotated[str, Meta(min_length=1, max_length=50), Leaf("id", "an..50", 50)] | None
Id70: TypeAlias = Annotated[str, Meta(min_length=1, max_length=70), Leaf("id", "an..70", 70)] | None
Id512: TypeAlias = (
    Annotated[str, Meta(min_length=1, max_length=512), Leaf("id", "an..512", 512)] | None
)
DigitsId4: TypeAlias = (
    Annotated[str, Meta(pattern="^[0-9]{1,4}$"), Leaf("id", "n..4", 4, alphabet="n", blank=True)]
    | None
)
Text35: TypeAlias = (
    Annotated[str, Meta(min_length=1, max_length=35), Leaf("text", "an..35", 35)] | None
)
Text70: TypeAlias = (
    Annotated[str, Meta(min_length=1, max_length=70), Leaf("text", "an..70", 70)] | None
)
Text256: TypeAlias = (
    Annotated[str, Meta(min_length=1, max_length=256), Leaf("text", "an..256", 256)] | None
)
Text512: TypeAlias = (
    Annotated[str, Meta(min_length=1, max_length=512), Leaf("text", "an..512", 512)] | None
)

# Numbers without a unit.
Sequence: TypeAlias = (
    Annotated[int, Meta(ge=0, le=99_999), Leaf("sequence", "n..5", digits=5, decimals=0)] | None
)
MandatorySequence: TypeAlias = (
    Annotated[int, Meta(ge=0, le=99_999), Leaf("sequence", "n..5", digits=5, decimals=0)] | None
)
if not TYPE_CHECKING:
    MandatorySequence = Annotated[
        int, Meta(ge=0, le=99_999), Leaf("sequence", "n..5", digits=5, decimals=0)
    ]
Rate12_5: TypeAlias = (
    Annotated[str, Meta(pattern=N12_5), Leaf("numeric", "n..12,5", digits=12, decimals=5)] | None
)
TaxRate: TypeAlias = Annotated[str, Meta(pattern=N16_6), Leaf("numeric", "n..17,3")] | None

# The notification schema sets lengths only: an empty element is allowed there.
Code3e: TypeAlias = Annotated[str, Meta(max_length=3), Leaf("code", "an..3", 3, blank=True)] | None
Code8e: TypeAlias = Annotated[str, Meta(max_length=8), Leaf("code", "an..8", 8, blank=True)] | None
Code17e: TypeAlias = (
    Annotated[str, Meta(max_length=17), Leaf("code", "an..17", 17, blank=True)] | None
)
Id4e: TypeAlias = Annotated[str, Meta(max_length=4), Leaf("id", "an..4", 4, blank=True)] | None
Id9e: TypeAlias = Annotated[str, Meta(max_length=9), Leaf("id", "an..9", 9, blank=True)] | None
Id17e: TypeAlias = Annotated[str, Meta(max_length=17), Leaf("id", "an..17", 17, blank=True)] | None
Id35e: TypeAlias = Annotated[str, Meta(max_length=35), Leaf("id", "an..35", 35, blank=True)] | None
Id50e: TypeAlias = Annotated[str, Meta(max_length=50), Leaf("id", "an..50", 50, blank=True)] | None
Id70e: TypeAlias = Annotated[str, Meta(max_length=70), Leaf("id", "an..70", 70, blank=True)] | None
Text512e: TypeAlias = (
    Annotated[str, Meta(max_length=512), Leaf("text", "an..512", 512, blank=True)] | None
)
