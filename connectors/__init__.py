"""Connectors: one folder for each channel that citizens use. README.md has the checklist for a new one."""
