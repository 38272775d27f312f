"""The people who work with the hotline: who they are and what they may do."""
