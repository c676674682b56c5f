"""Clearway: an open SMART-border platform.

The rooms of the house stand on floors, and imports point down only: ``vocabulary`` at the
bottom, then ``kernel``, ``packs``, ``messages``, ``batch``, ``cli``, and ``proving`` with
``simulators`` on top. ``docs/start-here.md`` follows one declaration through them.
"""

__version__ = "0.1.0"
