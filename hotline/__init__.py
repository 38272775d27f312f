"""The service behind a city's 12345 hotline: conversations, tickets, events and their storage."""
