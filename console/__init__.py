"""The staff's console (`/console`): where agents, supervisors and departments work."""
