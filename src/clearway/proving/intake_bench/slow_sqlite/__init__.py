"""The sqlite backend with a slow commit, for the bench."""
