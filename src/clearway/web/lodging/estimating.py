"""What a draft would cost and what stands against it, and on which page each of it is mended.

The kernel judges as it does for an estimate by API: the risk stage does not run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.urls import reverse

from clearway.assessment.words import words_of
from clearway.declarations.rules import local_day
from clearway.intake.answering import payable_of
from clearway.intake.estimating import judged
from clearway.kernel.decisions import Decision
from clearway.kernel.reference import Reference
from clearway.messages import MalformedMessage, read_json
from clearway.web.lodging import content as contents
from clearway.web.lodging import entering, fields, special
from clearway.web.lodging import tree as trees
from clearway.web.lodging.content import Content, Refused

_PLACES: Final = re.compile(r"(?<!68A)\[\d+\]")
_PAGE_BY_CLASS: Final = (
    ("68A", "items"), ("57B", "parties"), ("05A", "parties"), ("74A", "parties"),
    ("57A", "parties"), ("09B", "parties"), ("16A", "parties"), ("27A", "parties"),
    ("15A", "transport"), ("28A", "transport"), ("99A", "transport"), ("95B", "transport"),
    ("99B", "transport"), ("56A", "transport"), ("15C", "transport"), ("35B", "transport"),
    ("02A", "documents"), ("22B", "documents"), ("41A", "documents"), ("78A", "documents"),
    ("17C", "documents"),
)  # fmt: skip
_ERROR: Final = "error"


class Place(NamedTuple):
    """Where a datum is mended: the page, the goods item, and the id of its input."""

    page: str
    item: int = 0
    input: str = ""

    def address(self, draft: int, *, wrong: bool = True) -> str:
        """Return the address of the place."""
        found = (
            reverse("draft_item", args=[draft, self.item])
            if self.item
            else reverse("draft_step", args=[draft, self.page])
        )
        end = f"#{self.input}" if self.input else ""
        return f"{found}{'?wrong=yes' if wrong else ''}{end}"


class Against(NamedTuple):
    """Something that was found, in the reader's language, with its place."""

    code: str
    severity: str
    message: str
    remedy: str
    place: Place
    name: str = ""
    """Of the field, where one holds the datum."""


class Charge(NamedTuple):
    """A tax over all items: its code, its name, its rates and what is payable (minor units)."""

    tax: str
    name: str
    rate: str
    payable: int | None


class Licence(NamedTuple):
    """A licence, permit or certificate that is asked for, by whom and by which law."""

    name: str
    agency: str
    legal_basis: str
    items: tuple[int, ...]
    documents: tuple[str, ...]


class Estimate(NamedTuple):
    """An estimate as it is shown: by which law of which day. Amounts in minor units."""

    law: str
    law_hash: str
    day: int
    currency: str
    value: int | None
    charges: Sequence[Charge]
    payable: int | None
    licences: Sequence[Licence]
    found: Sequence[Against]

    @property
    def errors(self) -> list[Against]:
        """What stops acceptance."""
        return [one for one in self.found if one.severity == _ERROR]


def estimate(content: Content, reference: Reference, at: datetime, language: str) -> Estimate:
    """Work out what a draft would cost as it stands at an instant."""
    places = Places(content)
    head = (f"{reference.name} {reference.version}", reference.hash, local_day(at, reference))
    try:
        reading = read_json(contents.message(content))
        decision = judged(reading, at, reference) if reading.declaration is not None else None
        problems: Sequence[Any] = reading.problems
    except MalformedMessage as error:
        decision, problems = None, error.problems
    if decision is None:
        found = [_told(one.finding(), places, language) for one in problems]
        return Estimate(*head, reference.currency, None, (), None, (), found)
    values = [one.value for one in decision.values]
    known = bool(values) and None not in values
    return Estimate(
        *head,
        reference.currency,
        sum(one or 0 for one in values) if known else None,
        _charges(decision, reference),
        payable_of(decision) if known or decision.charges else None,
        _licences(decision, reference),
        [_told(one, places, language) for one in decision.findings],
    )


def refused(content: Content) -> list[Against]:
    """Return what stood against the last attempt to lodge, with the places of now."""
    places = Places(content)
    return [
        Against(one.code, one.severity, one.message, one.remedy, *places.of(one.pointer))
        for one in content.refused
    ]


def as_refused(findings: Sequence[dict[str, Any]]) -> tuple[Refused, ...]:
    """Return the findings of an answer of the line as they are kept with the draft."""
    return tuple(
        Refused(one["code"], one["severity"], one["pointer"], one["message"],
                one.get("remedy", ""))
        for one in findings
    )  # fmt: skip


