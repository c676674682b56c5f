"""What can be wrong with the form of a message: numbered problems, each with pointer and line.

A problem is about form only (layer 1 of four): what the data mean is the kernel's work. The
table below is the explicit list of all rules of the layer; their sentences stand in
``kernel/texts/syntax.*.toml``. ``Kind.SCHEMA`` rules are those that a schema of the WCO Data
Model can express too; ``GUARD`` rules protect from what no schema sees.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.texts import Text, render
from clearway.messages.records import Declaration, MetaData
from clearway.vocabulary.errors import InputUnusable


class Kind(Enum):
    """Who else could know: a schema, or only a guard of ours."""

    SCHEMA = "schema"
    GUARD = "guard"


RULES: dict[str, Kind] = {
    # The message as a whole: nothing of it can be used.
    "CLW1001": Kind.SCHEMA,  # empty
    "CLW1002": Kind.GUARD,  # larger than the limit
    "CLW1003": Kind.SCHEMA,  # not text: an image, an archive, a compressed file
    "CLW1004": Kind.SCHEMA,  # not well-formed XML
    "CLW1005": Kind.GUARD,  # a document type or entities
    "CLW1006": Kind.GUARD,  # nested too deeply
    "CLW1007": Kind.GUARD,  # too many elements
    "CLW1008": Kind.SCHEMA,  # not well-formed JSON
    "CLW1009": Kind.SCHEMA,  # not the encoding it should have
    "CLW1010": Kind.SCHEMA,  # neither declaration nor notification
    # The file that should hold messages (batch).
    "CLW1012": Kind.GUARD,  # none of the forms
    "CLW1013": Kind.GUARD,  # compressed and damaged
    "CLW1014": Kind.GUARD,  # compressed and swelling beyond reason
    "CLW1015": Kind.GUARD,  # cannot be opened or read
    "CLW1016": Kind.GUARD,  # a pipe or a device
    "CLW1017": Kind.GUARD,  # a notification where a declaration is wanted
    "CLW1018": Kind.GUARD,  # more that cannot be read than is told one by one
    # Structure.
    "CLW1011": Kind.SCHEMA,  # name outside the namespace
    "CLW1020": Kind.SCHEMA,  # unknown element
    "CLW1021": Kind.SCHEMA,  # element out of order
    "CLW1022": Kind.SCHEMA,  # single element repeated
    "CLW1023": Kind.SCHEMA,  # duplicate key
    "CLW1024": Kind.SCHEMA,  # mandatory element missing
    "CLW1025": Kind.SCHEMA,  # more occurrences than allowed
    "CLW1026": Kind.SCHEMA,  # text between elements
    "CLW1027": Kind.SCHEMA,  # elements inside a value
    "CLW1028": Kind.SCHEMA,  # unknown attribute
    "CLW1029": Kind.SCHEMA,  # mandatory attribute missing
    "CLW1030": Kind.SCHEMA,  # value of an attribute
    "CLW1031": Kind.SCHEMA,  # wrong JSON type
    # Values.
    "CLW1040": Kind.SCHEMA,  # empty or blank
    "CLW1041": Kind.SCHEMA,  # too long
    "CLW1042": Kind.SCHEMA,  # format: length or alphabet
    "CLW1043": Kind.SCHEMA,  # not a number
    "CLW1044": Kind.SCHEMA,  # decimal comma
    "CLW1045": Kind.SCHEMA,  # digits that are not 0 to 9
    "CLW1046": Kind.SCHEMA,  # NaN, infinity
    "CLW1047": Kind.SCHEMA,  # too many digits
    "CLW1048": Kind.SCHEMA,  # too many decimals
    "CLW1049": Kind.SCHEMA,  # date or time
    "CLW1050": Kind.SCHEMA,  # not one of the closed list
    "CLW1051": Kind.GUARD,  # control character
    "CLW1052": Kind.GUARD,  # bidirectional control or zero-width character
    "CLW1053": Kind.SCHEMA,  # line break in a value
    # From record to lodgement.
    "CLW1060": Kind.GUARD,  # more decimals than the kernel's exact scale
    "CLW1061": Kind.GUARD,  # amount outside 64 bits
    "CLW1062": Kind.GUARD,  # mass in another unit than the kilogram
    # Tables.
    "CLW1070": Kind.GUARD,  # no header row
    "CLW1071": Kind.GUARD,  # unknown column
    "CLW1072": Kind.GUARD,  # column twice
    "CLW1073": Kind.GUARD,  # row of the wrong width
    "CLW1074": Kind.GUARD,  # header data that disagree between the rows of one declaration
    "CLW1075": Kind.GUARD,  # row that no CSV reader understands
    "CLW1076": Kind.GUARD,  # columns parted by another mark than the comma
    "CLW1080": Kind.GUARD,  # not a Parquet file, or damaged
    "CLW1081": Kind.GUARD,  # Parquet columns that are not the record's
}

_WARNINGS = frozenset({"CLW1052"})


class SyntaxProblem(msgspec.Struct, frozen=True):
    """One error of form: rule, WCO pointer, line (1-based, 0 unknown) and the parameters."""

    rule: str
    pointer: str
    line: int = 0
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """ERROR, or DOUBT for characters that are lawful text yet may deceive the eye."""
        return Severity.DOUBT if self.rule in _WARNINGS else Severity.ERROR

    @property
    def structural(self) -> bool:
        """True where a schema of the WCO Data Model could say the same."""
        return RULES[self.rule] is Kind.SCHEMA

    def text(self, language: str = "en") -> Text:
        """Return what is wrong and what to do, in one of the five languages."""
        return render(self.rule, dict(self.parameters), language)

    def finding(self) -> Finding:
        """Return the problem as the kernel's finding; the item is read from the pointer."""
        item = 0
        _, found, rest = self.pointer.partition("68A[")
        if found:
            item = int(rest.partition("]")[0])
        parameters = self.parameters
        if self.line:
            parameters = (*parameters, ("line", str(self.line)))
        return Finding(self.rule, self.severity, self.pointer, item, parameters)

    def __str__(self) -> str:
        text = self.text()
        place = f"line {self.line}: " if self.line else ""
        return f"{self.rule} {place}{self.pointer} {text.message} {text.remedy}".strip()


class MalformedMessage(InputUnusable):
    """A message of which nothing can be used; carries every problem that could be reached."""

    def __init__(self, problems: list[SyntaxProblem], where: str = "") -> None:
        self.problems = tuple(problems)
        texts = [problem.text() for problem in problems]
        line = f"line {problems[0].line}" if problems[0].line else ""
        place = ", ".join(part for part in (where, line) if part)
        more = f" ({len(problems) - 1} further errors)" if len(problems) > 1 else ""
        what = f"{problems[0].rule} {texts[0].message}{more}"
        super().__init__(what, where=place, remedy=texts[0].remedy)


class Reading(msgspec.Struct):
    """What one message was read as.

    ``kind`` is ``declaration``, ``notification`` or ``other``; ``record`` is ``None`` for
    ``other`` and for a line of a bulk file that could not be read at all. ``problems`` are all
    errors of form, in the order of the text; a datum with an error that cannot be read is
    ``None`` in the record. ``line`` is the line or row of a bulk file on which it starts.
    """

    kind: str
    record: MetaData | None
    problems: tuple[SyntaxProblem, ...] = ()
    line: int = 0
    root: str = ""

    @property
    def declaration(self) -> Declaration | None:
        """The declaration, where the message is one."""
        return self.record.declaration if self.record is not None else None

    @property
    def findings(self) -> list[Finding]:
        """All problems as findings of the kernel."""
        return [problem.finding() for problem in self.problems]
