"""The facts that the officers' work announces. Subject: ``declaration:<mrn>``."""

from __future__ import annotations

TAKEN = "declaration.taken"
"""An officer has it before him. Who he is, the record tells customs and auditors alone."""
HANDED_BACK = "declaration.handed_back"
REASSIGNED = "declaration.reassigned"
PROPOSED = "declaration.decision_proposed"
SENT_BACK = "declaration.decision_sent_back"
"""The second person did not confirm; the body holds the reason. Told to customs alone."""
