"""What is said while a danger stands and is not of it: another matter, words about a ticket, what is left of a message
when an alarm is refused."""

from __future__ import annotations

from hotline.danger.asides import ASIDES, ASKS, asides
from hotline.danger.detection import detect_by_signs, evidence_of_words, gets_worse, harms, told_instead
from hotline.danger.kinds import Kind
from hotline.danger.situations import situation_of
from hotline.danger.weak_signs import NO_HARM_DONE
from hotline.phrases import phrase

SURELY_ORDINARY = -3.0  # evidence of words below which a matter is not of the danger
NO_WORD = -6.0  # evidence of words of which none is of a danger
ONLY_ASKS = phrase("danger.only_asks")
ONLY_REGISTERS = phrase("danger.only_registers")
TELLS_WHERE = phrase("danger.tells_where")
ANOTHER_MATTER = phrase("danger.another_matter")
ENDS_THE_ALARM = phrase("danger.ends_the_alarm")
HUSH = phrase("danger.hush")


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
    if ONLY_ASKS.search(text) and set(asides(text)) <= {"asked"} and evidence_of_words(text) < SURELY_ORDINARY:
        return True
    return is_clear and has_place and not ASKS.search(text) and evidence_of_words(text) < SURELY_ORDINARY


def is_of_a_ticket(text: str, may_be: bool) -> bool:
    """Whether a message that is said while a danger stands is of the ticket that the danger came out of; `may_be`: that
    is what it sounds like."""
    if HUSH.search(text) or detect_by_signs(text) or gets_worse(text):
        return False
    words = evidence_of_words(text)
    return (ANOTHER_MATTER.search(text) is not None and words < 0) or words < (SURELY_ORDINARY if may_be else NO_WORD)


def goes_on_to_a_matter(text: str) -> bool:
    """Whether a message that tells of the end of a danger goes on to a matter: 修好了，我还是要问物业费."""
    return ANOTHER_MATTER.search(text) is not None or ONLY_ASKS.search(text) is not None


def without_the_alarm(text: str) -> str:
    """A message without what it refuses of an alarm or of a call for help, and why: 我没得事，不用打120."""
    if ended := list(ENDS_THE_ALARM.finditer(text)):
        return text[ended[-1].end() :]  # 你们弄错了 before it is why
    refused = ASIDES["refused"].sub("", text)
    return NO_HARM_DONE.sub("", refused) if refused != text else text
