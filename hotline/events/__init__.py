"""Events: committed to the outbox with the data they tell of, relayed to a Redis stream, consumed in groups."""
