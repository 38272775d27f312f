"""The assistant's actions, one file for each journey: read the tracker → one use case → say the result."""
