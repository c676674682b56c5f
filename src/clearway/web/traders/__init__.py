"""The trader's desk: what needs him, files of declarations, keys and webhooks, the sandbox."""
