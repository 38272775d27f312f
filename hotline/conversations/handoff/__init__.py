"""Hand-over: a person takes a conversation over, and gives it back; meanwhile the assistant is silent."""
