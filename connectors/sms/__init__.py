"""The SMS channel, on Twilio: texts and pictures in, short answers out."""
