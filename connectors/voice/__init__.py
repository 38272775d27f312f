"""The voice channel: a phone call, spoken and keyed, turn by turn over TwiML."""
