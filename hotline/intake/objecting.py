"""Whether a citizen objects to the unit that a matter goes to."""

from __future__ import annotations

from hotline.phrases import phrase

_OBJECTS = phrase("units.wrong_one")
_DOES_NOT = phrase("units.right_one")
_WANTS = phrase("units.wants_one")


def objects_to_unit(text: str) -> bool:
    """True for 怎么转给公安分局自己查自己, 转错了, 转给环保局嘛; not for what is to be transferred itself:
    社保怎么转到简阳."""
    return bool(_OBJECTS.search(text)) and not objects_no_more(text)


def objects_no_more(text: str) -> bool:
    """True for 我没有异议, which takes an objection back."""
    return bool(_DOES_NOT.search(text))


def units_wanted(text: str) -> str:
    """The words that say which unit is the right one (这个该渔政管); empty if there are none."""
    return "，".join(found[0] for found in _WANTS.finditer(text))
