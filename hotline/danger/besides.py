"""Messages that are sent while a danger stands but are not about it: another matter, words about a ticket, what remains
of a message that refuses the alarm."""

from __future__ import annotations

from hotline.danger.asides import ASIDES, ASKS, asides
from hotline.danger.detection import detect_by_signs, evidence_of_words, gets_worse, harms, told_instead
from hotline.danger.kinds import Kind
from hotline.danger.situations import situation_of
from hotline.danger.weak_signs import NO_HARM_DONE
from hotline.phrases import phrase

SURELY_ORDINARY = -3.0  # evidence of words (log-odds) below which a matter is not about the danger
NO_WORD = -6.0  # evidence (log-odds) of words none of which concerns danger
ONLY_ASKS = phrase("danger.only_asks")
ONLY_REGISTERS = phrase("danger.only_registers")
TELLS_WHERE = phrase("danger.tells_where")
ANOTHER_MATTER = phrase("danger.another_matter")
ENDS_THE_ALARM = phrase("danger.ends_the_alarm")
HUSH = phrase("danger.hush")


def is_of_another_matter(text: str, is_clear: bool, has_place: bool, kind: Kind | None = None) -> bool:
    """Whether a message goes on to another matter: it says so, only asks something, or states a clear matter with its
    place, and no danger.

    `is_clear`: the category is certain; `has_place`: it names a place; `kind`: the danger that stands, whose situation
    it may describe.
    """
    if detect_by_signs(text) or gets_worse(text) or HUSH.search(text) or harms(told_instead(text)):
        return False
    if kind and situation_of([text], kind):
        return False
    if ANOTHER_MATTER.search(text):
        return True
    if ONLY_ASKS.search(text) and set(asides(text)) <= {"asked"} and evidence_of_words(text) < SURELY_ORDINARY:
        return True
    return is_clear and has_place and not ASKS.search(text) and evidence_of_words(text) < SURELY_ORDINARY


def is_of_a_ticket(text: str, may_be: bool) -> bool:
    """Whether a message sent while a danger stands is about the ticket from which the danger came; `may_be`: it was
    understood as such."""
    if HUSH.search(text) or detect_by_signs(text) or gets_worse(text):
        return False
    words = evidence_of_words(text)
    return (ANOTHER_MATTER.search(text) is not None and words < 0) or words < (SURELY_ORDINARY if may_be else NO_WORD)


def goes_on_to_a_matter(text: str) -> bool:
    """Whether a message that reports the end of a danger goes on to a matter: 修好了，我还是要问物业费."""
    return ANOTHER_MATTER.search(text) is not None or ONLY_ASKS.search(text) is not None


def without_the_alarm(text: str) -> str:
    """A message without its refusal of an alarm or of a call for help, and without the reason: 我没得事，不用打120."""
    if ended := list(ENDS_THE_ALARM.finditer(text)):
        return text[ended[-1].end() :]  # 你们弄错了 before it is the reason
    refused = ASIDES["refused"].sub("", text)
    return NO_HARM_DONE.sub("", refused) if refused != text else text
