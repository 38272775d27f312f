"""Questions whose answer is known while a danger stands: 能不能开排风扇, in gas. What is answered is in the texts
(`danger_answer`), under the situation or the kind of danger and what is asked about."""

from __future__ import annotations

from collections.abc import Iterable

from hotline.danger.kinds import Kind
from hotline.danger.situations import Situation
from hotline.phrases import phrase

WHETHER = phrase("danger_questions.whether")
WHICH_WAY = "which_way"
AT_ONCE = (
    WHICH_WAY,
    "out_of_the_window",
    "flame",
    "repair",
    "health_authority",
    "goes_on_selling",
    "valve",
    "dig",
    "severed",
    "press",
    "transfer",
    "give_code",
    "hung_up",
    "police_act",
    "sleepy",
    "power_off",
    "rinse",
    "hospital",
    "open_it",
)
"""Asked, or to be answered, in whatever form it is said: 窗子打得开, of a child in a room on fire."""
ANYWHERE = "any"
"""Before the name of a thing: the answer is the same in every danger."""
THINGS = {
    "press": phrase("danger_questions.press"),
    "give_code": phrase("danger_questions.give_code"),
    "transfer": phrase("danger_questions.transfer"),
    "hung_up": phrase("danger_questions.hung_up"),
    "open_it": phrase("danger_questions.open_it"),
    WHICH_WAY: phrase("danger_questions.which_way"),
    "out_of_the_window": phrase("danger_questions.out_of_the_window"),
    "electricity": phrase("danger_questions.electricity"),
    "flame": phrase("danger_questions.flame"),
    "driving": phrase("danger_questions.driving"),
    "lift": phrase("danger_questions.lift"),
    "with_water": phrase("danger_questions.with_water"),
    "vomiting": phrase("danger_questions.vomiting"),
    "to_drink": phrase("danger_questions.to_drink"),
    "carry_out": phrase("danger_questions.carry_out"),
    "valve": phrase("danger_questions.valve"),
    "dig": phrase("danger_questions.dig"),
    "pry": phrase("danger_questions.pry"),
    "suck": phrase("danger_questions.suck"),
    "cord": phrase("danger_questions.cord"),
    "severed": phrase("danger_questions.severed"),
    "paste": phrase("danger_questions.paste"),
    "pinch": phrase("danger_questions.pinch"),
    "wake": phrase("danger_questions.wake"),
    "put_in_mouth": phrase("danger_questions.put_in_mouth"),
    "sleepy": phrase("danger_questions.sleepy"),
    "police_act": phrase("danger_questions.police_act"),
    "hospital": phrase("danger_questions.hospital"),
    "rinse": phrase("danger_questions.rinse"),
    "power_off": phrase("danger_questions.power_off"),
    "move_car": phrase("danger_questions.move_car"),
    "moving": phrase("danger_questions.moving"),
    "open_window": phrase("danger_questions.open_window"),
    "open_door": phrase("danger_questions.open_door"),
    "telephone": phrase("danger_questions.telephone"),
    "repair": phrase("danger_questions.repair"),
    "health_authority": phrase("danger_questions.health_authority"),
    "goes_on_selling": phrase("danger_questions.goes_on_selling"),
}
"""What is asked about, by the name of its answer; of several the first that has one."""


def asks_something(text: str) -> bool:
    """Whether a message asks whether something may be done, or who mends what broke."""
    return bool(WHETHER.search(text) or THINGS["repair"].search(text))


def answer_known(text: str, kind: Kind, situation: Situation | None, answers: Iterable[str]) -> str | None:
    """The name of the answer to what a message asks, out of `answers`; None where it asks nothing that has one."""
    asks = WHETHER.search(text) is not None
    things = [name for name, says in THINGS.items() if says.search(text) and (asks or name in AT_ONCE)]
    of = [*([situation.name] if situation else []), str(kind), ANYWHERE]
    names = (f"{where}_{thing}" for thing in things for where in of)
    return next((name for name in names if name in answers), None)
