"""Tables of the room, as Django makes them."""
