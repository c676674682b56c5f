"""What happened: the event record, and the outbox that carries it outward. See ``README.md``."""
