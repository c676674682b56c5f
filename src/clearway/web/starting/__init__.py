"""First start, in a demonstration alone: ready sign-ins, a tour of two minutes, sample files."""
