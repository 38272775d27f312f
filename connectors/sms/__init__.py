"""The SMS channel on Twilio: receives texts and pictures, sends short answers."""
