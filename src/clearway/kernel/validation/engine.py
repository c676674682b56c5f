"""Running the rules over one declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.pointers import pointer
from clearway.kernel.reference import Reference
from clearway.kernel.validation import (
    arithmetic,
    carriage,
    claims,
    code_lists,
    completeness,
    cross_record,
    declared_rates,
    numbers,
    procedures,
    proofs,
    repetitions,
    requirements,
    times,
    written_texts,
)
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.first_look import signs_of
from clearway.kernel.validation.law import law_of
from clearway.kernel.validation.rule import Place, Rule
from clearway.kernel.validation.signs import MISFIT, WOKEN_BY
from clearway.vocabulary.errors import PackRefused

RULES: Final[tuple[Rule, ...]] = (
    *code_lists.RULES,
    *times.RULES,
    *written_texts.RULES,
    *completeness.RULES,
    *proofs.RULES,
    *numbers.RULES,
    *arithmetic.RULES,
    *procedures.RULES,
    *carriage.RULES,
    *claims.RULES,
    *requirements.RULES,
    *repetitions.RULES,
    *declared_rates.RULES,
    *cross_record.RULES,
)
"""Every rule, in the order in which it speaks."""

_RANK: Final = {
    Severity.NOTE: 0,
    Severity.WARNING: 1,
    Severity.DOUBT: 2,
    Severity.ERROR: 3,
}
_SPOILS: Final = _RANK[Severity.DOUBT]

_Active = tuple[str, Severity, int, Callable[[Case], Iterable[Place]]]


def severity_of(code: str, default: Severity, reference: Reference) -> Severity | None:
    """Return the severity that a pack gives a rule, None where it has switched the rule off.

    Raises:
        PackRefused: the pack's setting is not a severity.
    """
    own = reference.settings.get(f"severity.{code}")
    if own is None:
        return default
    if own == "off":
        return None
    try:
        return Severity(own)
    except ValueError as problem:
        raise PackRefused(
            f"{own!r} is not a severity",
            where=f"[settings] severity.{code}",
            remedy="Write error, doubt, warning, note or off.",
        ) from problem


_ALWAYS: Final = 1 << 62  # wakes the rules that no sign stands for
_EVERY_SIGN: Final = -1


def _woken_by(rule: Rule) -> int:
    """Return the signs of which one must be there for a rule to have a say."""
    return MISFIT if rule.only_misfits else WOKEN_BY.get(rule.number, _ALWAYS)


@lru_cache(maxsize=16)
def _switched_on(reference: Reference) -> tuple[tuple[int, _Active], ...]:
    """Return the rules that a pack runs, each after the signs that wake it."""
    active = []
    for rule in RULES:
        severity = severity_of(rule.code, rule.severity, reference)
        if severity is not None:
            row = rule.code, severity, _RANK[severity], rule.check
            active.append((_woken_by(rule), row))
    return tuple(active)


@lru_cache(maxsize=4096)
def _active(reference: Reference, signs: int) -> tuple[_Active, ...]:
    """Return the rules that a pack runs and that these signs wake, in the order of ``RULES``."""
    rules = _switched_on(reference)
    return tuple(row for woken_by, row in rules if woken_by & (signs | _ALWAYS))


def validate(
    lodgement: Lodgement, reference: Reference, *, every_rule: bool = False
) -> list[Finding]:
    """Return everything that is wrong with a declaration, in the order of ``RULES``.

    Args:
        lodgement: the declaration as lodged.
        reference: the country's law; codes are looked up as of ``legal_date``, failing that
            ``observed_on``.
        every_rule: run every rule, those too that the first look proves silent.
            The findings are the same; this is the plain form that the quick one is held to.

    Raises:
        PackRefused: a ``validation.*`` or ``severity.*`` setting of the pack cannot be read.
    """
    case = Case(lodgement, law_of(reference))
    findings: list[Finding] = []
    # What reading the message has told already is not told again, nor built upon.
    told = {finding.pointer: _RANK[finding.severity] for finding in lodgement.form_findings}
    signs = _EVERY_SIGN if every_rule else signs_of(case)
    for code, severity, rank, check in _active(reference, signs):
        for place in check(case):
            where = pointer(place.field, place.i, place.n)
            if told and (told.get(where, -1) >= rank or _rests_on_error(place, told)):
                continue
            told[where] = rank
            findings.append(Finding(code, severity, where, place.i, place.parameters))
    return findings


def _rests_on_error(place: Place, told: dict[str, int]) -> bool:
    return any(told.get(pointer(*datum), -1) >= _SPOILS for datum in place.rests_on)
