"""What the Twilio channels share: the account, signed webhooks, the REST API, and a loopback double of Twilio."""
