"""Who a citizen is, taken out of the words that a department reads.

Works by rules on what citizens write of themselves; a department gets the contact on request (hotline.tickets.handling).
What hides too much costs a question, what hides too little has got people beaten: when in doubt it hides.
"""

from __future__ import annotations

import re

from hotline.review.masking import SPOKEN_DIGITS
from hotline.tickets.model import Ticket
from hotline.wording import texts

_NUM = r"[\d一二三四五六七八九十百零〇两]+"
_INSIDE = r"[^，。；！？,;!?\n]"
LONG_NUMBER = re.compile(r"(?<!\d)\+?\d(?:[ \t-]?\d){6,}[xX]?")
ACCOUNT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:微信|QQ|qq|wechat|WeChat)号?(?:码)?[是：: ]*[A-Za-z0-9_-]{5,}")
OWN_NAME = re.compile(
    r"(?:我|本人|免贵)姓[一-龥]{1,2}(?=[，。,.；;\s的]|$)|(?:我叫|本人叫|名叫|姓名[：: ]?|联系人[：: ]?)[一-龥·]{2,4}(?=[，。,.；;\s]|$|电话|手机|住)"
    r"|(?:我|本人)(?:是|姓)[一-龥]{1,2}(?:先生|女士|小姐|阿姨|大爷|师傅|老师)|(?i:my name is|i am called) [a-z]+(?: [A-Z][a-z]+)?"
)
OWN_HOME = re.compile(
    rf"(?:(?:我们?|本人|我们?家|家)?(?:就|也|都)?(?:住在?|家住|家在)|(?:我们?|本人|我们?家|家)(?:就|也|都)?(?:是|在|位于))"
    rf"{_INSIDE}{{0,18}}?{_NUM}{_INSIDE}{{0,8}}?"
    rf"(?:号院|号楼|单元|栋|幢|座|楼|层|室|户|房|号)(?:附?{_NUM}(?:单元|栋|幢|楼|层|室|号|户|房)?)*"
    rf"|(?:住址|家庭地址|地址)[：: 是]*{_INSIDE}+|(?i:i live (?:at|in|on) ){_INSIDE}+"
)
ROOM = re.compile(rf"(?:{_NUM}(?:单元|门洞)\s*)?{_NUM}(?:室|号房|房|户)|{_NUM}单元|{_NUM}(?:-{_NUM}){{1,2}}(?!\d)")


def without_identity(text: str, ticket: Ticket) -> str:
    """A text about a ticket without the citizen's name, numbers, accounts and home, each replaced by a sign."""
    hidden = texts().say("hidden")
    for known, shortest in ((ticket.contact.phone, 5), (ticket.contact.name, 2), (ticket.sender, 4)):
        if known and len(known) >= shortest:
            text = text.replace(known, hidden)
    for pattern in (OWN_NAME, OWN_HOME, ACCOUNT, LONG_NUMBER, SPOKEN_DIGITS):
        text = pattern.sub(hidden, text)
    return text


def without_room(place: str | None, ticket: Ticket) -> str | None:
    """The place of the matter without flat and staircase; house and street stay, or nobody could act."""
    return None if place is None else ROOM.sub(texts().say("hidden"), without_identity(place, ticket))
