"""The situation within a kind of danger: who is in it, what to do, whom to call. The words that tell it are in
`hotline/phrases/situations.yml`, the advice is in `danger_situation` of the texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.danger.detection import detect_by_signs
from hotline.danger.kinds import LINES, Kind
from hotline.danger.wording import plain
from hotline.phrases import phrase
from hotline.texts import Texts


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation: its name, the words that tell it, the number to call, and the kinds of danger in which it may
    occur."""

    name: str
    pattern: re.Pattern[str]
    line: str
    kinds: frozenset[Kind]


def _situation(name: str, line: str, kinds: Iterable[Kind]) -> Situation:
    return Situation(name.partition(".")[2], phrase(name), line, frozenset(kinds))


_K = Kind
ANYBODY = set(Kind) - {_K.FRAUD}
FAR = Situation("another_in_despair", phrase("situations.another_writes"), "110", frozenset({_K.SELF_HARM}))
"""The writer of what sounds like a goodbye is somebody else, who is not there."""
SMOTHERED = _situation("situations.smothered", "120", {_K.GAS, _K.INJURY, _K.FIRE})
"""Somebody lies in gas, or in the fumes of a stove."""
PIT = _situation("situations.pit", "119", {_K.HAZARD, _K.INJURY, _K.GAS, _K.TRAFFIC, _K.LOST_PERSON})
CURRENT = _situation("situations.current", "120", {_K.HAZARD, _K.INJURY})
STRUCK = Situation("current", phrase("situations.struck"), "120", frozenset({_K.HAZARD, _K.INJURY, _K.TRAFFIC}))
"""Somebody is hit by a wire that is down, or by the water it lies in."""
COLLAPSE = _situation("situations.collapse", "119", {_K.HAZARD, _K.INJURY, _K.TRAFFIC})
CANNOT_MOVE = _situation("situations.cannot_move", "119", {_K.HAZARD, _K.INJURY, _K.FIRE})
PULLED_OUT = _situation(
    "situations.pulled_out", "120", {_K.HAZARD, _K.INJURY, _K.SELF_HARM, _K.LOST_PERSON, _K.TRAFFIC}
)
"""Somebody was got out of the water, and is not well."""
FELL_IN = phrase("situations.fell_in")
HIT = phrase("situations.hit_by_it")
CANNOT_WALK = phrase("danger.frail")
LIVE = {"live_wire", "water_and_power", "crane_on_wire"}
"""Situations in which whoever comes near is hit by the current."""
FALLEN = _situation("situations.fallen_object", "120", {_K.HAZARD, _K.INJURY, _K.CRIME, _K.VIOLENCE})
DROWNING = _situation("situations.drowning", "119", {_K.HAZARD, _K.INJURY, _K.LOST_PERSON, _K.TRAFFIC, _K.SELF_HARM})
EDGE = _situation("situations.at_the_edge", "110", {_K.SELF_HARM})
"""The writer may jump."""
FALLING = (COLLAPSE, FALLEN)
AWAY = Situation("another_far", phrase("situations.far_away"), "110", frozenset({_K.SELF_HARM, _K.LOST_PERSON}))
"""Somebody else is in it, and the writer is far from them."""
BESIDE = Situation("another_beside", phrase("situations.beside_them"), "120", frozenset({_K.SELF_HARM}))
"""Somebody else speaks of dying, and the writer is with them."""
NOBODY_FELL = phrase("situations.nobody_fell")
NOBODY_UNDER = phrase("danger.nobody_under")
SITUATIONS = (
    _situation("situations.breathing_machine", "120", ANYBODY),
    _situation("situations.in_the_lift", "119", {_K.HAZARD, _K.INJURY, _K.SELF_HARM, _K.VIOLENCE, _K.FRAUD}),
    _situation("situations.wreck", "119", {_K.HAZARD, _K.INJURY, _K.TRAFFIC}),
    _situation("situations.machine", "119", {_K.HAZARD, _K.INJURY, _K.TRAFFIC}),
    COLLAPSE,
    _situation("situations.about_to_fall", "119", {_K.HAZARD, _K.INJURY}),
    PIT,
    _situation("situations.car_in_water", "119", {_K.HAZARD, _K.TRAFFIC, _K.INJURY}),
    _situation("situations.crane_on_wire", "119", {_K.HAZARD, _K.TRAFFIC, _K.INJURY, _K.FIRE, _K.SELF_HARM}),
    _situation("situations.shower_current", "95598", {_K.HAZARD, _K.INJURY, _K.FIRE}),
    _situation("situations.water_and_power", "119", {_K.HAZARD, _K.INJURY, _K.FIRE}),
    _situation("situations.flood_below", "119", {_K.HAZARD, _K.TRAFFIC, _K.INJURY}),
    _situation("situations.explosive", "110", {_K.HAZARD, _K.CRIME, _K.VIOLENCE, _K.FIRE}),
    _situation("situations.gas_outside", "119", {_K.GAS, _K.HAZARD, _K.FIRE}),
    STRUCK,
    _situation("situations.live_wire", "119", {_K.HAZARD, _K.INJURY, _K.FIRE, _K.TRAFFIC}),
    CURRENT,
    _situation("situations.crowd", "110", {_K.HAZARD, _K.INJURY, _K.CRIME, _K.VIOLENCE, _K.LOST_PERSON}),
    DROWNING,
    SMOTHERED,
    _situation("situations.no_breath", "120", ANYBODY),
    _situation("situations.child_at_height", "119", {_K.HAZARD, _K.INJURY, _K.LOST_PERSON, _K.SELF_HARM}),
    _situation("situations.choking", "120", {_K.INJURY, _K.HAZARD}),
    _situation("situations.birth", "120", {_K.INJURY, _K.HAZARD, _K.TRAFFIC}),
    _situation("situations.fumes", "120", {_K.HAZARD, _K.INJURY, _K.GAS, _K.SELF_HARM}),
    _situation("situations.chemicals", "119", {_K.HAZARD, _K.TRAFFIC, _K.GAS, _K.FIRE, _K.INJURY, _K.CRIME}),
    _situation("situations.many_ill", "120", {_K.INJURY, _K.HAZARD}),
    _situation("situations.stung", "120", {_K.HAZARD, _K.INJURY}),
    _situation("situations.swallowed", "120", {_K.SELF_HARM, _K.INJURY, _K.HAZARD}),
    _situation("situations.poison_in_reach", "120", {_K.SELF_HARM, _K.INJURY, _K.HAZARD, _K.LOST_PERSON}),
    _situation("situations.cut", "120", {_K.SELF_HARM, _K.LOST_PERSON}),
    _situation("situations.splashed", "120", {_K.INJURY, _K.HAZARD, _K.VIOLENCE, _K.CRIME}),
    _situation("situations.seizure", "120", {_K.INJURY, _K.HAZARD, _K.SELF_HARM}),
    _situation("situations.not_waking", "120", {_K.INJURY, _K.HAZARD, _K.LOST_PERSON, _K.SELF_HARM}),
    _situation("situations.snake_bite", "120", {_K.INJURY, _K.HAZARD}),
    _situation("situations.bitten", "120", {_K.INJURY, _K.HAZARD}),
    _situation("situations.dogs_attack", "110", {_K.INJURY, _K.HAZARD}),
    _situation("situations.burnt", "120", {_K.INJURY, _K.HAZARD}),
    FALLEN,
    _situation("situations.bleeding", "120", {_K.INJURY, _K.HAZARD, _K.TRAFFIC, _K.VIOLENCE}),
    _situation("situations.chest", "120", {_K.INJURY, _K.HAZARD}),
    _situation("situations.stuck", "119", {_K.HAZARD, _K.INJURY, _K.LOST_PERSON}),
    CANNOT_MOVE,
    _situation("situations.trapped_in_fire", "119", {_K.FIRE}),
    _situation("situations.smoke_outside", "119", {_K.FIRE}),
    _situation("situations.pan_fire", "119", {_K.FIRE}),
    _situation("situations.car_on_fire", "119", {_K.FIRE, _K.HAZARD}),
    _situation("situations.fire_outside", "119", {_K.FIRE}),
    _situation("situations.gas_next_door", "119", {_K.GAS}),
    _situation("situations.held", "110", {_K.CRIME, _K.VIOLENCE}),
    _situation("situations.intruder", "110", {_K.CRIME, _K.VIOLENCE, _K.LOST_PERSON, _K.HAZARD}),
    _situation("situations.flood_home", "119", {_K.HAZARD, _K.INJURY}),
    _situation("situations.landslide", "119", {_K.HAZARD, _K.TRAFFIC}),
    _situation("situations.earthquake", "119", {_K.HAZARD}),
    _situation("situations.bridge", "122", {_K.HAZARD, _K.TRAFFIC}),
    _situation("situations.snake", "119", {_K.HAZARD, _K.INJURY}),
    _situation("situations.found_child", "110", {_K.LOST_PERSON}),
    _situation("situations.at_my_door", "110", {_K.CRIME}),
    _situation("situations.armed_outside", "110", {_K.VIOLENCE, _K.CRIME}),
    _situation("situations.no_answer", "110", set(Kind) - {_K.FRAUD, _K.FIRE, _K.GAS, _K.TRAFFIC}),
    _situation("situations.paint", "110", {_K.FIRE, _K.CRIME, _K.VIOLENCE, _K.HAZARD}),
    _situation("situations.drunk_at_the_wheel", "122", {_K.TRAFFIC}),
    _situation("situations.takes_along", "110", {_K.VIOLENCE, _K.CRIME, _K.LOST_PERSON, _K.SELF_HARM, _K.FIRE}),
    _situation("situations.threatens", "110", {_K.VIOLENCE, _K.CRIME, _K.FIRE}),
    _situation("situations.another_beaten", "110", {_K.VIOLENCE, _K.CRIME, _K.LOST_PERSON, _K.INJURY}),
    _situation("situations.street_fight", "110", {_K.VIOLENCE, _K.CRIME, _K.INJURY}),
    AWAY,
    FAR,
    _situation("situations.another_may_jump", "110", {_K.SELF_HARM, _K.HAZARD, _K.FIRE, _K.LOST_PERSON}),
    _situation("situations.another_in_despair", "110", {_K.SELF_HARM, _K.LOST_PERSON}),
    _situation("situations.child_in_car", "119", {_K.HAZARD, _K.INJURY, _K.LOST_PERSON, _K.SELF_HARM, _K.VIOLENCE}),
    _situation(
        "situations.locked_in", "119", {_K.GAS, _K.SELF_HARM, _K.HAZARD, _K.INJURY, _K.LOST_PERSON, _K.VIOLENCE}
    ),
    EDGE,
    _situation("situations.lost_in_public", "110", {_K.LOST_PERSON}),
    Situation("may_fall", phrase("danger.may_fall"), "119", frozenset({_K.HAZARD})),
)
PIECES, A_PIECE = 4, 30  # up to so many of the last texts, each of up to so many characters, are read together
ANOTHERS = (
    *(phrase("situations.another_may_jump"), phrase("situations.another_in_despair")),
    *(phrase("situations.another_writes"), phrase("situations.another_did")),
)
MYSELF, MY_OWN = phrase("danger.of_myself"), phrase("danger.my_own")
OF_ANOTHER = {"another_may_jump", "another_in_despair", "another_far", "another_beside"}
NOT_THERE = {"another_in_despair", "another_far"}
"""Situations in which the writer is not where the danger is."""
DONE = {"swallowed", "cut"}
"""Situations in which the harm is done, so that nobody is asked whether it was a way of speaking."""
KEPT = {
    "smothered": {"not_waking", "no_answer", "locked_in", "no_breath", "chest"},
    "car_in_water": {"drowning", "locked_in", "cannot_move", "flood_below"},
    "flood_below": {"locked_in", "stuck"},
    "smoke_outside": {"car_on_fire", "pan_fire"},
    "gas_outside": {"chemicals"},
    "crane_on_wire": {"live_wire", "another_may_jump", "current"},
    "water_and_power": {"live_wire", "cannot_move"},
    "in_the_lift": {"not_waking", "locked_in"},
    "chemicals": {"not_waking", "chest"},
    "many_ill": {"swallowed", "not_waking"},
    "swallowed": {"many_ill", "not_waking", "chest", "seizure"},
    "cut": {"bleeding", "not_waking"},
    "another_in_despair": {"another_may_jump"},
    "another_far": {"another_in_despair", "another_may_jump"},
    "another_beside": {"another_in_despair"},
    "wreck": {"machine", "car_on_fire", "stuck", "bleeding"},
    "snake_bite": {"snake", "bitten", "chest"},
    "flood_home": {"stuck", "locked_in"},
    "drowning": {"another_may_jump", "another_in_despair"},
    "pulled_out": {"drowning", "another_may_jump", "chest"},
    "cannot_move": {"flood_home", "water_and_power"},
    "current": {"live_wire", "not_waking", "no_breath"},
    "intruder": {"at_my_door"},
    "fumes": {"chest", "not_waking"},
    "child_in_car": {"not_waking", "locked_in"},
    "collapse": {"cannot_move", "bleeding", "not_waking"},
    "held": {"locked_in"},
    "locked_in": {"not_waking", "chest"},
}
"""By situation: others that may follow from it and do not replace it, because the people in it still need its advice:
喊不答应了, in a room full of gas."""


