"""Who may do what with cargo, and to which object.

A carrier sees and files his own reports. A forwarder files houses under a master on which he is
the consignee, or that names none. Terminals read all and tally. A trader reads a document on
which he is the consignee or that a declaration of his draws on. Officers and auditors read all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from clearway.accounts.permission import CUSTOMS, TRADE, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.cargo import events, queries
from clearway.cargo.models import Conveyance, Interchange, PreLoading, TransportDocument
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
    return _document(actor, queries.by_number(number), number[:70], to)


def document_by_row(actor: Actor, row: int, to: str = "read") -> TransportDocument:
    """Return a transport document by its row number, a cancelled one too, as ``document_for``.

    Raises:
        NotThere: there is none, or it is another's.
    """
    return _document(actor, Q(pk=row), str(row), to)


def _document(actor: Actor, which: Q, where: str, to: str) -> TransportDocument:
    document = queries.documents(documents_of(actor, to)).filter(which).first()
    if document is None:
        raise NotThere("There is no such transport document.", where=where)
    if document.organisation != actor.organisation:
        audit.note("read", actor, events.subject(document.number))
    return document


def note_list(actor: Actor, rows: Sequence[TransportDocument]) -> None:
    """Log one read of a list that shows documents of others."""
    if any(row.organisation != actor.organisation for row in rows):
        audit.note("read", actor, "transport_documents", [row.number for row in rows])


_ACTING: Final = {
    "read": _EVERYWHERE,
    "correct": CUSTOMS,
    "tally": CUSTOMS | {Role.TERMINAL},
    "close": CUSTOMS | {Role.TERMINAL},
}
"""Who does what with every document; with his own, whoever has the operation."""


def documents_of(actor: Actor, to: str = "read") -> Q:
    """Return the condition for the transport documents that an actor may read or act on."""
    if actor.has(*_ACTING.get(to, frozenset())):
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


def may_act(actor: Actor, document: TransportDocument, operation: str, to: str) -> bool:
    """Tell whether an actor has an operation on a document that he reads, whatever its state."""
    his = document.organisation == actor.organisation or actor.has(*_ACTING.get(to, frozenset()))
    return his and actor.has(*OPERATIONS[operation])


def sees_history(actor: Actor, document: TransportDocument) -> bool:
    """Tell whether an actor reads a document's versions and tallies: its reporter, officials."""
    return actor.has(*_EVERYWHERE) or actor.organisation == document.organisation


def write_offs_of(actor: Actor, document: TransportDocument) -> Q:
    """Return the condition for the rows of a document's ledger that an actor may read.

    Its reporter sees all rows, without the names of declarations that are not his.
    """
    if sees_history(actor, document):
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
    found = queries.pre_loadings(pre_loadings_of(actor)).filter(pk=number).first()
    if found is None:
        raise NotThere("There are no such pre-loading data.", where=str(number))
    if found.organisation != actor.organisation:
        audit.note("read", actor, f"pre_loading:{found.pk}")
    return found


def pre_loadings_of(actor: Actor) -> Q:
    """Return the condition for the pre-loading data that an actor may read."""
    return Q() if actor.has(*_READERS) else Q(organisation=actor.organisation)


def interchange_for(actor: Actor, number: int) -> Interchange:
    """Return what an actor's organisation filed as a message or a table.

    Raises:
        NotThere: there is none, or it is another's.
    """
    found = queries.interchanges(actor.organisation).filter(pk=number).first()
    if found is None:
        raise NotThere("There is no such file.", where=str(number))
    return found
