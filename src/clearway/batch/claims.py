"""Claims that a declaration makes by its codes and that the kernel takes as a datum of its own."""

from __future__ import annotations

from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference


def claimed_regime(lodgement: Lodgement, reference: Reference) -> str:
    """Return the low-value regime that a declaration claims, empty where it claims none.

    A regime is claimed by declaring its code as an additional procedure (WCO 166) of every goods
    item; a declaration with one item outside it is an ordinary one.
    """
    if not reference.low_value_regimes or not lodgement.items:
        return ""
    shared = set(lodgement.items[0].additional_procedures)
    for item in lodgement.items[1:]:
        shared &= set(item.additional_procedures)
    return next((one.code for one in reference.low_value_regimes if one.code in shared), "")
