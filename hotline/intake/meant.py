"""What a message puts in the place of what it denies: 不是施工，是空调外机; 我要投诉的是派出所; 算了，还是烧烤摊."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotline.intake.phrases import CLEAN_ENDS

OWN_WORDS = 8  # characters from which what is meant tells the matter by itself
_OPENING = r"\W*(?:(?:哎呀?|哦|噢|喔|嗯|啊|那个|刚才|刚刚|这个?|你们?|我们?|都|又|不对头?|(?:说|写|打|报|弄|搞|讲|听|理解)?错了?|no|wrong)\W*)*"
_SAID = re.compile(
    r"(?:^|[,，。!！?？;；\s]|你们?)我们?(?:其实|本来)?(?:要|想)?(?P<verb>投诉|举报|反映|咨询|问|说|讲)的(?:就|其实|明明)?是(?P<new>.{2,})"
)
_NOT_BUT = re.compile(
    _OPENING + r"(?<!是)不是(?![一第偶没说只光])(?:(?P<verb>来?投诉|来?举报|来?反映|来?咨询|问|说)的?)?"
    r"(?P<old>[^,，。!！?？\s]{1,20}?)[,，。、\s]*(?:而是|应该是|其实是|是)(?!不是|谁|哪|什么|啥)(?P<new>.{2,})",
    re.IGNORECASE,
)
_RATHER = re.compile(
    r"\W*(?:算了|哎|哦|等等|等一下)\W*(?:还是|就)(?![不算没别等改说]|明天|下次|回头|投诉|举报|登记|提交|继续|转?人工|这样)(?P<new>.{2,12})"
)
_WHAT_FOLLOWS = re.compile(
    r"[,，。!！?？;；\s]+(?:我?(?:又|也|都|并)?不是|你们?(?:咋|怎么|为)|为什么|为啥|咋个?|怎么|凭什么).*", re.DOTALL
)
_WHOLE = {"投诉": "我要投诉", "举报": "我要举报"}


@dataclass(frozen=True, slots=True)
class Meant:
    """`new` in the place of `old`; `of_the_matter`: it is said outright that the matter itself was taken wrongly."""

    new: str
    old: str | None = None
    of_the_matter: bool = False


def meant_instead(text: str) -> Meant | None:
    """What a message in an intake means instead of what was understood, or None when it denies nothing."""
    if said := _SAID.search(text):
        new = _until_it_turns(said["new"])
        return Meant(_WHOLE.get(said["verb"], "") + new, of_the_matter=True) if new else None
    found = _NOT_BUT.match(text) or _RATHER.match(text)
    new = _until_it_turns(found["new"]) if found else ""
    if not found or not new:
        return None
    groups = found.groupdict()
    return Meant(new, groups.get("old"), of_the_matter=bool(groups.get("verb")))


def affirmed(line: str) -> str:
    """A line of what was told without what it denies."""
    meant = meant_instead(line)
    return meant.new if meant else line


def read_anew(meant: Meant, description: str) -> str:
    """The words from which the matter is understood anew: the story with what was denied replaced, for a word alone
    (火锅店 for 烧烤摊) tells no matter."""
    story = "\n".join(line for line in description.splitlines() if meant_instead(line) is None)
    if len(meant.new) < OWN_WORDS and not meant.of_the_matter:
        if meant.old and meant.old in story:
            return story.replace(meant.old, meant.new)
        if meant.new in story:
            return story
    return meant.new


def _until_it_turns(words: str) -> str:
    return _WHAT_FOLLOWS.sub("", words).strip(CLEAN_ENDS).removesuffix("哈").removesuffix("嘛").strip(CLEAN_ENDS)
