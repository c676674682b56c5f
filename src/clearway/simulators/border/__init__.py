"""The border that lives: simulated traders, carriers and officers who use the real API.

What happens when is drawn from a seed (``calendar``, ``plan``); who does it talks HTTP like any
other client (``platform``, ``carriers``, ``declarants``, ``officers``); one sender carries it out
in the order of simulated time (``schedule``), so that a seed gives the same border every time.
"""
