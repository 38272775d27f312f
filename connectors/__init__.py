"""Connectors: one folder for each channel that citizens use. README.md has the contract and the checklist for a new one."""
