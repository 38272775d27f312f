"""Tests: unit, integration (real databases and Valkey), e2e (the real processes), conversations, understanding."""
