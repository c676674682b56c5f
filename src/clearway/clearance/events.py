"""The facts that the officers' work announces.

Subject: ``declaration:<mrn>``; of ``goods.…`` ``unit:<kind>-<number>``, which gates listen to.
"""

from __future__ import annotations

TAKEN = "declaration.taken"
"""An officer has it before him. Who he is, the record tells customs and auditors alone."""
HANDED_BACK = "declaration.handed_back"
REASSIGNED = "declaration.reassigned"
PROPOSED = "declaration.decision_proposed"
SENT_BACK = "declaration.decision_sent_back"
"""The second person did not confirm; the body holds the reason. Told to customs alone."""
DECLARATION_HELD = "declaration.held"
"""Somebody holds the goods; the body names him, his legal reason, and how many holds there are."""
DECLARATION_HOLD_LIFTED = "declaration.hold_lifted"
DECLARATION_RECALLED = "declaration.recalled"
"""Goods that were released are held: they may not leave."""
GOODS_HELD = "goods.held"
HOLD_LIFTED = "goods.hold_lifted"
GOODS_RECALLED = "goods.recalled"
"""A unit that was free to leave is not any more: gates refuse it from now on."""
GOODS_REINSTATED = "goods.reinstated"
"""The last hold on a recalled unit was lifted: its release rules again."""
