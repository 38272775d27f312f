"""Where a second matter may begin in one message. Whether it is one, the understanding of both halves decides."""

from __future__ import annotations

import re

SHORTEST = 6
AND_ANOTHER = re.compile(
    r"(?:[,，。.;；!！?？\s]|^)(?:另外|还有一(?:件|个)(?:事|问题)?(?:就?是)?|还有个?(?:事|问题)|还有就是|再一个|再就是|再有就是|"
    r"第二(?:件事?|个|点|是)?|二是|其次|顺便(?:再)?(?:反映|问|说)(?:一下|下|个事)?|对了|another (?:thing|problem)|also)[,，:：\s]*",
    re.IGNORECASE,
)


def split_matters(text: str) -> tuple[str, str] | None:
    """The two halves around the first word that adds another matter, or None when there is none."""
    for found in AND_ANOTHER.finditer(text):
        first, second = text[: found.start()].strip(), text[found.end() :].strip()
        if len(first) >= SHORTEST and len(second) >= SHORTEST:
            return first, second
    return None
