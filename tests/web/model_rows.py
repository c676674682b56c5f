"""One more model, and one more day on which the first was looked at."""

from __future__ import annotations

from msgspec import json
from tests.risk.learning.carded import a_card

from clearway.risk.learning import cards
from clearway.risk.learning.models import ModelVersion, ModelWatch
from clearway.risk.learning.watching import Drift, Figures


def add(number, now):
    ModelVersion.objects.create(
        number=number, state="trained", digest=f"{number:064d}", card=cards.packed(a_card(number)),
        made_by=f"user:{number}", made_at=now, tested_by="user:0", asked_by="user:0",
    )  # fmt: skip
    figures = Figures(drift=(Drift("origin", 0.1),), inspected=1, alarms=("drift",))
    ModelWatch.objects.create(
        model=ModelVersion.objects.get(number=1), day=20_000 + number,
        figures=json.encode(figures), alarm=True, at=now,
    )  # fmt: skip
