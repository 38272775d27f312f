"""Which of several tickets a message speaks of, by the words that only one of them has: 充电桩那个单子."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotline.tickets.model import Ticket

_PIECES = re.compile(r"[\u4e00-\u9fff]+")
_LITTLE = frozenset(
    "我你您他她它们咱的得了着过是不没有无在这那哪个就都也还要会能可以什么怎咋啥好久时候来去到给把被和跟与一二两三四五六七八九十几半多少"
    "嘛吗吧呢啊哦哈噻呀喃上下里外前后边面人家说讲问看查办催单子工念读报写记加补另件事情天年月日号今昨明早晚现再又很太真对行谢请帮麻烦让叫喊从"
)
"""Characters of words that any ticket may have."""


def words_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters that tell one matter from another: 充电 and 电桩 of 念一下充电桩那个单子."""
    pieces = _PIECES.findall(text)
    pairs = (piece[at : at + 2] for piece in pieces for at in range(len(piece) - 1))
    return frozenset(pair for pair in pairs if not _LITTLE & set(pair))


def spoken_of_in(text: str, tickets: Sequence[Ticket], titles: Sequence[str]) -> Ticket | None:
    """The one of several tickets whose own words a message says, and the words of no other; None where none or several
    are spoken of. `titles`: the tickets' titles as the citizen reads them."""
    said = words_of(text)
    known = [words_of(f"{title}\n{ticket.description}") for ticket, title in zip(tickets, titles, strict=True)]
    found = []
    for ticket, own in zip(tickets, known, strict=True):
        others = frozenset().union(*(words for words in known if words is not own))
        if said & (own - others):
            found.append(ticket)
    return found[0] if len(tickets) > 1 and len(found) == 1 else None
