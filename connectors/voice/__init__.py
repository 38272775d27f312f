"""The voice channel: phone calls by speech and keys, turn by turn over TwiML."""
