"""Rasa graph components that understand a message: intent, matter, place, numbers and danger (see config.yml)."""
