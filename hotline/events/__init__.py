"""Events: committed to the outbox with the change they report, relayed to a Redis stream, consumed in groups."""
