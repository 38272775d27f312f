"""HTTP clients of the dialogue process (Rasa), which answers messages and compares the meaning of texts."""
