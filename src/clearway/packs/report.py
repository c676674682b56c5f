"""What a check of a pack says: every problem, with file, line, code, text and remedy.

``PROBLEMS`` is the one list of problem codes. A code never changes its meaning; documentation
and tests go by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clearway.vocabulary.errors import PackRefused


class ProblemKind(msgspec.Struct, frozen=True):
    """One code: what it means and what to do. A warning does not stop the pack compiling."""

    meaning: str
    remedy: str
    warning: bool = False


PROBLEMS: dict[str, ProblemKind] = {
    "PCK101": ProblemKind(
        "A file is missing or cannot be read.",
        "Supply the file as UTF-8 text, and mend the line named.",
    ),
    "PCK102": ProblemKind("A column or key is not known.", "Remove it or correct its spelling."),
    "PCK103": ProblemKind("A row has more or fewer cells than the header.", "Correct the commas."),
    "PCK104": ProblemKind("A value that must be given is missing.", "Fill it in."),
    "PCK105": ProblemKind("A date is not a day of the calendar.", "Write it as YYYY-MM-DD."),
    "PCK106": ProblemKind(
        "The dates are reversed.", "valid_from must lie before valid_to, which is exclusive."
    ),
    "PCK107": ProblemKind("A number is not understood.", "Write digits 0 to 9 in the form named."),
    "PCK108": ProblemKind("A value is not one of those permitted.", "Use one of those named."),
    "PCK109": ProblemKind("A text holds invisible or control characters.", "Remove them."),
    "PCK201": ProblemKind("A code has a wrong number of digits.", "Use the nomenclature's length."),
    "PCK202": ProblemKind("A commodity code holds something else than digits.", "Use 0 to 9 only."),
    "PCK203": ProblemKind("Chapter 77 is reserved by the HS.", "Use another chapter."),
    "PCK204": ProblemKind(
        "The first six digits are not in the base nomenclature.", "Use a subheading of the base."
    ),
    "PCK205": ProblemKind("A row stands twice.", "Remove one of the two."),
    "PCK206": ProblemKind(
        "Two rows of one key are valid on the same day.", "Let one end where the other begins."
    ),
    "PCK301": ProblemKind("A commodity is unknown.", "Declare it in nomenclature.csv."),
    "PCK302": ProblemKind("An area is unknown.", "Declare it in areas.csv or use a country."),
    "PCK303": ProblemKind("A measure type is unknown.", "Declare it in measure_types.csv."),
    "PCK304": ProblemKind("A currency is unknown.", "Use a code of the list currency."),
    "PCK305": ProblemKind("A unit is unknown.", "Use a code of the list unit."),
    "PCK306": ProblemKind("A document code is unknown.", "Declare it in code_lists/document.csv."),
    "PCK307": ProblemKind("An office is unknown.", "Declare it in offices.csv."),
    "PCK308": ProblemKind("An agency is unknown.", "Declare it in agencies.csv."),
    "PCK309": ProblemKind("A tax is unknown.", "Declare it in pack.toml under [[taxes]]."),
    "PCK310": ProblemKind("An additional code is unknown.", "Declare it in additional_codes.csv."),
    "PCK311": ProblemKind("A quota is unknown.", "Declare it in quotas.csv."),
    "PCK312": ProblemKind("A country is unknown.", "Use a code of the list country."),
    "PCK313": ProblemKind("A code is not in its code list.", "Declare it in the list named."),
    "PCK401": ProblemKind(
        "A commodity has no third-country duty on some day.", "Give a rate for every day."
    ),
    "PCK402": ProblemKind("A currency's rates have a hole.", "Give a rate for every day between."),
    "PCK403": ProblemKind("A currency that is needed has no rate.", "Add it to exchange_rates."),
    "PCK404": ProblemKind(
        "A rate is above the ceiling.", "Correct it, or raise rate_ceiling in pack.toml."
    ),
    "PCK405": ProblemKind(
        "A rate's text is not understood: the measure is marked unsupported, never zero.",
        "Write it in the rate grammar, or leave it for an officer to compute.",
        warning=True,
    ),
    "PCK406": ProblemKind("A measure has no rate.", "Write the rate; free of duty is Free."),
    "PCK501": ProblemKind("A profile has no end date.", "Give valid_to."),
    "PCK502": ProblemKind("A profile is approved by its author.", "Let a second person approve."),
    "PCK503": ProblemKind("A profile's condition does not compile.", "Correct the condition."),
    "PCK601": ProblemKind("A golden case cannot be read.", "Correct the case."),
    "PCK602": ProblemKind(
        "A golden case does not hold.", "Find out which is right, the law or the case."
    ),
}


class Problem(msgspec.Struct, frozen=True, order=True):
    """One problem of a pack. ``line`` is 1-based; 0 stands for the file as a whole."""

    file: str
    line: int
    code: str
    text: str
    remedy: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether the pack may still be compiled."""
        return PROBLEMS[self.code].warning

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.code} {self.text} {self.remedy}".rstrip()


class CheckReport(msgspec.Struct, frozen=True):
    """All problems of one pack, sorted by file and line.

    >>> CheckReport("demo", ()).ok
    True
    """

    pack: str
    problems: Sequence[Problem]

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop the pack from compiling."""
        return [problem for problem in self.problems if not problem.is_warning]

    @property
    def warnings(self) -> list[Problem]:
        """The problems that are told only, such as rates marked unsupported."""
        return [problem for problem in self.problems if problem.is_warning]

    @property
    def ok(self) -> bool:
        """Whether nothing stops the pack from compiling."""
        return not self.errors

    def require(self) -> None:
        """Raise PackRefused, naming every error, unless the pack may be compiled."""
        errors = self.errors
        if errors:
            count = f"{len(errors)} error" + ("s" if len(errors) > 1 else "")
            lines = "\n".join(f"  {problem}" for problem in errors)
            raise PackRefused(
                f"the pack has {count}; nothing was compiled:\n{lines}",
                where=self.pack,
                remedy="Correct them all, then check again: clearway pack check DIR.",
            )


class Notebook:
    """Collects problems while a pack is read and checked."""

    def __init__(self) -> None:
        self._problems: set[Problem] = set()

    def note(self, file: str, line: int, code: str, text: str) -> None:
        """Write down one problem; the remedy comes from ``PROBLEMS``."""
        self._problems.add(Problem(file, line, code, text, PROBLEMS[code].remedy))

    def report(self, pack: str) -> CheckReport:
        """Return everything written down so far, sorted by file and line."""
        return CheckReport(pack, tuple(sorted(self._problems)))
