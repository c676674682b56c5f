"""What a declaration's page tells of what came after release, to whoever may know it."""

from __future__ import annotations

from typing import Any

from clearway.audit.actor import Actor
from clearway.audit.permission import CUSTOMS
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.models import Declaration
from clearway.post_clearance import access
from clearway.web.after_release.acting import may

_SHOWN = 20


def of_declaration(
    actor: Actor, found: Declaration, *, official: bool, owner: bool
) -> dict[str, Any]:
    """Return the card of what came after release; nothing is asked of what was not released."""
    if found.state not in AFTER_RELEASE:
        return {}
    knows = actor.has(*access.OPERATIONS["listAudits"])
    audits = access.visible_audits(actor).filter(subjects__declaration=found)
    corrections = access.visible_corrections(actor).filter(declaration=found)
    appeals = access.visible_appeals(actor).filter(declaration=found)
    claims = access.visible_claims(actor).filter(declaration=found)
    decides = official and actor.has(*CUSTOMS) and found.mrn is not None
    return {
        "audits": list(audits.order_by("-id")[:_SHOWN]) if knows else [],
        "corrections": list(corrections.order_by("-id")[:_SHOWN]) if knows else [],
        "claims": list(claims.order_by("-id")[:_SHOWN]) if knows else [],
        "appeals": list(appeals.order_by("-id")[:_SHOWN]) if knows else [],
        "may_correct": decides and may(actor, "proposeCorrection"),
        "may_audit": decides and may(actor, "openAudit"),
        "may_claim": owner and may(actor, "lodgeClaim"),
        "may_disclose": owner and may(actor, "discloseError"),
    }
