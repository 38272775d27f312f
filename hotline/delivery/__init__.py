"""Delivery: sends messages on channels whose citizens fetch nothing (SMS), each once, whatever fails."""
