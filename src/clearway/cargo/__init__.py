"""The room cargo. See ``README.md``."""
