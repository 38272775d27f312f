"""Names and phone numbers: normalising, indexing and masking."""
