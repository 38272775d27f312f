"""What the documents describe exists, and what exists is documented."""