def situation_of(texts: Iterable[str], kind: Kind, before: Sequence[str] = ()) -> Situation | None:
    """The situation that the latest of these texts tells, unless it only develops an earlier one; or else the last
    short ones together. Within a text the first of `SITUATIONS` that fits the kind counts. `before`: earlier texts that
    tell only whose danger it is."""
    told = [plain(text) for text in texts]
    earlier = [plain(text) for text in before]
    short = [text for text in told if len(text) <= A_PIECE]
    pieces = [",".join(short[max(end - PIECES, 0) : end]) for end in range(1, len(short) + 1)]
    of_the_writer = any(says.search(text) for says in (MYSELF, MY_OWN) for text in [*earlier, *told])
    of_another = any(says.search(text) for says in ANOTHERS for text in [*earlier, *told])
    of_another = of_another and not of_the_writer
    known: Situation | None = None
    for text in told:
        found = develops(known, text) or next(
            (each for each in SITUATIONS if _tells(each, text, kind, of_the_writer, of_another)), None
        )
        if found and not goes_on(known, found):
            known = found
    if known:
        return known
    found_in = (each for text in pieces for each in SITUATIONS if _tells(each, text, kind, of_the_writer, of_another))
    return next(found_in, None)


def _tells(situation: Situation, text: str, kind: Kind, of_the_writer: bool, of_another: bool) -> bool:
    if kind not in situation.kinds or not situation.pattern.search(text):
        return False
    if of_the_writer and situation.name in OF_ANOTHER:
        return False
    if (situation is PIT and NOBODY_FELL.search(text)) or (situation in FALLING and NOBODY_UNDER.search(text)):
        return False
    only_of_another = situation is AWAY or (situation is DROWNING and kind is _K.SELF_HARM)
    return not ((only_of_another and not of_another) or (situation is EDGE and of_another))


