"""What the channels on Twilio share: the account, signed webhooks, the REST API, and a loopback double of it."""
