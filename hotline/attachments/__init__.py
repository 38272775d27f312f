"""Attachments: pictures that citizens send, fetched from the provider, checked, and shown to staff only."""
