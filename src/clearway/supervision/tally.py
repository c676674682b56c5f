"""Counting by channel in SQL: a fixed number of statements whatever the number of declarations.

Everything is counted from the record itself; there is no table of sums that could drift from it.

Two tables of the moment stand before every statement.

``facts``: one row for each declaration that was lodged in the period and accepted.

- One that was cancelled and that nobody had looked at is left out: its goods never came.
- What asked for control is read from every assessment up to the release, never from a later one.
- *Looked at*: customs' own order in a closed opening was answered. A cancelled opening, one that is
  under way, a discrepancy that no second person approved, and a look for an agency alone do not
  count. Several openings, and several items in one, count as one declaration.
- *Found*: customs' order ended in a discrepancy. Its revenue is the amount at stake as approved,
  and a value that was determined without a look at the goods (``on_paper``).
- *Later*: an audit or a correction after release found more owed (and no appeal annulled it) where
  no look had found anything. Such a declaration counts as missed.

``asks``: what asked for control of a declaration, one row for each channel, or profile and version.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from clearway.kernel.decisions import Lane
from clearway.supervision.periods import Period
from clearway.vocabulary.clock import instant_of

SHARES: Final = ("share_chance", "share_stake", "share_new")
"""What a model asked for by each share of its budget; see ``risk.scoring.models.ItemScore``."""
MODEL: Final = "MODEL"
"""Stands for a profile's code where a model speaks; its version is the model's number."""
CHANNELS: Final = ("legal_stop", "watchlist", "profile", "doubt", "score", "random")
"""The lines of the ledger in the order of precedence; a doubt is a finding of the kernel."""
_CERTAIN: Final = 1_000_000
"""The chance in millionths of what is looked at whatever a lot says."""
_YELLOW, _RED = int(Lane.YELLOW), int(Lane.RED)
_HOUR: Final = 3_600_000_000


class Scope(NamedTuple):
    """What is counted: a period, of one office and direction where they are named."""

    period: Period
    office: str = ""
    direction: str = ""


class Tally(NamedTuple):
    """What a channel, or a profile in a version, came to.

    ``asks`` is false for a profile that only weighs in the score. ``selected`` are declarations,
    whatever channel decided their lane. ``waiting`` are not looked at yet, ``inspected`` were, and
    in ``found`` something was found. ``checked`` were decided on documents,
    and in ``on_paper`` a value was determined so. Amounts in minor units, time in microseconds of
    officers. ``alone``: found where no other line had asked. ``later``: found after release.
    ``largest`` is the greatest revenue of one declaration.

    ``red`` of those selected it asked to be looked at itself; of these ``red_inspected`` were, and
    in ``red_found`` something was found. ``drawn_inspected`` and ``drawn_found`` are those of all
    its declarations that the random draw had looked at. See ``sample``.
    """

    channel: str
    profile: str = ""
    version: int = 0
    asks: bool = True
    selected: int = 0
    inspected: int = 0
    found: int = 0
    waiting: int = 0
    checked: int = 0
    on_paper: int = 0
    revenue: int = 0
    officer_time: int = 0
    alone: int = 0
    alone_revenue: int = 0
    later: int = 0
    largest: int = 0
    red: int = 0
    red_inspected: int = 0
    red_found: int = 0
    drawn_inspected: int = 0
    drawn_found: int = 0

    @property
    def by_draw(self) -> bool:
        """Whether it never asked for a look itself, so that the draw's looks alone can judge it."""
        return not self.red

    @property
    def sample(self) -> tuple[int, int]:
        """In how many something was found, of how many looks that say what its goods are like.

        What it asked to be looked at itself. A line that never does (the yellow lane, points in
        the score) is judged by what the draw chose of its declarations: what others had looked at
        of them says what the others are worth.
        """
        if self.by_draw:
            return self.drawn_found, self.drawn_inspected
        return self.red_found, self.red_inspected


class Drawn(NamedTuple):
    """Declarations that nothing but lots had looked at, of one chance (millionths).

    ``drawn`` were drawn; ``looked`` of these were looked at and ``found`` something, with their
    ``revenue`` and its ``squares``. ``known`` and ``known_revenue`` are of all, drawn or not,
    a value that was determined on documents among them.
    """

    rate: int | None
    size: int
    drawn: int
    looked: int
    found: int
    revenue: float
    squares: float
    known: int
    known_revenue: float


