"""Conversations: the durable inbox, the transcript, and the pump that has every message answered once and in order."""
