"""The assistant's actions, one file for each journey: read the tracker, call one use case, say the result."""
