"""The facts that this room announces. Subjects: ``mandate:<id>``, ``authorisation:<id>``.

=======================  ==================================================================
kind                     body
=======================  ==================================================================
mandate.asked            principal, agent, direction, procedures, valid_from, valid_to
mandate.granted          the same
mandate.refused          the same, and reason
mandate.revoked          the same, and reason
mandate.expired          the same
authorisation.granted    holder, type, reference, valid_from, valid_to
authorisation.suspended  the same, and reason
authorisation.resumed    the same, and reason
authorisation.revoked    the same, and reason
=======================  ==================================================================
"""

from __future__ import annotations

from typing import Final

MANDATE_ASKED: Final = "mandate.asked"
MANDATE_GRANTED: Final = "mandate.granted"
MANDATE_REFUSED: Final = "mandate.refused"
MANDATE_REVOKED: Final = "mandate.revoked"
MANDATE_EXPIRED: Final = "mandate.expired"
AUTHORISATION_GRANTED: Final = "authorisation.granted"
AUTHORISATION_CHANGED: Final = {
    "suspended": "authorisation.suspended",
    "granted": "authorisation.resumed",
    "revoked": "authorisation.revoked",
}
