"""What declarations do to permits: reserved at acceptance, final at release, given back when void.

Every function bears being told twice. Papers issued outside Clearway are followed as such: the
agency concerned confirms or refuses them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from clearway.audit import clock
from clearway.audit.actor import Actor, system
from clearway.declarations import events as told
from clearway.declarations import queries as declarations
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.models import Declaration
from clearway.events.service import Act, act
from clearway.kernel.lodgement import DocumentRow
from clearway.permits import balances, events, needing, printing, queries, rules, telling
from clearway.permits.models import Need, Permit, Standing
from clearway.permits.needing import Declared, Needed
from clearway.reference.in_force import reference_at

_ME = system("permits")
_Key = tuple[int, int]
_LASTING: Final = frozenset({"paper", "covered", "lacking"})
"""What an agency's decision is about: it lasts while the same is declared, or less of it."""


class _Draw(NamedTuple):
    """The documents that name one permit for one item (0: for all that need it)."""

    permit: Permit
    item: int
    documents: list[DocumentRow]
    needs: list[Needed]

    def wanted(self, of: Declared, one: Needed) -> rules.Wanted:
        """Return what they want of it for a need; what draws together is counted together."""
        items = [one.item] if self.item else sorted({each.item for each in self.needs})
        return needing.wanted(of, one, self.documents, self.permit.unit, items)


class _Verdict(NamedTuple):
    """What became of the documents that a need names."""

    state: str
    reason: str = ""
    document: DocumentRow | None = None


def examine(declaration: int, *, anew: bool = False, actor: Actor = _ME) -> None:
    """Write off the permits that a declaration names, and say how each agency stands to it.

    Args:
        declaration: its row number.
        anew: though the version that stands was examined before.
        actor: who wants it; Clearway itself by default.
    """
    row = declarations.all_declarations().filter(pk=declaration).first()
    if row is None or row.state not in declarations.LIVE - {"received"}:
        return
    reference = reference_at(clock.now())
    held = balances.held_by(declaration)
    needed = needing.declared(row, reference).needed
    standing = Standing.objects.filter(pk=declaration).first()
    if not needed and not held and standing is None:
        return
    if standing is not None and standing.version == row.version and not anew:
        return
    with act(actor) as doing:
        locked = declarations.locked(declaration)
        _examine(doing, needing.declared(locked, reference))


def _examine(doing: Act, of: Declared) -> None:
    draws = _draws(of)
    failed = _settle(doing, of, draws)
    verdicts = {(one.item, one.requirement.code): _judge(of, one, draws, failed)
                for one in of.needed}  # fmt: skip
    _write(doing, of, verdicts)
    announce_status(doing, of.declaration)


def _draws(of: Declared) -> dict[_Key, _Draw]:
    """Return what is to be drawn on which permit for which item, by the permits' numbers."""
    rows = [(one, row) for one in of.needed if not one.waived for row in one.documents]
    permits = queries.permits_by_number(row.reference for _, row in rows)
    draws: dict[_Key, _Draw] = {}
    for one, row in rows:
        permit = permits.get(queries.number_of(row.reference))
        if permit is None:
            continue
        draw = draws.setdefault((permit.pk, row.item), _Draw(permit, row.item, [], []))
        if row not in draw.documents:
            draw.documents.append(row)
        draw.needs.append(one)
    return dict(sorted(draws.items()))


def _settle(doing: Act, of: Declared, draws: dict[_Key, _Draw]) -> dict[_Key, str]:
    """Give back what is no longer wanted, take what is; return why something was not taken."""
    failed: dict[_Key, str] = {}
    wanted = {}
    for key, draw in draws.items():
        asked = [draw.wanted(of, one) for one in draw.needs]
        misfits = [rules.misfit(queries.granted(draw.permit), one) for one in asked]
        failed[key] = next(filter(None, misfits), "")
        if not failed[key]:
            wanted[key] = asked[0]
    held = balances.held_by(of.declaration.pk)
    for key, before in sorted(held.items()):
        amount = balances.taking(draws[key].permit, wanted[key]) if key in wanted else None
        if amount is not None and amount == before[:2]:
            del wanted[key]
        else:
            _return(doing, of.declaration, key, before)
    for key, one in sorted(wanted.items(), key=lambda pair: pair[0]):
        failed[key] = _take(doing, of.declaration, key, draws[key], one)
    for key, reason in failed.items():
        if reason:
            _tell(doing, of.declaration, events.WRITE_OFF_REFUSED, draws[key].permit.number,
                  item=key[1], reason=reason)  # fmt: skip
    return failed


