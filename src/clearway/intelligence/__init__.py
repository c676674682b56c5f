"""Whom and what customs looks for, and which records may be about them."""
