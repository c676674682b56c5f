"""SQLite as the embedded database: durable, one writer at a time, checkpoints by one writer."""
