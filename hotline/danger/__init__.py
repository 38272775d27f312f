"""Danger in a citizen's message, found by rules alone: no model, no dialogue process, no network."""

from hotline.danger.detection import detect
from hotline.danger.kinds import LINES, Danger, Kind

__all__ = ["LINES", "Danger", "Kind", "detect"]
