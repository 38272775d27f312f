"""Tickets: what they are, how they are numbered, when they are due, who may see them, and the use cases on them."""
