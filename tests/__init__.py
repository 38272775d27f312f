"""Tests: unit, integration (real databases and a real Valkey), e2e (the real processes), conversations, understanding."""
