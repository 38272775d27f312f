"""What managers need: numbers by period and part, hot spots, the working ledger. Definitions: docs/metrics.md."""
