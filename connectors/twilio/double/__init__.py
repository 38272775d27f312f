"""A double of Twilio on loopback: signs webhooks, takes REST messages, reports their status, fails on demand.

It refuses what the real Twilio refuses and records it in `problems`, so that a test can fail on it. Tests,
benchmarks and `yihaotong simulate` use it; nothing that serves citizens does.
"""
