"""Who may lodge for whom, as the registers say it: findings of the record, never exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from clearway.audit.bulk import ask, given
from clearway.declarations import findings
from clearway.declarations.findings import told
from clearway.declarations.kinds import LOW_VALUE, is_simplified, is_supplementary, words
from clearway.declarations.naming import declarant_of, principal_of, supplemented
from clearway.declarations.rules import ruling_day
from clearway.declarations.storing import stored_name
from clearway.intake.submission import Piece
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.traders.authorisations import authorised_many
from clearway.traders.mandates import mandated_many

_STRANGER = frozenset(
    {findings.DECLARANT_UNKNOWN, findings.DECLARANT_INACTIVE, findings.NOT_THE_DECLARANT}
)


def judge(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """Add findings to the lodgements of those who lodge or declare without being entitled.

    Who is not the declarant he names uses up a reference of his own, not of that declarant.
    """
    named = [_named(_of(piece)) for piece in pieces]
    standings = _standings(cursor, set(chain.from_iterable(named)))
    for piece, parties in zip(pieces, named, strict=True):
        _judge_declarant(piece, standings)
        heard = [piece.submission.actor.organisation]
        for one in parties:
            standing = standings.get(one)
            if standing is not None and standing[0] not in heard and standing[1] == "active":
                heard.append(standing[0])
        piece.concerned = tuple(heard[1:])
    _judge_mandates(cursor, pieces)
    _judge_simplified(cursor, [one for one in pieces if is_simplified(_of(one))], reference)
    _judge_supplements(cursor, [one for one in pieces if is_supplementary(_of(one))], reference)


def _of(piece: Piece) -> Lodgement:
    assert piece.lodgement is not None
    return piece.lodgement


def _tell(piece: Piece, code: str, **parameters: Any) -> None:
    lodgement = _of(piece)
    lodgement.form_findings = (*lodgement.form_findings, told(code, **parameters))


class _Standing(NamedTuple):
    """An organisation's row number and its state."""

    organisation: int
    state: str


def _named(lodgement: Lodgement) -> tuple[str, str, str]:
    """Return the identifiers of declarant, importer and exporter, empty where there is none."""
    importer, exporter = lodgement.importer, lodgement.exporter
    return (
        declarant_of(lodgement),
        "" if importer is None else importer.id,
        "" if exporter is None else exporter.id,
    )


def _standings(cursor: Any, identifiers: Iterable[str]) -> dict[str, _Standing]:
    """Return how every organisation stands that has one of the identifiers."""
    wanted = [(one,) for one in sorted(identifiers) if one and "\0" not in one]
    table, parameters = given(cursor, [("identifier", "text")], wanted)
    found = ask(
        cursor,
        f"SELECT o.identifier, o.id, o.state FROM {table} "  # noqa: S608 - constants only
        "JOIN accounts_organisation o ON o.identifier = given.identifier",
        parameters,
    )
    return {identifier: _Standing(*row) for identifier, *row in found}


def _judge_declarant(piece: Piece, standings: dict[str, _Standing]) -> None:
    lodgement, actor = _of(piece), piece.submission.actor
    declarant = declarant_of(lodgement)
    agent = lodgement.agent.id if lodgement.agent is not None else ""
    code = ""
    if not declarant or declarant not in standings:
        code = findings.DECLARANT_UNKNOWN
    elif standings[declarant].state != "active":
        code = findings.DECLARANT_INACTIVE
    elif not actor.identifier or actor.identifier not in {declarant, agent}:
        code = findings.NOT_THE_DECLARANT
    if code:
        _tell(piece, code, declarant=declarant)
        piece.declarant = stored_name(actor.identifier or f"organisation {actor.organisation}")


