"""Delivery: messages on channels whose citizens fetch nothing are carried to them, each once, whatever fails."""
