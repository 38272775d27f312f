"""The REST channel: Rasa's contract, answered synchronously."""