def _judge_mandates(cursor: Any, pieces: Sequence[Piece]) -> None:
    """An agent needs a mandate of the declarant, a declarant one of his principal.

    A buyer of parcels signs no mandate: his order is one (low-value regimes).
    """
    asked: list[tuple[str, str, str, str, int]] = []
    asking: list[tuple[Piece, str, str]] = []
    for piece in pieces:
        lodgement = _of(piece)
        if any(one.rule in _STRANGER for one in lodgement.form_findings):
            continue
        declarant, lodger = declarant_of(lodgement), piece.submission.actor.identifier
        pairs = {(lodger, declarant)}
        if piece.kind != LOW_VALUE:
            pairs.add((declarant, principal_of(lodgement) or declarant))
        procedures = {item.procedure[:2] for item in lodgement.items} or {""}
        for agent, principal in sorted(pairs):
            if agent == principal:
                continue
            for procedure in sorted(procedures):
                day = lodgement.observed_on or 0
                asked.append((agent, principal, lodgement.direction, procedure, day))
                asking.append((piece, agent, principal))
    refused = set()
    for (piece, agent, principal), allowed in zip(
        asking, mandated_many(cursor, asked), strict=True
    ):
        if not allowed and (id(piece), agent, principal) not in refused:
            refused.add((id(piece), agent, principal))
            _tell(piece, findings.NO_MANDATE, declarant=agent, principal=principal)


def _judge_simplified(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """A simplified declaration needs an authorisation of the declarant or of his principal."""
    kinds = words(reference, "declarations.simplified_authorisations", "SDE")
    asked, asking = [], []
    for piece in pieces:
        lodgement = _of(piece)
        for holder in {declarant_of(lodgement), principal_of(lodgement)} - {""}:
            for kind in kinds:
                asked.append((holder, kind, "", lodgement.observed_on or 0))
                asking.append(piece)
    allowed = {
        id(piece) for piece, has in zip(asking, authorised_many(cursor, asked), strict=True) if has
    }
    for piece in pieces:
        if id(piece) not in allowed:
            _tell(piece, findings.NO_AUTHORISATION, kinds=", ".join(kinds))


def _judge_supplements(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """A supplementary declaration completes one simplified declaration of the same declarant."""
    named = {id(piece): supplemented(_of(piece)) for piece in pieces}
    wanted = sorted({one.mrn for one in named.values() if one is not None and "\0" not in one.mrn})
    table, parameters = given(cursor, [("mrn", "text")], [(mrn,) for mrn in wanted])
    known: dict[str, tuple[Any, ...]] = {}
    if wanted:
        cursor.execute(
            "SELECT d.mrn, d.declarant, d.kind, d.legal_date, s.mrn "  # noqa: S608
            f"FROM {table} JOIN declarations_declaration d ON d.mrn = given.mrn "
            "AND d.state NOT IN ('rejected', 'invalidated') "
            "LEFT JOIN declarations_declaration s ON s.supplements = d.mrn "
            "AND s.state NOT IN ('rejected', 'invalidated')",
            parameters,
        )
        known = {row[0]: row[1:] for row in cursor.fetchall()}
    for piece in pieces:
        _judge_supplement(piece, named[id(piece)], known, reference)


def _judge_supplement(
    piece: Piece, named: Any, known: dict[str, tuple[Any, ...]], reference: Reference
) -> None:
    if named is None:
        _tell(piece, findings.NO_SIMPLIFIED)
        return
    declarant, kind, day, done = known.get(named.mrn, ("", "", None, None))
    where = {"field": named.field, "i": named.i, "n": named.n, "mrn": named.mrn}
    if declarant != piece.declarant or kind != "simplified":
        _tell(piece, findings.SIMPLIFIED_UNKNOWN, **where)
        return
    if done is not None:
        _tell(piece, findings.SUPPLEMENTED_ALREADY, **where)
        return
    lodgement = _of(piece)
    piece.supplements = named.mrn
    lodgement.legal_date = ruling_day(
        lodgement, reference, received_at=piece.submission.received_at, supplemented_day=day
    )
