"""The draft of a ticket while it is being taken in, and what was understood of one message."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from hotline.intake.meant import affirmed


class Remark(StrEnum):
    """What a citizen says for the people who handle the ticket."""

    PUTS_RIGHT = "puts_right"
    OBJECTS_TO_UNIT = "objects_to_unit"
    REACH = "reach"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Understood:
    """What the assistant understood of one message; lists are in the order of the text. `is_chat`: surely nothing else.

    `meant`: what it puts in the place of what it denies; the category is then that of these words alone.
    `denies_the_matter`: it says outright that the matter was taken wrongly.
    `asks`: a plain question about the hotline or the report that it puts, alone (the intent is then `faq`) or besides.
    `together`: the category that it tells together with the short messages before it.
    `ranking`: the likeliest categories of it, or of what it means instead, each with its probability; `story`: those of
    all that was told before, where it denies something that was read back.
    """

    text: str
    intent: str
    request_type: str | None = None
    category: str | None = None
    category_sure: bool = False
    district: str | None = None
    places: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    concerned: str | None = None
    relation: str | None = None
    urgency: str | None = None
    danger: str | None = None
    is_chat: bool = False
    meant: str | None = None
    denies_the_matter: bool = False
    asks: str | None = None
    together: str | None = None
    ranking: tuple[tuple[str, float], ...] = ()
    story: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a matter. `asked` holds the questions put so far, each at most once without an answer.

    `address`: 女士, 先生, 大爷, where it is known. `concerned` and `relation`: the name of the person spoken for, and
    how the speaker put who they are to each other. `remarks`: what no field can take and the person who handles the
    ticket must see: the kind (a `Remark`) and the words. `choices`: the categories that it may be of, where the citizen
    is asked which; `left_out`: words that are not read back.
    """

    description: str
    request_type: str
    category: str | None = None
    category_sure: bool = False
    district: str | None = None
    place: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    concerned: str | None = None
    relation: str | None = None
    anonymous: bool = False
    confidential: bool | None = None
    urgency: str | None = None
    asked: tuple[str, ...] = ()
    confirmed: bool = False
    remarks: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def as_slots(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_slots(cls, values: dict[str, Any]) -> Draft:
        """Back from JSON values; what is not known is left out."""
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        known["details"] = tuple((str(k), str(v)) for k, v in known.get("details") or ())
        known["remarks"] = tuple((str(k), str(v)) for k, v in known.get("remarks") or ())
        for each in ("asked", "choices", "left_out"):
            known[each] = tuple(known.get(each) or ())
        return cls(**known)

    def remarked(self, kind: Remark, words: str) -> Draft:
        """The draft with a remark, once."""
        remark = (str(kind), words.strip())
        return self if remark in self.remarks else replace(self, remarks=(*self.remarks, remark))

    def without(self, *kinds: Remark) -> Draft:
        """The draft without its remarks of these kinds."""
        return replace(self, remarks=tuple(remark for remark in self.remarks if remark[0] not in kinds))

    @property
    def reach(self) -> tuple[str, ...]:
        """How the citizen wants to be reached, in their words."""
        return tuple(words for kind, words in self.remarks if kind == Remark.REACH)

    @property
    def said(self) -> str:
        """Everything the citizen has said of the matter, for rules that look for words; what was denied is left out."""
        return "\n".join([*map(affirmed, self.description.splitlines()), *(answer for _, answer in self.details)])