class Whole(NamedTuple):
    """All declarations of the scope.

    ``later`` were found out after release, ``later_revenue`` what that brought;
    ``without_chance`` have no chance of being drawn on record. ``largest`` as in ``Tally``;
    ``hits`` are those in which anything was found, by looking or on documents.
    """

    declarations: int
    inspected: int
    found: int
    checked: int
    on_paper: int
    revenue: int
    officer_time: int
    later: int
    later_revenue: int
    without_chance: int
    largest: int
    hits: int


class Counted(NamedTuple):
    """All declarations of a scope, and what the draw found: where it stood alone, and of all."""

    whole: Whole
    alone: list[Drawn]
    everything: list[Drawn]


def counted(scope: Scope) -> Counted:
    """Return what all declarations of a scope came to, and what the draw found of them.

    Where lots stood *alone*, nothing else had asked for a look: ``found`` is then what anybody
    found, on documents too, so that what is known and what is estimated count the same things. Of
    *everything* that was drawn, for the base rate, it is what looking found, as in all other rates.

    There are two lots: the random draw, made of everything, and a model's for parties of whom
    little is known. Alone, either counts, by the chance that one of the two had (``ItemScore``);
    of everything, the random draw does, by its own.
    """
    seen = "CASE WHEN drawn = 1 AND inspected = 1 THEN {} ELSE 0 END"
    lots = "CASE WHEN (drawn = 1 OR lot = 1) AND inspected = 1 THEN {} ELSE 0 END"
    sums = (
        "COUNT(*)", "SUM(inspected)", "SUM(found)", "SUM(checked)", "SUM(on_paper)",
        "SUM(revenue)", "SUM(officer_time)", "SUM(later)", "SUM(later_revenue)",
        "SUM(CASE WHEN rate IS NULL THEN 1 ELSE 0 END)", "MAX(revenue)", "SUM(hit)",
        "SUM(CASE WHEN drawn = 1 OR lot = 1 THEN 1 ELSE 0 END)", f"SUM({lots.format('1')})",
        *(
            f"SUM({lots.format(one)})"
            for one in ("hit", "revenue * 1.0", "revenue * 1.0 * revenue")
        ),
        "SUM(drawn)", f"SUM({seen.format('1')})",
        *(
            f"SUM({seen.format(one)})"
            for one in ("found", "at_stake * 1.0", "at_stake * 1.0 * at_stake")
        ),
    )  # fmt: skip
    rows = _ask(
        f"{_facts(scope)} SELECT rate, chance, "  # noqa: S608 - no data in it
        "CASE WHEN other_red = 0 AND agencies = 0 THEN 1 ELSE 0 END AS alone, "
        f"{', '.join(sums)} FROM facts GROUP BY rate, chance, alone ORDER BY rate, chance, alone",
        scope,
    )
    columns = list(zip(*(map(int, row[3:15]) for row in rows), strict=True)) or [(0,)] * 12
    whole = Whole(*(sum(one) for one in columns))._replace(largest=max(columns[10]))
    return Counted(
        whole,
        _by_rate([_drawn(row, row[1], 15) for row in rows if row[2]]),
        _by_rate([_drawn(row, row[0], 20) for row in rows]),
    )


def _drawn(row: tuple[Any, ...], rate: Any, place: int) -> Drawn:
    """Return what lots of a chance had drawn, in a row; what they did begins at a place."""
    drawn, looked, found, revenue, squares = row[place : place + 5]
    return Drawn(
        rate=None if rate is None else int(rate), size=int(row[3]), drawn=int(drawn),
        looked=int(looked), found=int(found), revenue=float(revenue), squares=float(squares),
        known=int(row[14]), known_revenue=float(row[8]),
    )  # fmt: skip


def _by_rate(rows: list[Drawn]) -> list[Drawn]:
    """Return rows of the same chance as one."""
    found: dict[int | None, list[Drawn]] = {}
    for row in rows:
        found.setdefault(row.rate, []).append(row)
    return [
        Drawn(
            rate=rate,
            size=sum(one.size for one in same),
            drawn=sum(one.drawn for one in same),
            looked=sum(one.looked for one in same),
            found=sum(one.found for one in same),
            revenue=sum(one.revenue for one in same),
            squares=sum(one.squares for one in same),
            known=sum(one.known for one in same),
            known_revenue=sum(one.known_revenue for one in same),
        )
        for rate, same in found.items()
    ]


