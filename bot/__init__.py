"""The assistant 小通: what it understands and says. Rasa runs it; no SQL, no HTTP, no vendor SDK in here."""
