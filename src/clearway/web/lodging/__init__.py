"""Lodging a declaration by hand: drafts, one thing a page, the estimate beside it, and sending."""
