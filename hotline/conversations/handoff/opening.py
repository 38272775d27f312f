"""The time of the next opening in words: day and time as people say them."""

from __future__ import annotations

from datetime import datetime

from hotline.conversations.handoff.model import Opens
from hotline.texts import Texts

DAYS = ("today", "tomorrow")
PARTS = {6: "night", 12: "morning", 13: "noon", 18: "afternoon", 24: "evening"}
"""The parts of a day by the hour at which each ends."""


def said(key: str, opens: Opens | None, words: Texts) -> str:
    """The text for a citizen outside opening hours: the text `key`, or `<key>_until` if the next opening is known."""
    return words.say(key) if opens is None else words.say(f"{key}_until", when=in_words(opens, words))


def in_words(opens: Opens, words: Texts) -> str:
    """明天上午9点, 11月23日（星期一）下午1点半; tomorrow at 9 am, on Monday, 23 Nov, at 1:30 pm."""
    time = _time(opens.at, words)
    if opens.days < len(DAYS):
        return words.say(f"opens.{DAYS[opens.days]}", time=time)
    weekday = words.say(f"opens.weekday.{opens.at.isoweekday()}")
    return words.say("opens.later", date=words.say("date", when=opens.at), weekday=weekday, time=time)


def _time(at: datetime, words: Texts) -> str:
    if at.hour == at.minute == 0:
        return words.say("opens.midnight")
    part = next(name for end, name in PARTS.items() if at.hour < end)
    minutes = {0: "hour", 30: "half"}.get(at.minute, "minutes")
    return words.say(f"opens.{minutes}", when=at, part=words.say(f"opens.{part}"))
