"""Whether a citizen tells that they were groped or sexually harassed. They hear a kind word before intake begins."""

from __future__ import annotations

from hotline.phrases import phrase

CATEGORY = "1203"
_TOLD = phrase("people.groped")
_SOMETHING_ELSE = phrase("people.picked_pocket")


def is_harassment(text: str) -> bool:
    """True for 在公交车上被人摸了 and 老板给我发黄色短信; not for pickpocketing."""
    return bool(_TOLD.search(text)) and not _SOMETHING_ELSE.search(text)
