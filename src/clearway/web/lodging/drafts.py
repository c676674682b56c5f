"""Every write of drafts, and the one way to one: his organisation's, or it is not there."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import transaction
from django.db.models import F

from clearway.accounts.queries import name_of
from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.declarations.kinds import EXPORT
from clearway.kernel.reference import Reference
from clearway.vocabulary.errors import NotThere, TooLarge
from clearway.web import queries
from clearway.web.lodging import content as contents
from clearway.web.lodging import special
from clearway.web.lodging import tree as trees
from clearway.web.lodging.content import Content
from clearway.web.models import Draft

_NO_CLAIM: Final = "100"
"""The preference code of whoever claims none."""
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of references that are proposed: none of them is taken for another."""


def draft_for(actor: Actor, number: int) -> Draft:
    """Return a draft of the actor's organisation.

    Raises:
        NotThere: there is none, or it is another's.
    """
    found = queries.draft(actor.organisation, number) if actor.organisation else None
    if found is None:
        audit.note("refusal", actor, f"draft:{number}")
        raise NotThere("There is no such draft.", remedy="Look at the list of your drafts.")
    return found


def begin(actor: Actor, content: Content, *, amends: str = "") -> Draft:
    """Keep a new draft."""
    now = clock.now()
    return Draft.objects.create(
        organisation_id=actor.organisation,
        made_by=actor.name,
        made_at=now,
        saved_at=now,
        answers=contents.packed(content),
        amends=amends,
        lrn=trees.read(content.tree, "FunctionalReferenceID")[:35],
        title=contents.title(content),
    )


def save(draft: Draft, content: Content) -> bool:
    """Keep a draft's content where nobody has saved another since it was read.

    Returns:
        False where somebody has; then nothing was written. The draft has its new revision.

    Raises:
        TooLarge: it is more than a message may be.
    """
    packed = contents.packed(content)
    if not special.fits(packed):
        raise TooLarge("The declaration is larger than one message may be.")
    written = Draft.objects.filter(pk=draft.pk, revision=draft.revision, lodged="").update(
        answers=packed,
        saved_at=clock.now(),
        revision=F("revision") + 1,
        lrn=trees.read(content.tree, "FunctionalReferenceID")[:35],
        title=contents.title(content),
    )
    if written:
        draft.refresh_from_db()
    return bool(written)


def mark_lodged(draft: Draft, key: str) -> None:
    """Note what became of a draft; it is out of the list from then on."""
    Draft.objects.filter(pk=draft.pk, lodged="").update(lodged=key[:20], saved_at=clock.now())


def delete(actor: Actor, number: int) -> None:
    """Remove a draft.

    Raises:
        NotThere: there is none, or it is another's.
    """
    with transaction.atomic():
        draft_for(actor, number).delete()


def proposed_lrn(declarant: str) -> str:
    """Return a reference that the declarant has not used."""
    while True:
        drawn = "".join(secrets.choice(_SIGNS) for _ in range(6))
        lrn = f"{clock.now():%y%m%d}-{drawn}"
        if not queries.lrn_is_used(declarant, lrn):
            return lrn


def new_content(
    actor: Actor, law: Reference, type_code: str, *, principal: str = "", regime: str = ""
) -> Content:
    """Return a new draft's content with what is known of whoever writes it.

    Args:
        actor: a trader declares for himself, a broker for his principal.
        law: the pack; only codes that it knows are set beforehand.
        type_code: as ``IMA``.
        principal: identification number of the party for whom a broker declares.
        regime: the low-value regime that is claimed; empty for none.
    """
    content = contents.empty(type_code)
    tree, own = content.tree, actor.identifier
    party = "Exporter" if type_code.startswith(EXPORT) else "GoodsShipment/Importer"
    acts_for_another = bool(principal) and principal != own
    trees.put(tree, "Declarant/ID", principal or own)
    if acts_for_another:
        trees.put(tree, "Agent/ID", own)
        trees.put(tree, "Agent/Name", name_of(actor.organisation)[:70])
        trees.put(tree, "Agent/FunctionCode", "2")
    else:
        trees.put(tree, "Declarant/Name", name_of(actor.organisation)[:70])
    if acts_for_another or actor.has(Role.TRADER):
        trees.put(tree, f"{party}/ID", principal or own)
        if not acts_for_another:
            trees.put(tree, f"{party}/Name", name_of(actor.organisation)[:70])
    _usual_item(trees.items(tree)[0], law, type_code, regime)
    content.tree["FunctionalReferenceID"] = proposed_lrn(principal or own)
    return content


def _usual_item(item: trees.Tree, law: Reference, type_code: str, regime: str) -> None:
    """Set what most goods items have: the usual procedure and method, and no preference."""
    export = type_code.startswith(EXPORT)
    usual = (
        ("procedure", "GovernmentProcedure[1]/CurrentCode", "10" if export else "40"),
        ("previous_procedure", "GovernmentProcedure[1]/PreviousCode", "00"),
    )
    for listed, path, code in usual:
        known = law.code_lists.get(listed)
        if known is None or code in known.entries:
            trees.put(item, path, code)
    if "1" in law.valuation.methods:
        trees.put(item, "CustomsValuation/MethodCode", "1")
    if regime:
        trees.put(item, "GovernmentProcedure[2]/CurrentCode", regime)
    if not export and _NO_CLAIM in law.preferences:
        trees.put(item, "Commodity/DutyTaxFee[1]/DutyRegimeCode", _NO_CLAIM)
