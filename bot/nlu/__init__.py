"""What a citizen's words mean: Rasa graph components for intent, matter, place, numbers and danger (see config.yml)."""
