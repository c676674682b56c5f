"""Every read of models. The content, some megabytes, is read where it is wanted, nowhere else."""

from __future__ import annotations

from django.db.models import QuerySet

from clearway.risk.learning import cards
from clearway.risk.learning.cards import Card
from clearway.risk.learning.conditions import Condition, conditions
from clearway.risk.learning.life_cycle import SERVING, WATCHING
from clearway.risk.learning.models import ModelVersion, ModelWatch
from clearway.vocabulary.errors import NotThere


def models() -> QuerySet[ModelVersion]:
    """Return every model, the newest first, without its content."""
    return ModelVersion.objects.defer("content").order_by("-number")


def model(number: int) -> ModelVersion:
    """Return a model.

    Raises:
        NotThere: there is none of that number.
    """
    found = models().filter(number=number).first()
    if found is None:
        raise NotThere("There is no such model.", where=str(number), remedy="Check its number.")
    return found


def card_of(row: ModelVersion) -> Card | None:
    """Return a model's card; None before it is trained."""
    return cards.opened(row.card)


def serves() -> ModelVersion | None:
    """Return the model that serves."""
    return models().filter(state__in=SERVING).first()


def watched() -> list[ModelVersion]:
    """Return the models in the shadow, by number."""
    return list(models().filter(state__in=WATCHING).order_by("number"))


def conditions_of(row: ModelVersion) -> list[Condition]:
    """Return the conditions of a model's promotion, beside what serves now."""
    live = serves()
    beside = 0 if live is None or live.pk == row.pk else live.number
    return conditions(card_of(row), beside)


def watches(row: ModelVersion, most: int = 28) -> list[ModelWatch]:
    """Return how a model fared on its last days, the newest first."""
    return list(ModelWatch.objects.filter(model=row).order_by("-day")[:most])
