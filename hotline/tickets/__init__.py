"""Tickets: the model, the numbers, the deadlines, the access rules and the use cases."""
