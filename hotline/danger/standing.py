"""What is said while a danger stands: that it grows, is another one, is over, was none, or something else. Rules only; what is
answered is in the texts, and who is told is up to the action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.danger.detection import (
    detect,
    detect_by_signs,
    evidence_of_words,
    gets_worse,
    harms,
    kind_of_words,
    taken_back,
    told_instead,
)
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
SURELY_ORDINARY = -3.0  # evidence of words below which a matter is not of the danger
ANOTHER_MATTER = phrase("danger.another_matter")
ASKS = phrase("danger.asks")
HELP_IS_THERE = phrase("danger.help_is_there")
HAS_CALLED = phrase("danger.has_called")
HUSH = phrase("danger.hush")
HIDES = phrase("danger.hides")
GASP = 8  # characters of the last words of somebody who hides
DENIES = phrase("danger.denies")
FEARS_FOR = phrase("danger.fears_for")
GOT_OUT = phrase("danger.got_out")
SHUT_IN = {"in_the_lift", "pit", "locked_in", "car_in_water", "child_in_car", "machine"}
"""Situations that are over when whoever was in is out; whoever is out of a house on fire has told of no end."""
ASIDES = {
    "no_call": NO_CALL,
    "do_not_go_in": phrase("danger.goes_in"),
    "busy": phrase("danger.line_busy"),
    "when": phrase("danger.when"),
    "refused": phrase("danger.refuses_help"),
    "what_to_do": phrase("danger.what_to_do"),
    "helped": HELP_IS_THERE,
    "called": HAS_CALLED,
    "tell_nobody": phrase("danger.tell_nobody"),
    "animal": phrase("danger.animal_there"),
    "protection": phrase("danger.keep_away_order"),
    "phone_off": phrase("danger.phone_taken_over"),
    "talk_to": phrase("danger.what_to_say"),
    "shelter": phrase("danger.where_to_stay"),
    "will_not_leave": phrase("danger.will_not_leave"),
}
"""What is asked or told besides, by the name of the text that answers it."""
ONE_OF = (
    *("protection", "phone_off", "talk_to", "shelter", "animal", "will_not_leave"),
    *("do_not_go_in", "refused", "when", "what_to_do"),
)
"""Of these one answer is enough, the first."""
BESIDE_AN_ALARM = (
    "no_call",
    "no_police",
    "when",
    "do_not_go_in",
    "busy",
    "animal",
    "protection",
    "phone_off",
    "talk_to",
)
"""What is answered beside a line that says already what to do."""
BESIDE_LISTENING = ("no_call", "no_police", "tell_nobody", "when", "busy", "protection")
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
    is_of_harm = FEARS_FOR.search(text) or ASIDES["protection"].search(text)
    if back is TakenBack.NOT_MEANT and told is None and not is_of_harm:
        return Standing(Said.NOT_MEANT, kind, known)
    may_joke = is_writer or (known is not None and known.name == "threatens")
    if may_joke and FIGURE_OF_SPEECH.search(text) and not detect_by_signs(text):
        return Standing(Said.JOKED, kind, known)
    grows = gets_worse(text)
    may_be_out = kind is Kind.SELF_HARM or (known.name in SHUT_IN if known else kind is Kind.HAZARD)
    if may_be_out and GOT_OUT.search(text) and not detect_by_signs(text):
        return Standing(Said.OVER, kind, known)
    if back is TakenBack.OVER and not (grows and kind in COMES_BACK):
        return Standing(Said.OVER, kind, known)
    seen, is_seen_to = detect_by_signs(text), HELP_IS_THERE.search(text) or HAS_CALLED.search(text)
    sign = seen if seen or is_seen_to else detect(text)
    if corrected := _corrected(text, kind, is_writer):
        return corrected
    if seen and _is_another(seen.kind, kind) and (DENIES.search(text) or kind is not Kind.SELF_HARM):
        return Standing(Said.ANOTHER, seen.kind, situation_of([text], seen.kind))
    if told and told != known and (sign or grows or known is None or not (is_writer or is_seen_to)):
        return Standing(Said.ANOTHER, kind, told)
    if sign or grows or (back is TakenBack.NOT_MEANT and told):
        hurt = seen is not None and {seen.kind, kind} == {Kind.VIOLENCE, Kind.INJURY}
        return Standing(Said.WORSE, seen.kind if seen and hurt else kind, told or known)
    return Standing(Said.TOLD, kind, known)


def _corrected(text: str, kind: Kind, is_writer: bool) -> Standing | None:
    """The danger that a message says it is, where it says which it is not: 不是走丢，是挨打."""
    instead = told_instead(text)
    seen = detect_by_signs(instead)
    if not harms(instead) or (is_writer and seen is None):
        return None
    told = situation_of([instead], kind) or situation_of([text], kind)
    meant = seen.kind if seen else kind if told else kind_of_words(instead)
    return Standing(Said.ANOTHER, meant, situation_of([instead], meant) or (told if meant is kind else None))


def wants_quiet(text: str, before: Sequence[str], kind: Kind) -> bool:
    """Whether an answer may give the writer away: they ask for none, or hide and can say a few words only."""
    hides = kind in COMES_BACK and any(HIDES.search(told) for told in before)
    return bool(HUSH.search(text)) or (hides and len(text) <= GASP and gets_worse(text))


def goes_on_to_a_matter(text: str) -> bool:
    """Whether a message that tells of the end of a danger goes on to a matter: 修好了，我还是要问物业费."""
    return ANOTHER_MATTER.search(text) is not None


def _is_another(seen: Kind, standing: Kind) -> bool:
    return seen is not standing and {seen, standing} not in RELATED


def asides(text: str) -> list[str]:
    """What a message asks or tells besides, as names of texts."""
    found = [name for name, pattern in ASIDES.items() if pattern.search(text)]
    if ASKS.search(text) and set(found) <= {"helped"}:
        found.append("asked")
    first = next((name for name in ONE_OF if name in found), None)
    return [name for name in found if name not in ONE_OF or name == first]


def is_of_another_matter(text: str, is_clear: bool, has_place: bool, kind: Kind | None = None) -> bool:
    """Whether a message goes on to another matter: it says so, or tells one that is clear, and where, and no danger.

    `is_clear`: a category is beyond doubt; `kind`: of the danger that stands, whose situation may be told.
    """
    if detect_by_signs(text) or gets_worse(text) or HUSH.search(text) or harms(told_instead(text)):
        return False
    if kind and situation_of([text], kind):
        return False
    if ANOTHER_MATTER.search(text):
        return True
    return is_clear and has_place and not ASKS.search(text) and evidence_of_words(text) < SURELY_ORDINARY


def is_of_the_danger(text: str) -> bool:
    """Whether an answer to a question of an intake speaks of the danger that stands besides: it grows, or is settled."""
    return (
        gets_worse(text)
        or detect_by_signs(text) is not None
        or HUSH.search(text) is not None
        or harms(told_instead(text))
        or taken_back(text, Kind.SELF_HARM) is TakenBack.OVER
    )
