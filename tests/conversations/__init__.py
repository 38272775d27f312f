"""Conversations as readable scripts, played at a running hotline. README.md says how to add one."""
