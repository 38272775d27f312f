"""Parts together with real SQLite, PostgreSQL and Valkey."""
