"""The draft of a ticket during intake (`Draft`), and what the assistant understood of one message (`Understood`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from hotline.intake.meant import affirmed


class Remark(StrEnum):
    """The kind of a remark for the people who handle the ticket: a correction that fits no field, an objection to the
    responsible unit, how the citizen wants to be reached, what they reported or were answered before."""

    PUTS_RIGHT = "puts_right"
    OBJECTS_TO_UNIT = "objects_to_unit"
    REACH = "reach"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Understood:
    """What the assistant understood of one message; tuples are in the order of the text.

    `is_chat`: surely small talk and nothing else. `meant`: what the citizen says instead of what they deny
    (不是A，是B); `category` and `ranking` then come from these words alone. `denies_the_matter`: they say outright that
    the matter was misunderstood. `asks`: a plain question about the hotline or the report, alone (the intent is then
    `faq`) or beside other content. `together`: the category of this message read together with the short ones before
    it. `ranking`: the likeliest categories as (code, probability); `story`: the same for everything told before, given
    where the message denies something that was read back.
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
    """What is known of a matter. `asked`: the questions asked so far (see `Question.kind`), each at most once without
    an answer.

    `address`: the form of address (女士, 先生, 大爷), where it is known. `concerned` and `relation`: the name of the
    person the citizen speaks for, and how the two are related, in the citizen's words. `remarks`: (kind, words) pairs
    that fit no field but that whoever handles the ticket must see, see `Remark`. `choices`: the category codes among
    which the citizen is being asked to choose; `left_out`: names that the read-back omits.
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
        """The draft as values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_slots(cls, values: dict[str, Any]) -> Draft:
        """The inverse of `as_slots`; unknown keys are ignored."""
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        known["details"] = tuple((str(k), str(v)) for k, v in known.get("details") or ())
        known["remarks"] = tuple((str(k), str(v)) for k, v in known.get("remarks") or ())
        for each in ("asked", "choices", "left_out"):
            known[each] = tuple(known.get(each) or ())
        return cls(**known)

    def remarked(self, kind: Remark, words: str) -> Draft:
        """The draft with a remark added, unless it has the same one already."""
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
        """Everything the citizen said about the matter, for rules that look for words; what they denied is left out."""
        return "\n".join([*map(affirmed, self.description.splitlines()), *(answer for _, answer in self.details)])