def _take(
    doing: Act, declaration: Declaration, key: _Key, draw: _Draw, wanted: rules.Wanted
) -> str:
    permit = draw.permit
    amount = balances.taking(permit, wanted)
    short = rules.shortfall(queries.granted(permit), wanted)
    if short or not balances.take(permit, amount, wanted):
        permit.refresh_from_db()
        now = queries.granted(permit)
        return short or rules.misfit(now, wanted) or rules.shortfall(now, wanted) or "not_enough"
    balances.record(doing, declaration, key, "reserved", amount)
    if declaration.state in AFTER_RELEASE:
        balances.record(doing, declaration, key, "final", amount)
    _announce_balance(doing, declaration, permit, events.WRITTEN_OFF, amount)
    if permit.state == "used":
        _announce_balance(doing, declaration, permit, events.USED_UP, amount)
        printing.void(doing, permit, "used")
    return ""


def _return(doing: Act, declaration: Declaration, key: _Key, held: balances.Held) -> None:
    was = Permit.objects.values_list("state", flat=True).get(pk=key[0])
    permit = balances.give_back(key[0], held)
    balances.record(doing, declaration, key, "returned", held)
    _announce_balance(doing, declaration, permit, events.GIVEN_BACK, held)
    if (was, permit.state) == ("used", "valid"):
        printing.issue(doing, permit)


def _judge(
    of: Declared, one: Needed, draws: dict[_Key, _Draw], failed: dict[_Key, str]
) -> _Verdict:
    if one.waived:
        return _Verdict("waived", document=DocumentRow(one.item, one.waived))
    if not one.documents:
        return _Verdict("lacking")
    verdicts, drawn = [], 0
    for (_, item), draw in draws.items():
        if one not in draw.needs:
            continue
        reason = failed[draw.permit.pk, item]
        verdicts.append(_Verdict("refused" if reason else "covered", reason, draw.documents[0]))
        drawn += draw.wanted(of, one).quantity or 0
    ours = {row.reference for draw in draws.values() for row in draw.documents}
    papers = [row for row in one.documents if row.reference not in ours]
    verdicts += [_Verdict("paper", document=row) for row in papers]
    found = min(verdicts, key=lambda each: rules.WORST_FIRST.index(rules.WORD_OF_NEED[each.state]))
    if found.state == "covered" and _too_little(of, one, draws, drawn):
        return _Verdict("refused", "too_little", found.document)
    return found


def _too_little(of: Declared, one: Needed, draws: dict[_Key, _Draw], drawn: int) -> bool:
    """Tell whether an item's own documents write off less of it than there is."""
    mine = [draw for draw in draws.values() if one in draw.needs]
    units = {draw.permit.unit for draw in mine if draw.permit.quantity is not None}
    if len(units) != 1 or len(mine) != sum(draw.permit.quantity is not None for draw in mine):
        return False
    own = needing.own_quantity(of.lodgement.items[one.item - 1], units.pop())
    return own is not None and drawn < own and all(draw.item for draw in mine)


