"""Whether somebody tells that they were groped or sexually harassed: they hear a kind word before anything is taken in."""

from __future__ import annotations

import re

CATEGORY = "1203"
_TOLD = re.compile(
    r"性骚扰|咸猪手|鹹豬手|猥亵|猥褻|非礼|非禮|揩油|吃(?:我|她|女的?)?豆腐|占(?:我|她|女的?|女生)?便宜摸|耍流氓"
    r"|(?:被|遭|让|给)(?:人|别人|别个|一个|男的|老头|司机|老板|领导|同事|上司|主管|老师|教练|房东|乘客|陌生|变态|流氓|的|个|那|他)*(?:乱|偷偷)?摸(?:了|我|到|过|胸|腿|屁股|大腿|手|$|[,，。])"
    r"|(?:摸|蹭|捏|搂|拍)(?:了|过|着)?(?:我|她|女儿|女生|女娃|娃儿|孩子)(?:的|了)?(?:胸|屁股|腿|大腿|腰|下面|下身)"
    r"|(?:发|收到|传)(?:给我|来|我|了|些|的|一些|很多|好多|这种|那种)*(?:黄色|色情|下流|淫秽|荤|黄)(?:的)?(?:短信|信息|消息|微信|图片|照片|视频|段子|东西)"
    r"|(?:掀|偷拍)(?:我|她|女的?|女生|女娃)*(?:的)?裙"
    r"|\bgrop(?:e|ed|ing)\b|sexual(?:ly)? (?:harass|assault)|\bmolest|\btouched (?:me|her) (?:inappropriately|on the)|\b(?:dirty|obscene|indecent) (?:texts?|messages?|pictures?|photos?)",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"(?:手机|钱包|钱|项链|包包?|口袋|兜|东西|首饰)[^,，。]{0,4}(?:被|遭|让)[^,，。]{0,3}摸|摸(?:走|了(?:手机|钱|包|我?的?(?:钱|手机|包)))|摸(?:奖|底|排|黑|鱼)"
    r"|垃圾短信|推销|广告|网站|扫黄"
)


def is_harassment(text: str) -> bool:
    """True for 在公交车上被人摸了 and 老板给我发黄色短信; not for a pocket that was picked."""
    return bool(_TOLD.search(text)) and not _SOMETHING_ELSE.search(text)
