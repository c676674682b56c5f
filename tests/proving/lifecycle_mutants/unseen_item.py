"""A goods item is released before the others though nobody saw what the lane asked for."""

from clearway.clearance import lines

holds = lines._holds


def seen_anyhow(guard, now, *, seen):
    return holds(guard, now, seen=True)


lines._holds = seen_anyhow
