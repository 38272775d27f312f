"""Side remarks and questions while a danger stands: whether a call costs anything, that the bell is dead, that help was
called. Each has its own answer in the texts."""

from __future__ import annotations

from hotline.danger.said import NO_CALL
from hotline.phrases import phrase

ASKS = phrase("danger.asks")
HELP_IS_THERE = phrase("danger.help_is_there")
HAS_CALLED = phrase("danger.has_called")
CANNOT_CALL = phrase("danger.cannot_call")
INSTEAD = ("no_call", "cannot_call", "bell", "called")
"""Remarks whose answer replaces repeating which number to call."""
ASIDES = {
    "no_call": NO_CALL,
    "cannot_call": CANNOT_CALL,
    "bell": phrase("danger.bell_dead"),
    "call_myself": phrase("danger.call_myself"),
    "calls_now": phrase("danger.calls_now"),
    "is_afraid": phrase("danger.is_afraid"),
    "costs": phrase("danger.costs"),
    "clear_the_road": phrase("danger.clear_the_road"),
    "switch": phrase("danger.switch"),
    "gas_company": phrase("danger.gas_company"),
    "women": phrase("danger.women"),
    "relief": phrase("danger.relief"),
    "do_not_go_back": phrase("danger.goes_back_in"),
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
    "frail": phrase("danger.frail"),
    "looks": phrase("danger.looks"),
    "at_the_door": phrase("danger.at_the_door"),
    "report_police": phrase("danger.to_tell_the_police"),
}
"""The pattern of each side remark, by the name of the text that answers it."""
OF_CALLS = (HAS_CALLED, ASIDES["call_myself"], ASIDES["costs"], ASIDES["busy"])
ONE_OF = (
    *(
        "cannot_call",
        "bell",
        "calls_now",
        "is_afraid",
        "switch",
        "clear_the_road",
        "call_myself",
        "costs",
        "gas_company",
        "women",
        "relief",
    ),
    *("report_police",),
    *("do_not_go_back", "protection", "phone_off", "talk_to", "shelter", "animal", "will_not_leave"),
    *("do_not_go_in", "refused", "when", "what_to_do"),
)
"""Of these, only the first that occurs is answered."""
BESIDE_AN_ALARM = (
    "no_call",
    "no_police",
    "clear_the_road",
    "switch",
    "costs",
    "when",
    "do_not_go_in",
    "busy",
    "animal",
    "protection",
    "phone_off",
    "talk_to",
    "frail",
    "looks",
)
"""Remarks that are answered in addition to a line that already says what to do."""
BESIDE_LISTENING = (
    "no_call",
    "no_police",
    "tell_nobody",
    "when",
    "busy",
    "protection",
    "called",
    "calls_now",
    "helped",
    "at_the_door",
)
"""Remarks that are answered to somebody who needs to be listened to."""


def asides(text: str) -> list[str]:
    """The side remarks and questions in a message, as names of texts."""
    found = [name for name, pattern in ASIDES.items() if pattern.search(text)]
    if ASKS.search(text) and set(found) <= {"helped"}:
        found.append("asked")
    first = next((name for name in ONE_OF if name in found), None)
    return [name for name in found if name not in ONE_OF or name == first]


def without_calls(text: str) -> str:
    """A message without what it says or asks about emergency calls, so that a number in it is no sign of danger:
    打了120，说要等."""
    for pattern in OF_CALLS:
        text = pattern.sub("", text)
    return text