def _told(finding: Any, places: Places, language: str) -> Against:
    message, remedy = words_of(finding.rule, tuple(finding.parameters), language)
    return Against(
        finding.rule, finding.severity.value, message, remedy, *places.of(finding.pointer)
    )


def _charges(decision: Decision, reference: Reference) -> list[Charge]:
    by_tax: dict[str, list[Any]] = {}
    for line in decision.charges:
        by_tax.setdefault(line.tax, []).append(line)
    found = []
    for tax, lines in by_tax.items():
        rule = reference.tax(tax)
        rates = list(dict.fromkeys(line.rate_text for line in lines if line.rate_text))
        amounts = [line.payable for line in lines]
        total = None if None in amounts else sum(one or 0 for one in amounts)
        rate = rates[0] if len(rates) == 1 else ""
        found.append(Charge(tax, rule.name if rule else "", rate, total))
    return found


def _licences(decision: Decision, reference: Reference) -> list[Licence]:
    """Return what agencies ask for: what is missing, and what they have yet to answer."""
    by_code: dict[str, set[int]] = {}
    for question in decision.questions:
        if question.kind == "permit":
            by_code.setdefault(question.code, set()).add(question.item)
    for finding in decision.findings:
        if finding.rule == "CLW8101":
            code = dict(finding.parameters).get("permit", "")
            by_code.setdefault(code, set()).add(finding.item)
    known = {one.code: one for one in reference.permits}
    return [
        Licence(
            known[code].name or code,
            known[code].agency,
            known[code].legal_basis,
            tuple(sorted(items)),
            known[code].documents,
        )
        for code, items in by_code.items()
        if code in known
    ]


class _Known(NamedTuple):
    """The fields of a goods item, or of the declaration, by the pointers of their data.

    ``loose`` is without the places in lists: a finding may name the list as a whole.
    """

    exact: dict[str, tuple[Place, str]]
    loose: dict[str, tuple[Place, str]]


class Places:
    """The fields of a draft by the WCO pointers of their data, looked up as they are needed."""

    def __init__(self, content: Content) -> None:
        self.tree = content.tree
        self.known: dict[int, _Known] = {}

    def of(self, pointer: str) -> tuple[Place, str]:
        """Return where a datum is mended, and the name of its field where there is one."""
        place, name = self._of(pointer)
        if name.rpartition("-")[2].isdigit() and "papers-" in name:
            return self._once(name, place.item) or (place, name)
        return place, name

    def _once(self, name: str, item: int) -> tuple[Place, str] | None:
        """Return the field that holds a number for every row that lacks it."""
        held = trees.items(self.tree)[item - 1] if item else self.tree
        row, documents = int(name.rpartition("-")[2]), held.get("AdditionalDocument", ())
        if row > len(documents):
            return None
        document, one, page = documents[row - 1], fields.INVOICE, "documents"
        if special.is_carriage(document):
            one, page = fields.DOCUMENT[1], "transport"
        elif not special.is_invoice(document):
            return None
        if special.SPECIAL[one.path].read(self.tree):
            return None
        bound = fields.bound(one)
        return Place(page, 0, bound.id), bound.name

    def _of(self, pointer: str) -> tuple[Place, str]:
        item, loose = _item_of(pointer), _PLACES.sub("", pointer)
        if item > len(trees.items(self.tree)):
            return Place("items"), ""
        known = self._known(item)
        found = known.exact.get(pointer) or known.loose.get(loose)
        if found is None:
            # A class as a whole: its first field on the form.
            found = next(
                (one for where, one in known.loose.items() if where.startswith(loose)), None
            )
        if found is not None:
            return found
        if item:
            return Place("items", item), ""
        page = next((page for wanted, page in _PAGE_BY_CLASS if f"/{wanted}" in loose), "parties")
        return Place(page), ""

    def _known(self, item: int) -> _Known:
        if item not in self.known:
            pages = ["items"] if item else list(fields.PAGES)
            made = _Known({}, {})
            for page in pages:
                for one in fields.of_page(page, self.tree, item):
                    found = Place(page, item, one.id), one.name
                    where = entering.pointer(one, self.tree)
                    made.exact.setdefault(where, found)
                    made.loose.setdefault(_PLACES.sub("", where), found)
            self.known[item] = made
        return self.known[item]


def _item_of(pointer: str) -> int:
    _, _, rest = pointer.partition("68A[")
    number = rest.partition("]")[0]
    return int(number) if number.isdigit() else 0
