"""The postgresql backend with a slow commit, for the bench."""
