"""Whether what is said of somebody at work is praise: 司机好得很，帮我提行李; never 保安把我推了一把."""

from __future__ import annotations

import re

from hotline.intake.phrases import ASKS

_SOMEBODY = re.compile(
    r"司机|师傅|驾驶员|乘务|站务|保安|门卫|话务员|接线员|坐席|客服|小妹|小姐姐|小哥|工作人员|办事员|职员|店员|窗口|护士|医生|大夫|民警|警官|警察|交警|辅警|消防员"
    r"|环卫|清洁工|城管|队员|网格员|志愿者|老师|社区|嬢嬢|大姐|大哥|小伙|姑娘|\b(?:driver|guard|nurse|doctor|officer|teacher|operator|staff|clerk)\b",
    re.IGNORECASE,
)
_GOOD = re.compile(
    r"(?:好|热心|热情|负责|耐心|细心|贴心|暖心|敬业|巴适)得(?:很|不得了|板|遭不住|没话说)|(?:很|非常|特别|真的?|太|好|确实)(?:好(?!像)|热心|热情|负责|耐心|细心|贴心|暖心|敬业|感动)"
    r"|热心肠|拾金不昧|点个?赞|表扬|锦旗|感谢(?:他|她|这|那|师傅|司机)|人好|\b(?:so|very|really) (?:kind|nice|helpful|good|patient)\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"骂|吼|凶|推(?:了|我|倒|搡)|打(?:了?我|人|了一)|踢|掐|摸|骗|偷|赔|不理|不管|不给|不让|不开|不停|不听|不负责|不耐烦|不像话|甩站|拒载|绕路|乱(?:收|开|停|来|说)|态度.{0,3}(?:差|不好|恶劣|坏)"
    r"|但是|可是|只是|不过|结果|反而|却|投诉|举报|\b(?:but|rude|pushed|complain)\b|(?:[谁你]|好意思|还好意思)",
    re.IGNORECASE,
)
_NOT_MEANT = re.compile(r"你们|你好|您好|不是(?:投诉|举报)")


def praises(text: str) -> bool:
    """True for somebody at work of whom good is said, and nothing bad or asked."""
    said = _NOT_MEANT.sub("", text)
    return bool(_SOMEBODY.search(said) and _GOOD.search(said) and not _BAD.search(said) and not ASKS.search(said))


def speaks_ill(text: str) -> bool:
    """True for what can be no praise: a guard who pushed a child."""
    return bool(_BAD.search(_NOT_MEANT.sub("", text)))
