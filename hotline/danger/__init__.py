"""Danger in a citizen's message, found by rules alone: no model, no dialogue process, no network."""

from hotline.danger.detection import detect, detect_by_signs, evidence_of_words
from hotline.danger.kinds import ASKED_ABOUT, LINES, Danger, Kind

__all__ = ["ASKED_ABOUT", "LINES", "Danger", "Kind", "detect", "detect_by_signs", "evidence_of_words"]
