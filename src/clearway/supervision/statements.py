"""What is counted, in SQL: one row a declaration, and what asked for control of it.

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

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from clearway.kernel.decisions import Lane

MODEL: Final = "MODEL"
"""Stands for a profile's code where a model speaks; its version is the model's number."""
_CERTAIN: Final = 1_000_000
"""The chance in millionths of what is looked at whatever a lot says."""
_YELLOW, _RED = int(Lane.YELLOW), int(Lane.RED)

DRAW: Final = (
    "declarations", "inspected", "found", "checked", "on_paper", "revenue", "officer_time",
    "later", "later_revenue", "without_chance", "largest", "hits",
    "lots", "lots_looked", "lots_hits", "lots_revenue", "lots_squares",
    "drawn", "drawn_looked", "drawn_found", "drawn_stake", "drawn_squares",
)  # fmt: skip
"""What is counted of declarations that had the same chances, in the order of ``draws``."""
LINE: Final = (
    "asks", "selected", "inspected", "found", "waiting", "checked", "on_paper", "revenue",
    "officer_time", "alone", "alone_revenue", "later", "largest", "red", "red_inspected",
    "red_found", "drawn_inspected", "drawn_found",
)  # fmt: skip
"""What is counted of a line of the ledger, in the order of ``lines``."""
GREATEST: Final = frozenset({"asks", "largest"})
"""Of these the greatest counts where rows are taken together, of all others the sum."""


class These(NamedTuple):
    """Which declarations: received in spans of instants, of one office and direction if named.

    A span is its first microsecond and the first after it.
    """

    spans: Sequence[tuple[int, int]]
    office: str = ""
    direction: str = ""


def draws(these: These, *, apart: bool = False) -> list[tuple[Any, ...]]:
    """Return what declarations came to, by the chances that they had.

    There are two lots: the random draw, made of everything, and a model's for parties of whom
    little is known. ``lots`` are what either drew, by the chance that one of the two had
    (``risk.scoring.models.ItemScore``), ``drawn`` what the random draw did, by its own.

    Returns:
        Office and direction (empty where they are not kept ``apart``), the random draw's chance and
        that of both lots in millionths (None: not on record), whether nothing but lots had asked
        (1 or 0), and the columns ``DRAW``.
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
    place = "office, direction" if apart else "'' AS office, '' AS direction"
    grouped = "office, direction, " if apart else ""
    return _ask(
        f"{_facts(these)} SELECT {place}, rate, chance, "  # noqa: S608 - no data in it
        "CASE WHEN other_red = 0 AND agencies = 0 THEN 1 ELSE 0 END AS alone, "
        f"{', '.join(sums)} FROM facts GROUP BY {grouped}rate, chance, alone",
        these,
    )


def lines(these: These, *, apart: bool = False) -> list[tuple[Any, ...]]:
    """Return what each channel, profile and share came to.

    Returns:
        Office and direction (empty where they are not kept ``apart``), channel, profile, version,
        and the columns ``LINE``.
    """
    place = "f.office, f.direction" if apart else "'' AS office, '' AS direction"
    grouped = "f.office, f.direction, " if apart else ""
    asking = "h.lane IS NOT NULL OR h.channel IN ('legal_stop', 'watchlist')"
    statement = f"""{_facts(these)},
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
    SELECT {place}, t.channel, t.profile, t.version, MAX(t.asks), COUNT(*),
           SUM(f.inspected), SUM(f.found), SUM(f.waiting), SUM(f.checked), SUM(f.on_paper),
           SUM(f.revenue), SUM(f.officer_time),
           SUM(t.alone * f.hit), SUM(t.alone * f.revenue),
           SUM(f.later), MAX(f.revenue), SUM(t.red),
           SUM(t.red * f.inspected), SUM(t.red * f.found),
           SUM(f.drawn * f.inspected), SUM(f.drawn * f.found)
    FROM told t JOIN facts f ON f.declaration = t.declaration
    GROUP BY {grouped}t.channel, t.profile, t.version"""  # noqa: S608 - no data in it
    return _ask(statement, these)


def _facts(these: These) -> str:
    narrowed = "AND d.office = %(office)s " if these.office else ""
    narrowed += "AND d.direction = %(direction)s" if these.direction else ""
    spans = " OR ".join(
        f"(d.received_at >= %(begins{n})s AND d.received_at < %(ends{n})s)"
        for n in range(len(these.spans))
    )
    return f"""WITH lodged AS (
        SELECT d.id AS declaration, d.state, d.lane, d.released_at, d.office, d.direction
        FROM declarations_declaration d
        WHERE ({spans or "1 = 0"}) AND d.accepted_at IS NOT NULL {narrowed}
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
        SELECT l.declaration, l.office, l.direction, s.drawn, s.lot, s.scored, s.scored_red,
               s.other_red, s.rate, s.chance,
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


def _ask(statement: str, these: These) -> list[tuple[Any, ...]]:
    given: dict[str, int | str] = {
        "office": these.office, "direction": these.direction,
    }  # fmt: skip
    for number, (begins, ends) in enumerate(these.spans):
        given |= {f"begins{number}": begins, f"ends{number}": ends}
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