def develops(known: Situation | None, text: str) -> Situation | None:
    """What a known situation becomes by words that alone would not tell which one it is: somebody does fall into the
    hole, is hit by the wire, cannot walk where the water rises; the writer is far away."""
    if known is None:
        return None
    if known.name == "may_fall" and FELL_IN.search(text):
        return PIT if not NOBODY_FELL.search(text) else None
    if known.name in LIVE and HIT.search(text):
        return CURRENT
    if known.name in OF_ANOTHER and AWAY.pattern.search(text):
        return AWAY
    if known.name == "another_in_despair" and BESIDE.pattern.search(text):
        return BESIDE
    return CANNOT_MOVE if known.name == "flood_home" and CANNOT_WALK.search(text) else None


def kind_told(text: str, kind: Kind) -> Kind:
    """The kind of a danger that no sign of another kind has raised: a goodbye of somebody else is of self-harm."""
    sign = detect_by_signs(text)
    told = situation_of([text], Kind.SELF_HARM) if sign is None or sign.kind is Kind.SELF_HARM else None
    return Kind.SELF_HARM if told and told.name in NOT_THERE else kind


def goes_on(known: Situation | None, told: Situation | None) -> bool:
    """Whether what is told is only how the known situation develops, and not another one."""
    return known is not None and told is not None and told.name in KEPT.get(known.name, ())