class Tallied(NamedTuple):
    """The tally of every channel that asked for anything, and of every profile by version."""

    channels: list[Tally]
    profiles: list[Tally]


def tallied(scope: Scope) -> Tallied:
    """Return what asked for control, by channel and by profile; also what only weighs.

    A model stands among the profiles by its number (``MODEL``), once for all that it said and once
    for each share of the budget by which it asked (``SHARES``).
    """
    rows = [one._replace(asks=one.asks or one.channel in SHARES) for one in _tallies(scope)]
    return Tallied([one for one in rows if not one.profile], [one for one in rows if one.profile])


def offices(scope: Scope) -> list[str]:
    """Return the offices at which anything was lodged in a period."""
    rows = _ask(
        "SELECT DISTINCT office FROM declarations_declaration "
        "WHERE received_at >= %(begins)s AND received_at < %(ends)s ORDER BY office",
        scope,
    )
    return [row[0] for row in rows]


def first_lodged() -> datetime | None:
    """Return when the first declaration on record was received."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(received_at) FROM declarations_declaration")
        (first,) = cursor.fetchone()
    return None if first is None else instant_of(first)


def _tallies(scope: Scope) -> list[Tally]:
    asking = "h.lane IS NOT NULL OR h.channel IN ('legal_stop', 'watchlist')"
    statement = f"""{_facts(scope)},
    hit AS (
        SELECT declaration, channel, profile, version, MAX(asks) AS asks, MAX(red) AS red FROM (
            SELECT f.declaration, h.channel, h.profile, h.version,
                   CASE WHEN {asking} THEN 1 ELSE 0 END AS asks,
                   CASE WHEN h.lane = {_RED} OR h.channel = 'legal_stop'
                        OR (h.channel = 'watchlist' AND h.lane IS NULL) THEN 1 ELSE 0 END AS red
            FROM facts f JOIN heard a ON a.declaration = f.declaration
            JOIN assessment_hit h ON h.assessment_id = a.id
        ) seen GROUP BY declaration, channel, profile, version
    ),
    others AS (
        SELECT DISTINCT f.declaration, 'doubt' AS channel, 0 AS red
        FROM facts f JOIN heard a ON a.declaration = f.declaration
        JOIN assessment_finding d ON d.assessment_id = a.id AND d.severity = 'doubt'
        UNION ALL
        SELECT declaration, 'score', scored_red FROM facts WHERE scored = 1
        UNION ALL
        SELECT declaration, 'random', 1 FROM facts WHERE drawn = 1
    ),
    asks AS (
        SELECT declaration, channel, profile, version, asks, red FROM hit
        UNION ALL
        SELECT declaration, channel, '', 0, 1, MAX(red) FROM hit WHERE asks = 1
        GROUP BY declaration, channel
        UNION ALL
        SELECT declaration, channel, '', 0, 1, red FROM others
        UNION ALL
        SELECT DISTINCT f.declaration, 'share_' || i.share, '{MODEL}', i.model, 0, f.scored_red
        FROM facts f JOIN heard a ON a.declaration = f.declaration
        JOIN risk_itemscore i ON i.assessment = a.id AND i.share <> ''
    ),
    lines AS (
        SELECT declaration, SUM(CASE WHEN profile = '' THEN 1 ELSE 0 END) AS channels,
               SUM(CASE WHEN profile <> '' THEN asks ELSE 0 END) AS profiles,
               SUM(CASE WHEN profile = '' AND channel IN ('doubt', 'score', 'random')
                   THEN 1 ELSE 0 END) AS others
        FROM asks GROUP BY declaration
    ),
    told AS (
        SELECT asks.declaration, channel, profile, version, asks.asks, red,
               CASE WHEN (profile = '' AND channels = 1)
                    OR (profile <> '' AND asks.asks = 1 AND profiles + others = 1)
                    OR (channel LIKE 'share%%' AND profiles + others = 1)
                    THEN 1 ELSE 0 END AS alone
        FROM asks JOIN lines ON lines.declaration = asks.declaration
    )
    SELECT t.channel, t.profile, t.version, MAX(t.asks), COUNT(*),
           SUM(f.inspected), SUM(f.found), SUM(f.waiting), SUM(f.checked), SUM(f.on_paper),
           SUM(f.revenue), SUM(f.officer_time),
           SUM(t.alone * f.hit), SUM(t.alone * f.revenue),
           SUM(f.later), MAX(f.revenue), SUM(t.red),
           SUM(t.red * f.inspected), SUM(t.red * f.found),
           SUM(f.drawn * f.inspected), SUM(f.drawn * f.found)
    FROM told t JOIN facts f ON f.declaration = t.declaration
    GROUP BY t.channel, t.profile, t.version
    ORDER BY t.channel, t.profile, t.version"""  # noqa: S608 - no data in it
    rows = _ask(statement, scope)
    return [Tally(one[0], one[1], int(one[2]), bool(one[3]), *map(int, one[4:])) for one in rows]


def _facts(scope: Scope) -> str:
    narrowed = "AND d.office = %(office)s " if scope.office else ""
    narrowed += "AND d.direction = %(direction)s" if scope.direction else ""
    return f"""WITH lodged AS (
        SELECT d.id AS declaration, d.state, d.lane, d.released_at
        FROM declarations_declaration d
        WHERE d.received_at >= %(begins)s AND d.received_at < %(ends)s
          AND d.accepted_at IS NOT NULL {narrowed}
    ),
    heard AS (
        SELECT a.id, l.declaration, a.asked, a.drawn, a.random_rate
        FROM lodged l JOIN assessment_assessment a ON a.declaration = l.declaration
        WHERE a.accepted AND (l.released_at IS NULL OR a.at <= l.released_at)
    ),
    lots AS (
        SELECT h.id, MAX(i.propensity) AS chance,
               MAX(CASE WHEN i.share = 'new' THEN 1 ELSE 0 END) AS taken
        FROM heard h JOIN risk_itemscore i ON i.assessment = h.id
        GROUP BY h.id HAVING MAX(i.propensity) < {_CERTAIN}
    ),
    spoken AS (
        SELECT h.declaration, h.asked, h.drawn, h.random_rate, t.chance,
               CASE WHEN t.taken = 1 AND h.asked LIKE '%%score:{_RED}%%'
                    THEN 1 ELSE 0 END AS lot
        FROM heard h LEFT JOIN lots t ON t.id = h.id
    ),
    said AS (
        SELECT declaration, MAX(CASE WHEN drawn THEN 1 ELSE 0 END) AS drawn,
               MAX(CASE WHEN asked LIKE '%%score:%%' THEN 1 ELSE 0 END) AS scored,
               MAX(CASE WHEN asked LIKE '%%score:{_RED}%%' THEN 1 ELSE 0 END) AS scored_red,
               MAX(CASE WHEN REPLACE(REPLACE(asked, 'random:{_RED}', ''),
                                     CASE WHEN lot = 1 THEN 'score:{_RED}' ELSE '-' END, '')
                        LIKE '%%:{_RED}%%' THEN 1 ELSE 0 END) AS other_red,
               MAX(lot) AS lot,
               MAX(random_rate) * 100 AS rate,
               MAX(COALESCE(chance, random_rate * 100)) AS chance
        FROM spoken GROUP BY declaration
    ),
    teams AS (
        SELECT o.id, SUM(o.ended_at - CASE WHEN m.since > o.started_at THEN m.since
                                           ELSE o.started_at END) AS spent
        FROM lodged l JOIN inspection_opening o ON o.declaration_id = l.declaration
        JOIN inspection_member m ON m.opening_id = o.id AND m.left_at IS NULL
             AND m.since < o.ended_at
        WHERE o.state = 'closed' GROUP BY o.id
    ),
    looks AS (
        SELECT l.declaration,
               MAX(CASE WHEN o.state = 'closed' AND r.asked_by = '' THEN 1 ELSE 0 END) AS inspected,
               MAX(CASE WHEN o.state = 'closed' AND r.asked_by = '' AND r.outcome = 'discrepancy'
                   THEN 1 ELSE 0 END) AS found,
               MAX(CASE WHEN o.state <> 'closed' AND r.asked_by = '' THEN 1 ELSE 0 END) AS waiting,
               MAX(CASE WHEN r.asked_by <> '' THEN 1 ELSE 0 END) AS agencies,
               SUM(CASE WHEN o.state = 'closed' AND r.asked_by = '' AND r.outcome = 'discrepancy'
                        AND o.at_stake > 0 THEN o.at_stake ELSE 0 END) AS at_stake,
               SUM(CASE WHEN r.asked_by = '' THEN COALESCE(t.spent, 0) ELSE 0 END) AS spent
        FROM lodged l JOIN inspection_opening o ON o.declaration_id = l.declaration
             AND o.state <> 'cancelled'
        JOIN inspection_order r ON r.opening_id = o.id AND r.state <> 'cancelled'
        LEFT JOIN teams t ON t.id = o.id
        GROUP BY l.declaration
    ),
    papers AS (
        SELECT l.declaration, SUM(v.difference) AS difference
        FROM lodged l JOIN inspection_valuedoubt v ON v.declaration_id = l.declaration
        WHERE v.opening_id IS NULL AND v.method <> '' AND v.difference > 0
        GROUP BY l.declaration
    ),
    after_release AS (
        SELECT declaration, SUM(more) AS more FROM (
            SELECT l.declaration, s.extra AS more
            FROM lodged l JOIN post_clearance_auditeddeclaration s
                 ON s.declaration_id = l.declaration AND s.extra > 0
            JOIN post_clearance_audit u ON u.id = s.audit_id AND u.upheld
            WHERE NOT EXISTS (SELECT 1 FROM post_clearance_appeal p WHERE p.kind = 'audit'
                AND p.number = u.id AND p.state = 'decided' AND p.outcome = 'annulled')
            UNION ALL
            SELECT l.declaration, c.difference
            FROM lodged l JOIN post_clearance_correction c ON c.declaration_id = l.declaration
                 AND c.state = 'done' AND c.difference > 0
            WHERE NOT EXISTS (SELECT 1 FROM post_clearance_appeal p WHERE p.kind = 'correction'
                AND p.number = c.id AND p.state = 'decided' AND p.outcome = 'annulled')
        ) owed GROUP BY declaration
    ),
    facts AS (
        SELECT l.declaration, s.drawn, s.lot, s.scored, s.scored_red, s.other_red,
               s.rate, s.chance,
               COALESCE(k.inspected, 0) AS inspected, COALESCE(k.found, 0) AS found,
               CASE WHEN k.waiting = 1 AND k.inspected = 0 THEN 1 ELSE 0 END AS waiting,
               COALESCE(k.agencies, 0) AS agencies, COALESCE(k.at_stake, 0) AS at_stake,
               COALESCE(k.spent, 0) AS officer_time,
               CASE WHEN l.lane = {_YELLOW} AND l.released_at IS NOT NULL
                    AND COALESCE(k.inspected, 0) = 0 THEN 1 ELSE 0 END AS checked,
               CASE WHEN v.declaration IS NULL THEN 0 ELSE 1 END AS on_paper,
               CASE WHEN k.found = 1 OR v.declaration IS NOT NULL THEN 1 ELSE 0 END AS hit,
               COALESCE(k.at_stake, 0) + COALESCE(v.difference, 0) AS revenue,
               CASE WHEN x.declaration IS NULL OR k.found = 1 OR v.declaration IS NOT NULL
                    THEN 0 ELSE 1 END AS later,
               CASE WHEN k.found = 1 OR v.declaration IS NOT NULL
                    THEN 0 ELSE COALESCE(x.more, 0) END AS later_revenue
        FROM lodged l JOIN said s ON s.declaration = l.declaration
        LEFT JOIN looks k ON k.declaration = l.declaration
        LEFT JOIN papers v ON v.declaration = l.declaration
        LEFT JOIN after_release x ON x.declaration = l.declaration
        WHERE l.state <> 'invalidated' OR k.inspected = 1
    )"""  # noqa: S608 - the data are parameters


def _ask(statement: str, scope: Scope) -> list[tuple[Any, ...]]:
    given: dict[str, int | str] = {
        "begins": scope.period.begins, "ends": scope.period.ends,
        "office": scope.office, "direction": scope.direction,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def hours(officer_time: int) -> float:
    """Return officers' time in hours, to a tenth.

    >>> hours(5_400_000_000)
    1.5
    """
    return round(officer_time / _HOUR, 1)
