"""What people say when they are asked about a danger, or while one stands: that it was a way of speaking, that they are safe,
that nobody shall call, when somebody comes."""

from __future__ import annotations

import re

FIGURE_OF_SPEECH = re.compile(
    r"(?<!不是)气话|说说(?:而已|嘛|的|罢了)|随口|夸张|打(?:个)?比方|开玩笑|就那么一说|说起耍|just (?:saying|kidding|joking)",
    re.IGNORECASE,
)
IS_SAFE = re.compile(r"(?<!不)(?<!不太)安全(?!吗|感)|没(?:得)?事|(?<!not )\bsafe\b|\bfine\b", re.IGNORECASE)
IS_REAL = re.compile(
    r"不是气话|是真的|当真|不(?:太)?安全|有(?:这个)?(?:念头|想法)|not safe|i mean it|really do", re.IGNORECASE
)
SHORT = 12  # characters of a bare answer; 我不是气话,我是说受害的人多 tells of something else
ASKS_FOR_TICKET = re.compile(r"登记|备案|单号|编号|工单|处理没|register|ticket|reference", re.IGNORECASE)
NO_CALL = re.compile(
    r"(?:不要|别|莫|不能|不方便|不准|不可以)(?:再|给我|跟我)*(?:打|回|接|来)(?:我|过来|给我)?(?:的)?(?:电话|手机)(?!报警|求救)"
    r"|\b(?:do not|don'?t|never|can ?not|can'?t) (?:call|phone|ring)(?: me)?(?! the police)",
    re.IGNORECASE,
)
ASKS_WHEN = re.compile(
    r"(?:好久|多久|啥子?时候|什么时候|几点|何时|哪阵)[^,，。]{0,4}(?:到|来)|(?:人|警察|消防|救护车)[^,，。]{0,4}(?:到|来)(?:了)?没|派人(?:了)?没"
    r"|有(?:没有)?人来(?:没|不|吗)|\bwhen\b.{0,30}\b(?:come|coming|arrive|here)\b|\bhow long\b|\banyone coming\b",
    re.IGNORECASE,
)
