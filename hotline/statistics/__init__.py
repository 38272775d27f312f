"""Statistics for managers: numbers by period and part, hot spots, bulletins, ledgers. Definitions: docs/metrics.md."""
