"""One declaration before the rules: the lodgement, the law of its day, and what both share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from clearway.kernel.lodgement import DocumentRow, Lodgement, Party, PreviousDocumentRow
from clearway.kernel.reference import CodeEntry, CommodityLine
from clearway.kernel.validation.amounts import Amount, Quantity, amounts_of, quantities_of
from clearway.kernel.validation.coded import Misfit, misfits
from clearway.kernel.validation.law import Law, day_of
from clearway.kernel.validation.rows import positions
from clearway.kernel.validation.written import (
    Datum,
    identifiers_of,
    parties_of,
    strings_of,
    texts_of,
)
from clearway.vocabulary.dates import DateProblem, Moment, read_moment

# Every sign that one of the rules on signs may refuse; they look closer themselves.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2069\u3164\ud800-\uf8ff\ufeff\uffa0\ufffd-\uffff]"
)
# Those of them that Python counts as printable: fillers of Hangul and the sign of lost text.
_PRINTABLE_SUSPECT = re.compile("[\u115f\u1160\u3164\uffa0\ufffd]")
_NO_CODES: Mapping[str, CodeEntry] = {}
_NO_TERMS: Mapping[str, str] = {}
DatumDate = tuple[str, str, Moment | DateProblem]


class Case:
    """What a rule may read. Everything here is fixed before the first rule runs.

    ``unfit`` are the codes that their lists do not hold on the day; ``day`` the codes in force.
    ``imports`` and ``exports`` tell the direction as the pack's settings have it; ``whole``
    whether it is a whole declaration (an original or a replacement, not a cancellation) and
    ``complete`` whether it must hold all data too (no simplified or provisional one).
    ``strings`` hold all that is written, for a first look; ``joined`` the same, each bucket in
    one text with bars between; ``all_texts`` all in one, with a bar before each. ``printable``
    tells whether that can be printed, ``plain`` whether it is ASCII too, where no sign can be
    strange. ``lines`` are the items' tariff lines in force.
    """

    __slots__ = (
        "_amounts",
        "_dates",
        "_documents",
        "_identifiers",
        "_parties",
        "_previous_documents",
        "_quantities",
        "_strange",
        "_terms",
        "_texts",
        "all_texts",
        "complete",
        "day",
        "exports",
        "imports",
        "joined",
        "law",
        "limits",
        "lines",
        "listed_containers",
        "lodgement",
        "number",
        "plain",
        "printable",
        "reference",
        "strings",
        "unfit",
        "whole",
    )

    def __init__(self, lodgement: Lodgement, law: Law) -> None:
        self.lodgement = lodgement
        self.law = law
        self.reference = law.reference
        self.limits = law.limits
        number = lodgement.legal_date
        self.number = lodgement.observed_on if number is None else number
        self.day = day_of(law, self.number)
        self.imports = lodgement.direction in law.limits.imports
        self.exports = lodgement.direction in law.limits.exports
        self.whole = lodgement.function_code in law.limits.full_functions
        simplified = lodgement.additional_type in law.limits.simplified_types
        self.complete = self.whole and not simplified
        self.lines = self._tariff_lines()
        self.listed_containers = frozenset(lodgement.containers)
        self._terms: list[Mapping[str, str]] | None = None
        self._documents: tuple[tuple[int, int, DocumentRow], ...] | None = None
        self._previous_documents: tuple[tuple[int, int, PreviousDocumentRow], ...] | None = None
        self._strange: bool | None = None
        self.unfit: tuple[Misfit, ...] = misfits(lodgement, law, self.day)
        self._parties: tuple[tuple[str, int, Party], ...] | None = None
        self.strings = strings_of(lodgement)
        self.joined = ["|".join(bucket) for bucket in self.strings]
        self.all_texts = "|" + "|".join(self.joined)
        self.printable = self.all_texts.isprintable()
        self.plain = self.printable and self.all_texts.isascii()
        self._dates: tuple[DatumDate, ...] | None = None
        self._amounts: tuple[Amount, ...] | None = None
        self._quantities: tuple[Quantity, ...] | None = None
        self._texts: tuple[Datum, ...] | None = None
        self._identifiers: tuple[Datum, ...] | None = None

    def _tariff_lines(self) -> list[CommodityLine | None]:
        reference, number = self.reference, self.number
        if not reference.commodities or number is None:
            return [None] * len(self.lodgement.items)
        return [reference.commodity(item.commodity, number) for item in self.lodgement.items]

    @property
    def terms(self) -> list[Mapping[str, str]]:
        """The properties of each item's procedure, empty where it is not in force."""
        if self._terms is None:
            procedures = self.day.lists.get("procedure", _NO_CODES)
            entries = [procedures.get(item.procedure) for item in self.lodgement.items]
            self._terms = [_NO_TERMS if entry is None else entry.properties for entry in entries]
        return self._terms

    @property
    def documents(self) -> tuple[tuple[int, int, DocumentRow], ...]:
        """The documents as (goods item or 0, position there, row)."""
        if self._documents is None:
            self._documents = tuple(positions(self.lodgement.documents))
        return self._documents

    @property
    def previous_documents(self) -> tuple[tuple[int, int, PreviousDocumentRow], ...]:
        """The previous documents as (goods item or 0, position there, row)."""
        if self._previous_documents is None:
            self._previous_documents = tuple(positions(self.lodgement.previous_documents))
        return self._previous_documents

    @property
    def texts(self) -> tuple[Datum, ...]:
        """Every datum written for people, as (field, i, n, text), empty ones left out."""
        if self._texts is None:
            self._texts = tuple(texts_of(self.lodgement))
        return self._texts

    @property
    def identifiers(self) -> tuple[Datum, ...]:
        """Every datum that machines compare: references, identifiers, marks of equipment."""
        if self._identifiers is None:
            self._identifiers = tuple(identifiers_of(self.lodgement))
        return self._identifiers

    @property
    def plain_identifiers(self) -> bool:
        """Whether every identifier is ASCII."""
        # The first three buckets of ``strings`` are the identifiers.
        first, second, third, *_ = self.joined
        return first.isascii() and second.isascii() and third.isascii()

    @property
    def strange(self) -> bool:
        """Whether something written holds a sign that a rule on signs must look at."""
        if self._strange is None:
            suspect = _PRINTABLE_SUSPECT if self.printable else _SUSPECT
            self._strange = not self.plain and suspect.search(self.all_texts) is not None
        return self._strange

    @property
    def dates(self) -> tuple[DatumDate, ...]:
        """The dates of acceptance and issue, read: (field, text, moment or problem)."""
        if self._dates is None:
            lodgement, zone = self.lodgement, self.limits.zone_required
            self._dates = tuple(
                (field, text, read_moment(text, form, zone_required=zone))
                for field, text, form in (
                    ("acceptance_text", lodgement.acceptance_text, lodgement.acceptance_format),
                    ("issue_text", lodgement.issue_text, lodgement.issue_format),
                )
                if text
            )
        return self._dates

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """Every declared amount."""
        if self._amounts is None:
            self._amounts = tuple(amounts_of(self.lodgement))
        return self._amounts

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every declared mass and quantity."""
        if self._quantities is None:
            self._quantities = tuple(quantities_of(self.lodgement))
        return self._quantities

    @property
    def parties(self) -> tuple[tuple[str, int, Party], ...]:
        """Every party, as (field, goods item or 0, party)."""
        if self._parties is None:
            self._parties = tuple(parties_of(self.lodgement))
        return self._parties


def shown(text: str, longest: int = 60) -> str:
    """Return a declared text as it can be shown to anybody: cut, and without invisible signs."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in cut)


def name_of(sign: str) -> str:
    """Return ``U+202E RIGHT-TO-LEFT OVERRIDE`` for a character."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
