"""What is not built yet is refused by its name, never half done.

A code that the pack does not know is the kernel's matter (CLW2101, CLW2102, CLW2131) and is not
told again here.
"""

from __future__ import annotations

from collections.abc import Iterator

from clearway.declarations import findings
from clearway.declarations.findings import told
from clearway.declarations.kinds import EXPORT, IMPORT, IN_RECORDS, kind_of, words
from clearway.kernel.decisions import Finding
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference

_ORIGINAL = {"", "9"}
_SPECIAL_TERRITORIES = "CO"
_TRANSIT_PROCEDURE = "8"
_NAMED = {
    "51": findings.INWARD_PROCESSING,
    "53": findings.TEMPORARY_ADMISSION,
    "7": findings.WAREHOUSING,
    "0": findings.SPECIAL_TERRITORIES,
    _TRANSIT_PROCEDURE: findings.TRANSIT,
}


def refusal_of(
    lodgement: Lodgement, reference: Reference, *, original: bool = True
) -> tuple[Finding, ...]:
    """Return why a declaration cannot be taken whatever else it says; empty where it can.

    Args:
        lodgement: as declared, before an MRN is set.
        reference: the pack; its settings name the procedures that are built.
        original: a first lodging; an amendment carries the MRN and may name its function.
    """
    found = [*_of_type(lodgement, reference), *_of_procedures(lodgement, reference)]
    if not lodgement.lrn:
        found.append(told(findings.LRN_MISSING))
    if original:
        if lodgement.function_code not in _ORIGINAL:
            found.append(told(findings.FUNCTION_ELSEWHERE, code=lodgement.function_code))
        if lodgement.id:
            found.append(told(findings.MRN_GIVEN, mrn=lodgement.id))
    return tuple(found)


def _of_type(lodgement: Lodgement, reference: Reference) -> Iterator[Finding]:
    code, direction, letter = lodgement.type_code, lodgement.direction, lodgement.additional_type
    if direction.startswith("T"):
        yield told(findings.TRANSIT, code=code)
        return
    if direction == _SPECIAL_TERRITORIES:
        yield told(findings.SPECIAL_TERRITORIES, code=code)
        return
    if direction not in {IMPORT, EXPORT} and _listed(reference, "declaration_type", direction):
        yield told(findings.DIRECTION_UNBUILT, code=code)
    if letter == IN_RECORDS:
        yield told(findings.IN_RECORDS, code=code)
    elif not kind_of(lodgement, reference) and _listed(reference, "additional_type", letter):
        yield told(findings.KIND_UNKNOWN, code=code)


def _of_procedures(lodgement: Lodgement, reference: Reference) -> Iterator[Finding]:
    if lodgement.direction == EXPORT:
        built = words(reference, "declarations.export_procedures", "1;2;3")
        other = words(reference, "declarations.import_procedures", "4;6")
    else:
        built = words(reference, "declarations.import_procedures", "4;6")
        other = words(reference, "declarations.export_procedures", "1;2;3")
    for i, item in enumerate(lodgement.items, 1):
        code = item.procedure
        # One of the other direction is built, and stands where it does not belong: CLW3601.
        if not code or code.startswith((*built, *other)):
            continue
        if not _listed(reference, "procedure", code):
            continue
        number = _NAMED.get(code[:2]) or _NAMED.get(code[:1], findings.PROCEDURE_UNBUILT)
        yield told(number, field="items.procedure", i=i, procedure=code, code=code)


def _listed(reference: Reference, name: str, code: str) -> bool:
    """Tell whether a code is in a list of the pack, or the pack has no such list."""
    known = reference.code_lists.get(name)
    return known is None or code in known.entries
