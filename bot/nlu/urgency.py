"""How urgent a matter is: the category's urgency, raised by what the citizen says."""

from __future__ import annotations

import re

from hotline.city import CALLS_FOR_ACTION

_URGENT = re.compile(
    r"(?:马上|立刻|立即|赶紧|赶快|紧急|急需|十万火急|火烧眉毛|急死|急用|等不得|等不起|等不及|快来人|快点来|快派人|救救|要命|随时(?:会|可能|都)"
    r"|(?:断|停)(?:水|电|气)[^,,。]{0,6}(?:[三四五六七八九十3-9]\d?天|一(?:个)?(?:星期|周)|好几天)"
    r"|(?:没|莫得|没得)(?:水|电|气)[^,,。]{0,6}(?:[三四五六七八九十3-9]\d?天|好几天)"
    r"|(?:孕妇|产妇|病人|透析|呼吸机|婴儿|瘫痪)[^。]{0,20}(?:停|断|没|困|等)|urgent|immediately|right now|emergency|as soon as possible|asap)"
)
_NOT_URGENT = re.compile(r"(?:不急|不着急|不用急|莫得急事|没什么急事|not urgent)")


def urgency(of_category: str, request_type: str | None, text: str, danger_certain: bool) -> str:
    """normal, urgent or critical.

    Certain danger is critical. Words of haste raise a normal matter to urgent, unless it is only a question, a
    suggestion or praise: waiting for those harms nobody.
    """
    if danger_certain:
        return "critical"
    if of_category != "normal" or request_type not in CALLS_FOR_ACTION or _NOT_URGENT.search(text):
        return of_category
    return "urgent" if _URGENT.search(text) else "normal"
