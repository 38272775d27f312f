"""The web chat channel: a WebSocket that resumes after an interruption."""
