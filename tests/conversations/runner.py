"""Plays a script at a running hotline over the REST channel and reports every difference."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from hotline.tickets import numbering
from tests.conversations.script import Script, Turn

READ_BACK = re.compile(r"对吗|對嗎|is that right|is this correct", re.IGNORECASE)
QUESTION = re.compile(r"[?？]|请留|请说|please (say|give|tell)", re.IGNORECASE)
WHOLE_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
MENU = re.compile(r"按\d|请按|回复\d|press \d", re.IGNORECASE)
REFUSAL = re.compile(r"不归我们管|不是我们管|不属于我们")
LONGEST_CHINESE, LONGEST_OTHER = 200, 400
SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
WRITTEN = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
WIDE = dict(zip("0123456789", "０１２３４５６７８９", strict=True))


class Hotline(Protocol):
    """The part of tests.e2e.client.Client that the runner uses."""

    def say(self, sender: str, text: str, message_id: str | None = None) -> list[dict[str, Any]]: ...

    def tickets(self, **filters: Any) -> list[dict[str, Any]]: ...


@dataclass(slots=True)
class Outcome:
    """The result: every line of the conversation, the questions before the first read-back, and the problems."""

    script: Script
    lines: list[tuple[str, str]] = field(default_factory=list)
    questions: int = 0
    read_back: bool = False
    problems: list[str] = field(default_factory=list)
    tickets: Sequence[dict[str, Any]] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the ticket has the stated place and contact, without a needless question; the category counts
        elsewhere."""
        expected = self.script.tickets
        if len(self.tickets) != len(expected) or self.questions > (self.script.questions_at_most or 0):
            return False
        parts = ("location_has", "location_lacks", "phone", "description_has")
        return not any(
            list(_wrong(ticket, {k: v for k, v in wanted.items() if k in parts}))
            for ticket, wanted in zip(self.tickets, expected, strict=True)
        )

    def told(self) -> str:
        """The conversation and its problems as text."""
        said = [f"  {who}: {text}" for who, text in self.lines]
        return "\n".join([self.script.id, *said, *(f"  ✗ {problem}" for problem in self.problems)])


def play(script: Script, hotline: Hotline) -> Outcome:
    """Hold the conversation with fresh senders and check everything that the script states."""
    outcome = Outcome(script)
    run = secrets.token_hex(6)
    card: dict[str, str] = {}
    for number, turn in enumerate(script.turns, 1):
        text = _filled(turn.text, card)
        messages = hotline.say(f"{turn.speaker}-{run}", text, f"{run}-{number}")
        answer = "\n".join(m["text"] for m in messages)
        for message in messages:
            if turn.speaker == "citizen" and "ticket" in (message.get("custom") or {}):
                card = message["custom"]["ticket"]
        outcome.lines += [(turn.speaker, text), ("小通", answer)]
        outcome.problems += [f"第{number}句：{problem}" for problem in _heard(turn, answer, card)]
        _count_questions(outcome, answer)
    outcome.tickets = hotline.tickets(sender=f"citizen-{run}")
    outcome.problems += _counted(script, outcome)
    for ticket, wanted in zip(outcome.tickets, script.tickets, strict=False):
        outcome.problems += _wrong(ticket, wanted)
    return outcome


def _count_questions(outcome: Outcome, answer: str) -> None:
    if outcome.read_back:
        return
    if READ_BACK.search(answer):
        outcome.read_back = True
    elif QUESTION.search(answer) and not _is_greeting(outcome):
        outcome.questions += 1


def _is_greeting(outcome: Outcome) -> bool:
    """Whether it only invites the citizen to speak before they told anything, which is no question about the matter."""
    return len(outcome.lines) == 2 and len(outcome.lines[0][1]) <= 6


def _heard(turn: Turn, answer: str, card: dict[str, str]) -> Iterable[str]:
    plain = _plain(answer)
    for word in turn.has:
        if not any(_plain(_filled(part, card)) in plain for part in word.split("|")):
            yield f"回答里没有“{word}”：{answer}"
    for word in turn.lacks:
        if _plain(_filled(word, card)) in plain:
            yield f"回答里不该有“{word}”：{answer}"
    yield from _manners(answer)


