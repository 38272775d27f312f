"""Splits a text into pages of one SMS screen each; a line says how to get the rest, and a question at the end of the
text also stands on the first page.

A text of only GSM 7-bit characters has 153 of them in each of several parts, any other text 67 UTF-16 units (3GPP TS
4:23.040). A page is two parts: 306 or 134. An agent's text gets longer pages, because the request 更多 would reach the
agent.
"""

from __future__ import annotations

import re

from hotline.conversations.model import Author
from hotline.texts import Texts, texts

PARTS, AGENTS_PARTS = 2, 10
GSM_PART, UCS2_PART = 153, 67
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€")
GOOD_END = re.compile(r"[。！？!?；;\n]|\.(?=\s)")
QUESTION = re.compile(r"[^。！？!?；;\n.]+[？?]")
LONGEST_QUESTION = 40
FAIR_END = re.compile(r"[，,、：:）)\s]")


def first_page(text: str, author: Author = Author.ASSISTANT) -> str:
    """What is sent: the whole text, or as much as fits with a line on how to get the rest."""
    shown, rest = _cut(text, author)
    return shown + _ending(rest, text) if rest else shown


def rest_of(text: str, author: Author = Author.ASSISTANT) -> str:
    """What the first page leaves out; empty if it leaves nothing out."""
    return _cut(text, author)[1]


def last_question(text: str) -> str:
    """The last question in a text; empty when there is none, or only a long one."""
    questions = [question.strip() for question in QUESTION.findall(text)]
    return questions[-1] if questions and len(questions[-1]) <= LONGEST_QUESTION else ""


def language_of(text: str) -> Texts:
    """The wording in the language in which a text begins; English texts may contain Chinese names."""
    first = next((c for c in text if c.isalpha()), "中")
    return texts("en" if first.isascii() else "zh")


def parts(text: str) -> int:
    """How many SMS a text takes, counted as parts of a joined message."""
    used, part = _used(text), _part(text)
    return max(1, -(-used // part))


def _cut(text: str, author: Author) -> tuple[str, str]:
    text, most_parts = text.strip(), AGENTS_PARTS if author is Author.AGENT else PARTS
    if parts(text) <= most_parts:
        return text, ""
    ending = _ending(text, text)
    most = _fitting(text, most_parts * UCS2_PART - _units(ending), gsm=False)
    if _part(ending) == GSM_PART:  # an English text may be longer up to its first Chinese character
        plain = next((at for at, c in enumerate(text) if c not in GSM and c not in GSM_TWICE), len(text))
        most = max(most, _fitting(text[:plain], most_parts * GSM_PART - _used(ending), gsm=True))
    end = _good_end(text[:most])
    return text[:end].rstrip(), text[end:].lstrip()


def _fitting(text: str, room: int, gsm: bool) -> int:
    """How many characters fit into `room` units."""
    used = 0
    for position, character in enumerate(text):
        used += _gsm_cost(character) if gsm else _units(character)
        if used > room:
            return position
    return len(text)


def _good_end(text: str) -> int:
    """Where to cut: after a sentence, else after a phrase, else anywhere but inside a number or a word."""
    for pattern, least in ((GOOD_END, len(text) // 2), (FAIR_END, len(text) // 2)):
        ends = [match.end() for match in pattern.finditer(text) if match.end() > least]
        if ends:
            return ends[-1]
    solid = re.search(r"[0-9A-Za-z]+$", text)
    return solid.start() if solid and solid.start() > len(text) // 2 else len(text)


def _ending(rest: str, text: str) -> str:
    """The end of a page that leaves something out: how to get the rest, and the last question in the rest."""
    asked = last_question(rest)
    return language_of(text).say("sms.more") + (f"\n{asked}" if asked else "")


def _part(text: str) -> int:
    return GSM_PART if all(c in GSM or c in GSM_TWICE for c in text) else UCS2_PART


def _used(text: str) -> int:
    return sum(map(_gsm_cost, text)) if _part(text) == GSM_PART else _units(text)


def _gsm_cost(character: str) -> int:
    return 2 if character in GSM_TWICE else 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
