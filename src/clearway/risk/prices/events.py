"""The facts that prices announce. Subject: ``prices:<day>``, the day from which they count.

============================  ==========================================================
kind                          body
============================  ==========================================================
prices.learnt                 day, references (rows that are new or changed), prices
============================  ==========================================================
"""

from __future__ import annotations

from typing import Final

LEARNT: Final = "prices.learnt"
