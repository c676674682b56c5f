"""Conformance: what Clearway makes of published messages, compared with what is published."""
