"""The room intake. See ``README.md``."""
