"""The room reference. See ``README.md``."""
