"""Tables of the room. One writer: its service."""
