"""A line that keeps no answer under its key: a repeat is another lodgement."""

from clearway.intake import assembling, line

TRIAL = "repeats on sqlite"
SHOWS_AS = "contradictions"

assembling.remember = lambda _cursor, _pieces, _at: None
line.Piece.key = property(lambda _piece: None)