def _manners(answer: str) -> Iterable[str]:
    """Problems with what holds for every answer of every conversation."""
    if not answer.strip():
        yield "没有回答"
    if WHOLE_MOBILE.search(_plain(answer)):
        yield f"说出了完整的手机号：{answer}"
    if MENU.search(answer):
        yield f"像按键菜单：{answer}"
    if REFUSAL.search(answer):
        yield f"推脱：{answer}"
    if re.search(r"\{\w+\}|None\b|utter_", answer):
        yield f"露出了程序的内部：{answer}"
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in answer)
    if len(answer) > (LONGEST_CHINESE if chinese * 3 > len(answer) else LONGEST_OTHER):
        yield f"太长（{len(answer)}字）：{answer}"


def _counted(script: Script, outcome: Outcome) -> Iterable[str]:
    count = len(outcome.tickets)
    if script.count is not None and count != script.count:
        yield f"应有{script.count}张工单，实有{count}张"
    if script.count_at_most is not None and count > script.count_at_most:
        yield f"最多应有{script.count_at_most}张工单，实有{count}张"
    if script.questions_at_most is not None and outcome.questions > script.questions_at_most:
        yield f"核对以前最多该问{script.questions_at_most}次，问了{outcome.questions}次"


def _wrong(ticket: dict[str, Any], wanted: dict[str, Any]) -> Iterable[str]:
    """How a ticket differs from what the script says."""
    shown = {
        "category": (ticket["category"] or {}).get("code"),
        "type": ticket["request_type"],
        "phone": ticket["contact"]["phone"],
        "name": ticket["contact"]["name"],
        **{name: ticket[name] for name in ("district", "confidential", "urgency", "status", "satisfaction")},
    }
    texts = {name: ticket[name] or "" for name in ("location", "description", "title")}
    texts["timeline"] = "\n".join(entry["text"] for entry in ticket["timeline"])
    for key, value in wanted.items():
        values = value if isinstance(value, list) else [value]
        if key in shown:
            if shown[key] not in values:
                yield f"工单的 {key} 应为 {' 或 '.join(map(str, values))}，实为 {shown[key]}"
            continue
        name, _, how = key.rpartition("_")
        for part in values:
            if (_plain(part) in _plain(texts[name])) != (how == "has"):
                yield f"工单的 {name} 里{'没有' if how == 'has' else '不该有'}“{part}”：{texts[name]}"


def _filled(text: str, card: dict[str, str]) -> str:
    """The text with 【工单号】, 【查询码】 and their variants filled in."""

    def fill(match: re.Match[str]) -> str:
        what, how = match[1], match[2]
        digits = {
            "工单号": card.get("number", ""),
            "查询码": card.get("code", ""),
            "错码": _other(card.get("code", "0000")),
            "没有的工单号": _unknown(card.get("number", "")),
        }[what]
        return _spelled(digits, how)

    return re.sub(r"【(工单号|查询码|错码|没有的工单号)(?:·(.+?))?】", fill, text)


def _spelled(digits: str, how: str | None) -> str:
    if not digits:
        return "（没有工单号）"
    match how:
        case None:
            return digits
        case "空格":
            return f"{digits[:6]} {digits[6:11]} {digits[11:]}"
        case "念":
            return "".join(SPOKEN[d] for d in digits)
        case "汉字":
            return "".join(WRITTEN[d] for d in digits)
        case "全角":
            return "".join(WIDE[d] for d in digits)
        case "错一位":
            return digits[:8] + _other(digits[8]) + digits[9:]
        case "颠倒":
            at = next((i for i in range(len(digits) - 2, -1, -1) if digits[i] != digits[i + 1]), 0)
            return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    raise KeyError(f"【…·{how}】 is not known")


def _other(digits: str) -> str:
    return "".join(str((int(d) + 3) % 10) for d in digits)


def _unknown(number: str) -> str:
    """A well-formed number that no ticket has."""
    return numbering.make_number(datetime.strptime(number[:6], "%y%m%d").date(), numbering.MAX_SERIAL) if number else ""


def _plain(text: str) -> str:
    """A text normalised for comparison: one width, one case, no blanks, one kind of quotation mark."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text)).lower())
