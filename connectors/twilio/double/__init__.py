"""A Twilio on loopback: signs webhooks, takes REST messages, reports their status, fails on demand.

It refuses what the real one refuses and remembers it under `problems`, so that a test can fail on it. Tests,
measurements and `yihaotong simulate` use it; nothing that serves citizens does.
"""
