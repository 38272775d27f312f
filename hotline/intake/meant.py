"""What a message says in place of what it denies: 不是施工，是空调外机; 我要投诉的是派出所; 算了，还是烧烤摊."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotline.intake.listening import CLEAN_ENDS
from hotline.phrases import phrase

_DENIES = phrase("answers.denies")
_TO_THE_HOTLINE = phrase("answers.says_to_the_hotline")
_WRONGLY_SORTED = phrase("answers.wrongly_sorted")
_OPENS_WHAT_IS_MEANT = phrase("answers.opens_what_is_meant")
_PARTS = re.compile(r"[,，。!！?？;；\s]+")
_CLAUSES = re.compile(r"[,.;!?]+\s*")
OWN_WORDS = 8  # least characters of a correction that tells the matter by itself
_OPENING = r"\W*(?:(?:哎呀?|哦|噢|喔|嗯|啊|那个|刚才|刚刚|这个?|你们?|我们?|都|又|不对头?|(?:说|写|打|报|弄|搞|讲|听|理解)?错了?|no|wrong)\W*)*"
_SAID = re.compile(
    r"(?:^|[,，。!！?？;；\s]|你们?)我们?(?:其实|本来)?(?:要|想)?(?P<verb>投诉|举报|反映|咨询|问|说|讲|告)的(?:就|其实|明明)?是(?P<new>.{2,})"
)
_CHANGE_TO = re.compile(r"改[成为](?P<verb>投诉|举报|反映|咨询)(?P<new>[^,，。\s]{4,}.*)")
_NOT_BUT = re.compile(
    _OPENING + r"(?<!是)不是(?![一第偶没说只光])(?:(?P<verb>来?投诉|来?举报|来?反映|来?咨询|问|说)的?)?"
    r"(?P<old>[^,，。!！?？\s]{1,20}?)[,，。、!！\s]*(?:而是|应该是|其实是|是|我(?:是|就是)?(?:来|要|想)*(?:反映|投诉|举报|说|讲|问)(?:的?是)?)(?!不是|谁|哪|什么|啥)(?P<new>.{2,})",
    re.IGNORECASE,
)
_ONLY_NOT = re.compile(
    _OPENING + r"(?<!是)不是(?![^,，。]{1,12}[吗么](?:\W|$))(?![一第偶没说只光])[^,，。!！?？\s]{2,12}\W*$"
)
_WHAT_OF_IT = re.compile(
    r"\W*(?:啥子?|什么|哪(?:里|个|来的?)(?:是|说)?)(?P<old>[^,，。!！?？\s]{1,12}?)[哦嘛啊呀哟]?[,，。!！?？\s]+我(?:就是|是|要|想)(?:要|想)?(?P<verb>说|讲|反映|投诉|举报|问)(?:的?是)?(?P<new>.{2,})"
)
_RATHER = re.compile(
    r"\W*(?:算了|哎|哦|等等|等一下)\W*(?:还是|就)(?![不算没别等改说]|明天|下次|回头|投诉|举报|登记|提交|继续|转?人工|这样)(?P<new>.{2,12})"
)
_WHAT_FOLLOWS = re.compile(
    r"[,，。!！?？;；\s]+(?:我?(?:又|也|都|并)?不是|你们?(?:咋|怎么|为)|为什么|为啥|咋个?|怎么|凭什么).*", re.DOTALL
)
_POLITE = re.compile(
    r"\W*(?:(?:真的|非常|太|那就?)*(?:谢谢|感谢|多谢|麻烦|辛苦)(?:你们?|您们?|了|哈|啊|嘛)*|好(?:的|嘛|吧|了)?|嗯+|哦+|行|可以|要得|对(?:了|头|的)?|是的|没有|没得|不是的?|不对"
    r"|(?:已经|都)?(?:解决|修好|弄好)了|但是?|不过|另外|还有|那|thanks?(?: you)?|yes|no|ok(?:ay)?)(?=\W)\W+|\W*(?:但是|不过|另外|还有)(?=[\u4e00-\u9fff])",
    re.IGNORECASE,
)
_HAS_NOT = re.compile(r"\W*(?:也|又|都)?(?:没有|没得|并非)(?=[^\W\d])")
_WANTS_TO_SAY = re.compile(r"\W*我(?:想|要)?(?:说|问|反映|投诉|讲)的(?:就|其实)?是")
LEAST_OF_A_MATTER = 4  # least characters that may tell one: 水是黄的
_WHOLE = {"投诉": "我要投诉", "举报": "我要举报", "告": "我要投诉"}


@dataclass(frozen=True, slots=True)
class Meant:
    """`new` replaces `old`, which may be unknown; `of_the_matter`: the citizen says outright that the matter itself was
    misunderstood."""

    new: str
    old: str | None = None
    of_the_matter: bool = False


def meant_instead(text: str) -> Meant | None:
    """What a message during intake means in place of what was understood; None if it denies nothing."""
    if said := _SAID.search(text) or _CHANGE_TO.search(text):
        new = _until_it_turns(said["new"])
        return Meant(_WHOLE.get(said["verb"], "") + new, of_the_matter=True) if new else None
    found = _NOT_BUT.match(text) or _WHAT_OF_IT.match(text) or _RATHER.match(text)
    new = _until_it_turns(found["new"]) if found else ""
    if not found or not new:
        return None
    groups = found.groupdict()
    return Meant(new, groups.get("old"), of_the_matter=bool(groups.get("verb") or _TO_THE_HOTLINE.search(new)))


def denied_in(text: str) -> str | None:
    """The clauses of a message that deny what was read back: 不是公交; 咋写成非法行医; None where none does."""
    denied = [part for part in _parts(text) if _DENIES.search(part)]
    return "，".join(denied) or None


def _parts(text: str) -> list[str]:
    return [part for part in (_CLAUSES if text.isascii() else _PARTS).split(text) if part]


def meant_apart(text: str) -> Meant | None:
    """What a message says in clauses before or after a denial: 我要的是充电桩，不是停车; 写成非法行医哦，我告的是饭店.
    None for a denial alone."""
    parts = _parts(text)
    denied = "，".join(part for part in parts if _DENIES.search(part) or _WRONGLY_SORTED.search(part))
    new = "，".join(_OPENS_WHAT_IS_MEANT.sub("", part) for part in parts if part not in denied).strip(CLEAN_ENDS)
    is_told = denied and len(new) >= LEAST_OF_A_MATTER
    return Meant(new, denied, of_the_matter=text.isascii() or bool(_TO_THE_HOTLINE.search(new))) if is_told else None


def denies_only(text: str) -> bool:
    """True for 不是犬只管理, which does not say what is right."""
    return bool(_ONLY_NOT.match(text)) and meant_instead(text) is None


def after_the_opening(text: str) -> str | None:
    """The rest of a message that opens with thanks, a yes, a no or a denial: 谢谢，但是水是黄的; 没有噪音，是楼上漏水.
    None if it has no such opening, or too little after it."""
    rest = text
    while found := _POLITE.match(rest):
        rest = rest[found.end() :]
    denied = _HAS_NOT.sub("不是", rest, count=1)
    meant = _NOT_BUT.match(denied)
    rest = _WANTS_TO_SAY.sub("", _until_it_turns(meant["new"]) if meant else rest).strip(CLEAN_ENDS)
    return rest if rest != text.strip(CLEAN_ENDS) and len(rest) >= LEAST_OF_A_MATTER else None


def affirmed(line: str) -> str:
    """A line of the description without what it denies."""
    meant = meant_instead(line)
    return meant.new if meant else line


def read_anew(meant: Meant, description: str) -> str:
    """The text to classify again after a correction. A short correction (火锅店 for 烧烤摊) tells no matter by itself,
    so it is put into the story in place of what was denied."""
    story = "\n".join(line for line in description.splitlines() if meant_instead(line) is None)
    if len(meant.new) < OWN_WORDS and not meant.of_the_matter:
        if meant.old and meant.old in story:
            return story.replace(meant.old, meant.new)
        if meant.new in story:
            return story
    return meant.new


def _until_it_turns(words: str) -> str:
    return _WHAT_FOLLOWS.sub("", words).strip(CLEAN_ENDS).removesuffix("哈").removesuffix("嘛").strip(CLEAN_ENDS)
