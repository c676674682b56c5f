"""Who did what, when: the log that nobody can change unseen. See ``README.md``."""
