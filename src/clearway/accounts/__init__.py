"""Users, organisations, roles, keys, and who may do what. See ``README.md``."""
