"""``clearway bench intake``: durable lodgements a second, beside the same service on an ORM."""