def _write(doing: Act, of: Declared, verdicts: dict[tuple[int, str], _Verdict]) -> None:
    """Write the needs as they stand now; what an agency decided on the same paper stays."""
    row = of.declaration
    before = {(one.item, one.requirement): one for one in queries.needs(row.pk)}
    for key, old in before.items():
        if key not in verdicts:
            old.delete()
    for one in of.needed:
        key = (one.item, one.requirement.code)
        verdict, former = verdicts[key], before.get(key)
        document = verdict.document or DocumentRow(one.item, "")
        quantity, unit = _told_quantity(of, one, document)
        made = Need(
            declaration=row.pk, version=row.version, item=one.item,
            requirement=one.requirement.code, agency=one.requirement.agency,
            document=document.code[:7], reference=document.reference[:70],
            quantity=quantity, unit=unit,
            state=verdict.state, reason=verdict.reason, at=doing.at,
        )  # fmt: skip
        if former is not None:
            made.pk = former.pk
            if verdict.state in _LASTING and former.decided_by and _same(former, made):
                made.state, made.reason, made.remark = former.state, former.reason, former.remark
                made.decided_by, made.decided_at = former.decided_by, former.decided_at
        made.save()


def _same(former: Need, now: Need) -> bool:
    """Tell whether an agency's decision on a paper still speaks of what is declared now."""
    if (former.document, former.reference, former.unit) != (now.document, now.reference, now.unit):
        return False
    if now.quantity is None or former.quantity is None:
        return now.quantity == former.quantity
    return now.quantity <= former.quantity


def _told_quantity(of: Declared, one: Needed, document: DocumentRow) -> tuple[int | None, str]:
    """Return what a document says is written off; where it says nothing, the item's own mass."""
    if document.write_off_quantity is not None:
        return document.write_off_quantity, document.write_off_unit[:7]
    return of.lodgement.items[one.item - 1].net_mass, "KGM"


def finalise(declaration: int) -> None:
    """Make final what a released declaration has written off."""
    held = balances.held_by(declaration)
    if all(one.final for one in held.values()):
        return
    with act(_ME) as doing:
        row = declarations.locked(declaration)
        for key, one in sorted(balances.held_by(declaration).items()):
            if not one.final:
                balances.record(doing, row, key, "final", one)
                permit = Permit.objects.get(pk=key[0])
                _announce_balance(doing, row, permit, events.WRITE_OFF_FINAL, one)


def undo(declaration: int) -> None:
    """Give back what a declaration held that is void; its needs end with it."""
    if not balances.held_by(declaration) and not queries.needs(declaration).exists():
        return
    with act(_ME) as doing:
        row = declarations.locked(declaration)
        for key, one in sorted(balances.held_by(declaration).items()):
            _return(doing, row, key, one)
        queries.needs(declaration).delete()
        announce_status(doing, row)


def announce_status(doing: Act, declaration: Declaration) -> None:
    """Announce the joint status of a locked declaration as its needs make it, and keep it."""
    status = queries.status_of(queries.needs(declaration.pk))
    Standing.objects.update_or_create(
        declaration=declaration.pk,
        defaults={"version": declaration.version, "word": status.word, "at": doing.at},
    )
    doing.announce(
        events.JOINT_STATUS,
        told.subject(declaration.mrn, declaration.pk),
        {
            "mrn": declaration.mrn,
            "declaration": declaration.pk,
            "word": status.word,
            "satisfied": status.satisfied,
            "lacking": list(status.lacking),
            "agencies": dict(status.agencies),
        },
        concerns=told_to(doing, declaration, [agency for agency, _ in status.agencies]),
    )


def told_to(doing: Act, declaration: Declaration, agencies: Collection[str]) -> tuple[int, ...]:
    """Return who learns of what agencies say to a declaration: its parties, and they."""
    parties = declarations.concerned(declaration)
    others = [one for one in telling.agencies_at(doing, agencies) if one not in parties]
    return (*parties, *others)


def _announce_balance(
    doing: Act,
    declaration: Declaration,
    permit: Permit,
    kind: str,
    amount: balances.Taking | balances.Held,
) -> None:
    telling.of_permit(
        doing,
        permit,
        kind,
        mrn=declaration.mrn,
        quantity=amount.quantity,
        value=amount.value,
        left_quantity=permit.left_quantity,
        left_value=permit.left_value,
    )


def _tell(doing: Act, declaration: Declaration, kind: str, number: str, **body: object) -> None:
    doing.announce(
        kind,
        told.subject(declaration.mrn, declaration.pk),
        {"mrn": declaration.mrn, "number": number, **body},
        concerns=declarations.concerned(declaration),
    )
