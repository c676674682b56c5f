"""``clearway check durability``: what was acknowledged is kept, once, whatever fails meanwhile."""
