"""The programming interface: every room mounted under one versioned path. See ``README.md``."""