def is_of_the_writer(texts: Iterable[str], kind: Kind) -> bool:
    """Whether the writer is the one who may hurt themselves, and therefore needs to be listened to."""
    told = list(texts)
    situation = situation_of(told, kind)
    of_oneself = situation is None or situation.name in ("at_the_edge", "swallowed", "cut")
    of_another = any(pattern.search(plain(text)) for pattern in ANOTHERS for text in told)
    says_so = any(says.search(plain(text)) for says in (MYSELF, MY_OWN) for text in told)
    return kind is Kind.SELF_HARM and of_oneself and (says_so or not of_another)


def line_to_call(situation: Situation | None, kind: Kind) -> str:
    """The emergency number: of the situation if there is one, else of the kind."""
    return situation.line if situation else LINES[kind]


def advice(texts: Texts, situation: Situation, again: bool = False) -> str:
    """What to do in a situation; `again`: in the words for the next time, if there are any."""
    if again and (more := texts.group("danger_situation_again").get(situation.name)):
        return more
    return texts.say(f"danger_situation.{situation.name}")


def question_where(texts: Texts, situation: Situation | None) -> str:
    """The question where the danger is: where the other is, if somebody else is in it who is not with the writer."""
    return texts.say("danger.where_they_are" if situation and situation.name in NOT_THERE else "danger.where")


def alarm(
    texts: Texts,
    kind: Kind,
    situation: Situation | None,
    again: bool = False,
    asks_where: bool = True,
    where: str | None = None,
) -> str:
    """What is said when a danger is told, or told again: what to do, that staff are alerted, and (`asks_where`) the
    question where it is; `where`: another question instead."""
    if where is not None:
        return f"{alarm(texts, kind, situation, again, asks_where=False)}{where}"
    where = question_where(texts, situation) if asks_where else ""
    if situation:
        alerted = texts.say("danger.alerted_again" if again else "danger.alerted")
        return f"{advice(texts, situation, again)}{alerted}{where}"
    if again:
        return f"{texts.say(f'danger_again.{kind}')}{where}"
    line = texts.say(f"danger.{kind}")
    return line if asks_where else line.replace(texts.group("danger_where").get(kind, ""), "").strip()
