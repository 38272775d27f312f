"""Figures of the running system, side by side with bare Rasa: `make bench`."""
