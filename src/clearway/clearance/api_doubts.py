"""The operations on the security of a doubted value: inspection's doubt, payments' cover."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from clearway.accounts.forms import Number, permitted
from clearway.clearance import doubts_secured
from clearway.inspection import doubt_forms as forms
from clearway.inspection.access import OPERATIONS

router = Router(tags=["inspection"])


@router.post(
    "/value-doubts/{number}/security",
    response=forms.ValueDoubtTold,
    operation_id="fixSecurity",
    summary="Fix the security against which goods may leave",
)
def fix_security(request: HttpRequest, number: Number, wanted: forms.SecurityWanted) -> Any:
    """Fix what the suspected value would add to what is payable (Article 13)."""
    actor = permitted(request, "fixSecurity", OPERATIONS)
    return forms.doubt(doubts_secured.fix(actor, number, wanted.value))


@router.post(
    "/value-doubts/{number}/coverage",
    response=forms.ValueDoubtTold,
    operation_id="coverSecurity",
    summary="Cover the security",
)
def cover_security(request: HttpRequest, number: Number, given: forms.SecurityCovered) -> Any:
    """Reserve a guarantee, or take what was deposited; the doubt keeps the goods no longer."""
    actor = permitted(request, "coverSecurity", OPERATIONS)
    return forms.doubt(doubts_secured.cover(actor, number, given.reference))
