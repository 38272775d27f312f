"""What is said while a danger stands: that it grows, is another one, is over, was none, or something else. Rules only; what is
answered is in the texts, and who is told is up to the action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.danger.detection import detect, detect_by_signs, evidence_of_words, gets_worse, taken_back
from hotline.danger.kinds import Kind, TakenBack
from hotline.danger.said import FIGURE_OF_SPEECH, NO_CALL
from hotline.danger.situations import Situation, is_of_the_writer, situation_of
from hotline.phrases import phrase

STANDS = 3 * 3600.0  # seconds in which what is said after a danger is about it
RELATED = (frozenset({Kind.VIOLENCE, Kind.INJURY}), frozenset({Kind.VIOLENCE, Kind.CRIME}))
"""Kinds that are told of one matter: who is beaten is hurt. Neither takes the place of the other."""
FOR_A_BODY = {"119", "120", "122"}
"""Lines whose people say what to do about a body or a fire."""
COMES_BACK = frozenset({Kind.VIOLENCE, Kind.CRIME})
"""Kinds in which 他回来了 is no relief."""
SURELY_ORDINARY = -1.0  # evidence of words below which a matter is not of the danger
ANOTHER_MATTER = phrase("danger.another_matter")
ASKS = phrase("danger.asks")
HELP_IS_THERE = phrase("danger.help_is_there")
DENIES = phrase("danger.denies")
FEARS_FOR = phrase("danger.fears_for")
GOT_OUT = phrase("danger.got_out")
SHUT_IN = {"in_the_lift", "pit", "locked_in", "car_in_water"}
"""Situations that are over when whoever was in is out; whoever is out of a house on fire has told of no end."""
ASIDES = {
    "no_call": NO_CALL,
    "do_not_go_in": phrase("danger.goes_in"),
    "busy": phrase("danger.line_busy"),
    "when": phrase("danger.when"),
    "refused": phrase("danger.refuses_help"),
    "what_to_do": phrase("danger.what_to_do"),
    "helped": HELP_IS_THERE,
}
"""What is asked or told besides, by the name of the text that answers it."""
ONE_OF = ("do_not_go_in", "refused", "when", "what_to_do")
"""Of these one answer is enough, the first."""
BESIDE_AN_ALARM = ("no_call", "no_police", "when", "do_not_go_in", "busy")
"""What is answered beside a line that says already what to do."""
BESIDE_LISTENING = ("no_call", "no_police", "when", "busy")
"""What is answered to somebody whom one has to listen to."""


class Said(StrEnum):
    """What a message does to a danger that stands."""

    NOT_MEANT = "not_meant"
    JOKED = "joked"
    OVER = "over"
    ANOTHER = "another"
    WORSE = "worse"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Standing:
    """A danger after a message: what the message did, its kind from here on, and its situation where one was told."""

    said: Said
    kind: Kind
    situation: Situation | None


def after(text: str, before: Sequence[str], kind: Kind) -> Standing:
    """The danger of a kind after a message; `before`: the texts since it was told."""
    known = situation_of(before, kind)
    told = situation_of([text], kind) or (None if known else situation_of([*before, text], kind))
    is_writer = is_of_the_writer(before, kind)
    back = taken_back(text, kind)
    if back is TakenBack.NOT_MEANT and told is None and not FEARS_FOR.search(text):
        return Standing(Said.NOT_MEANT, kind, known)
    may_joke = is_writer or (known is not None and known.name == "threatens")
    if may_joke and FIGURE_OF_SPEECH.search(text) and not detect_by_signs(text):
        return Standing(Said.JOKED, kind, known)
    grows = gets_worse(text)
    may_be_out = kind is Kind.SELF_HARM or (known is not None and known.name in SHUT_IN)
    if may_be_out and GOT_OUT.search(text) and not detect_by_signs(text):
        return Standing(Said.OVER, kind, known)
    if back is TakenBack.OVER and not (grows and kind in COMES_BACK):
        return Standing(Said.OVER, kind, known)
    seen = detect_by_signs(text)
    sign = seen if seen or HELP_IS_THERE.search(text) else detect(text)
    if seen and _is_another(seen.kind, kind) and (DENIES.search(text) or not is_writer):
        return Standing(Said.ANOTHER, seen.kind, situation_of([text], seen.kind))
    if told and told != known and (sign or grows or known is None):
        return Standing(Said.ANOTHER, kind, told)
    if sign or grows or (back is TakenBack.NOT_MEANT and told):
        hurt = seen is not None and {seen.kind, kind} == {Kind.VIOLENCE, Kind.INJURY}
        return Standing(Said.WORSE, seen.kind if seen and hurt else kind, told or known)
    return Standing(Said.TOLD, kind, known)


def _is_another(seen: Kind, standing: Kind) -> bool:
    return seen is not standing and {seen, standing} not in RELATED


def asides(text: str) -> list[str]:
    """What a message asks or tells besides, as names of texts."""
    found = [name for name, pattern in ASIDES.items() if pattern.search(text)]
    if ASKS.search(text) and set(found) <= {"helped"}:
        found.append("asked")
    first = next((name for name in ONE_OF if name in found), None)
    return [name for name in found if name not in ONE_OF or name == first]


def is_of_another_matter(text: str, is_clear: bool, has_place: bool) -> bool:
    """Whether a message goes on to another matter: it says so, or tells one that is clear, and where, and no danger.

    `is_clear`: a category is beyond doubt.
    """
    if detect_by_signs(text) or gets_worse(text):
        return False
    if ANOTHER_MATTER.search(text):
        return True
    return is_clear and has_place and not ASKS.search(text) and evidence_of_words(text) < SURELY_ORDINARY


def is_of_the_danger(text: str) -> bool:
    """Whether an answer to a question of an intake speaks of the danger that stands besides: it grows, or is settled."""
    return gets_worse(text) or detect_by_signs(text) is not None or taken_back(text, Kind.SELF_HARM) is TakenBack.OVER
