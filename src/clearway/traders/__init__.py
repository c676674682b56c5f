"""The room traders. See ``README.md``."""
