"""What the documents promise is there, and what is there is documented."""
