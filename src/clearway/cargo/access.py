"""Who may do what with cargo, and to which object.

A carrier sees and files his own reports. A forwarder files houses under a master on which he is
the consignee, or that names none. Terminals read all and tally. A trader reads a document on
which he is the consignee or that a declaration of his draws on. Officers and auditors read all.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from clearway.accounts.permission import CUSTOMS, TRADE, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.cargo import events, queries
from clearway.cargo.models import Conveyance, PreLoading, TransportDocument
from clearway.vocabulary.errors import NotThere

_REPORTERS: Final = frozenset({Role.CARRIER, Role.BROKER, Role.PLATFORM})
_READERS: Final = CUSTOMS | {Role.AUDITOR}
_EVERYWHERE: Final = _READERS | {Role.TERMINAL}

OPERATIONS: Final[Operations] = {
    "reportConveyance": frozenset({Role.CARRIER}),
    "listConveyances": _EVERYWHERE | {Role.CARRIER},
    "getConveyance": _EVERYWHERE | {Role.CARRIER},
    "correctConveyance": frozenset({Role.CARRIER}),
    "notifyArrival": CUSTOMS | {Role.CARRIER, Role.TERMINAL},
    "reportTransportDocument": _REPORTERS,
    "listTransportDocuments": _READERS | TRADE,
    "getTransportDocument": _READERS | TRADE,
    "correctTransportDocument": _REPORTERS | CUSTOMS,
    "cancelTransportDocument": _REPORTERS,
    "tallyDischarge": CUSTOMS | {Role.TERMINAL},
    "closeTransportDocument": CUSTOMS | {Role.TERMINAL},
    "listWriteOffs": _READERS | TRADE,
    "lodgePreLoading": _REPORTERS,
    "getPreLoading": _READERS | _REPORTERS,
    "lodgeCuscar": _REPORTERS,
}


def conveyance_for(actor: Actor, conveyance_id: int, to: str = "read") -> Conveyance:
    """Return a conveyance for somebody who may ``read``, ``correct`` it or notify its ``arrival``.

    Raises:
        NotThere: there is none, or it is another's.
    """
    conveyance = queries.conveyances(conveyances_of(actor, to)).filter(pk=conveyance_id).first()
    if conveyance is None:
        raise NotThere("There is no such conveyance.", where=str(conveyance_id))
    return conveyance


def conveyances_of(actor: Actor, to: str = "read") -> Q:
    """Return the condition for the conveyances that an actor may read or act on."""
    everywhere = {"read": _EVERYWHERE, "arrival": CUSTOMS | {Role.TERMINAL}}.get(to, frozenset())
    if actor.has(*everywhere):
        return Q()
    own = Q(organisation=actor.organisation)
    return own | Q(carrier=actor.identifier) if to == "read" and actor.identifier else own


def document_for(actor: Actor, number: str, to: str = "read") -> TransportDocument:
    """Return a live transport document for somebody who may do this (``documents_of``) with it.

    Reading the data of others is logged before they are returned.

    Raises:
        NotThere: there is none, or it is another's.
    """
    document = queries.documents(documents_of(actor, to)).filter(queries.by_number(number)).first()
    if document is None:
        raise NotThere("There is no such transport document.", where=number[:70])
    if document.organisation != actor.organisation:
        audit.note("read", actor, events.subject(document.number))
    return document


def documents_of(actor: Actor, to: str = "read") -> Q:
    """Return the condition for the transport documents that an actor may read or act on."""
    everywhere = {
        "read": _EVERYWHERE,
        "correct": CUSTOMS,
        "tally": CUSTOMS | {Role.TERMINAL},
        "close": CUSTOMS | {Role.TERMINAL},
    }.get(to, frozenset())
    if actor.has(*everywhere):
        return Q()
    mine = Q(organisation=actor.organisation)
    if to != "read":
        return mine
    # Only those whose draw was taken: an attempt on another's document shows nothing of it.
    drawing = queries.drawn_by_organisation(actor.organisation, actor.identifier)
    mine |= Q(pk__in=drawing)
    if actor.identifier:
        mine |= Q(consignee=actor.identifier) | Q(
            conveyance__carrier=actor.identifier, level="master"
        )
    return mine


def may_file_under(actor: Actor, master: TransportDocument) -> bool:
    """Tell whether somebody may file a house document under a master."""
    if actor.organisation == master.organisation:
        return True
    return not master.consignee or master.consignee == actor.identifier


def write_offs_of(actor: Actor, document: TransportDocument) -> Q:
    """Return the condition for the rows of a document's ledger that an actor may read.

    Its reporter sees all rows, without the names of declarations that are not his.
    """
    if actor.has(*_EVERYWHERE) or actor.organisation == document.organisation:
        return Q()
    return queries.whose(actor.organisation, actor.identifier)


def may_name(actor: Actor, organisation: int, importer: str) -> bool:
    """Tell whether an actor may know which declaration drew: his own, or as an official."""
    own = organisation == actor.organisation or (importer and importer == actor.identifier)
    return bool(own) or actor.has(*_READERS)


def pre_loading_for(actor: Actor, number: int) -> PreLoading:
    """Return pre-loading data for their sender, or for officials.

    Raises:
        NotThere: there are none, or they are another's.
    """
    found = queries.pre_loading(number)
    if found is None or not (actor.has(*_READERS) or found.organisation == actor.organisation):
        raise NotThere("There are no such pre-loading data.", where=str(number))
    if found.organisation != actor.organisation:
        audit.note("read", actor, f"pre_loading:{found.pk}")
    return found
