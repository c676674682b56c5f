"""What inspections showed, as the room of risk keeps it."""
