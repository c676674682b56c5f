"""What kind of declaration a lodgement is, and the settings of the pack that say so.

Settings of the pack, all optional (lists with ``;`` between words):

=======================================  ==================  ====================================
key                                      default             meaning
=======================================  ==================  ====================================
declarations.ruling_date                 acceptance          or ``lodgement``: which day's law
                                                             rules a pre-lodged declaration
declarations.import_procedures           4;6                 beginnings of procedures built
declarations.export_procedures           1;2;3               the same for exports
declarations.transport_documents         714;703;705;740;    types in the order in which stock
                                         730;720;750;760;    is written off: house before master
                                         704;741
declarations.simplified_authorisations   SDE                 kinds of which one is needed
declarations.supplementary_days          10                  days after acceptance until the
                                                             supplementary declaration is due
declarations.prelodged_days              30                  days after which a declaration that
                                                             was never presented lapses
declarations.document_mebibytes          20                  largest attached document
declarations.documents_mebibytes         100                 all documents of a declaration
=======================================  ==================  ====================================
"""

from __future__ import annotations

from clearway.batch.claims import claimed_regime
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference

STANDARD, PRELODGED, SIMPLIFIED = "standard", "prelodged", "simplified"
SUPPLEMENTARY, LOW_VALUE = "supplementary", "low_value"
KINDS = (STANDARD, PRELODGED, SIMPLIFIED, SUPPLEMENTARY, LOW_VALUE)
_KIND_BY_LETTER = {
    "": STANDARD,
    "A": STANDARD,
    "D": PRELODGED,
    **dict.fromkeys("BCEF", SIMPLIFIED),
    **dict.fromkeys("XYZ", SUPPLEMENTARY),
}
_IN_ADVANCE = frozenset("DEF")
IN_RECORDS = "Z"
IMPORT, EXPORT = "IM", "EX"


def kind_of(lodgement: Lodgement, reference: Reference) -> str:
    """Return what kind of declaration a lodgement is, one of ``KINDS``; empty where unknown.

    The third letter of the type says it. A standard or pre-lodged one that claims a low-value
    regime is a low-value declaration.
    """
    kind = _KIND_BY_LETTER.get(lodgement.additional_type, "")
    if kind in {STANDARD, PRELODGED} and (
        lodgement.low_value_regime or claimed_regime(lodgement, reference)
    ):
        return LOW_VALUE
    return kind


def in_advance(lodgement: Lodgement) -> bool:
    """Tell whether the goods are not presented yet (types D, E and F): received, not accepted."""
    return lodgement.additional_type in _IN_ADVANCE


def is_simplified(lodgement: Lodgement) -> bool:
    """Tell whether a dated supplementary declaration must follow (types B, C, E and F)."""
    return _KIND_BY_LETTER.get(lodgement.additional_type) == SIMPLIFIED


def is_supplementary(lodgement: Lodgement) -> bool:
    """Tell whether it completes a simplified one and moves no goods of its own (X, Y and Z)."""
    return _KIND_BY_LETTER.get(lodgement.additional_type) == SUPPLEMENTARY


def words(reference: Reference, key: str, default: str) -> tuple[str, ...]:
    """Return a setting of the pack that is a list."""
    return tuple(word for word in reference.settings.get(key, default).split(";") if word)


def days_setting(reference: Reference, key: str, default: int) -> int:
    """Return a setting of the pack that is a number of days; a wrong one is the default."""
    text = reference.settings.get(key, "")
    return int(text) if text.isascii() and text.isdigit() else default
