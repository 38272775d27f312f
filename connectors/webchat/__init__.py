"""The web chat channel: a WebSocket that resumes where it was cut."""
