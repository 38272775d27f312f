"""The notation in which hotline staff write down what people say: expressions, separated by
blanks. 热线工作人员可直接增改：一个词一个空格；改后运行测试。

{name}   any word of the list `name`      …      up to six characters of the same clause    (a|b)  either
x?       with or without x                …{4}   up to four of them                         ……     20, across clauses
[abc]    one of these characters          (?<!x) not behind x      (?!x) not before x       $      the end
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

FAR = ".{0,20}"
NEAR = 6  # characters
_LIST = re.compile(r"\{([a-z_]+)\}")
_NEAR = re.compile(r"…(?:\{(\d+)\})?")


class Notation:
    """Turns expressions into regular expressions. `words`: lists of words by name, each a string with blanks between
    the words; `pauses`: the characters that end a clause; `at_most`: how often `(a|b)*` may repeat, None for no
    limit."""

    def __init__(self, words: Mapping[str, str], pauses: str = ",，。", at_most: int | None = None) -> None:
        self._words = words
        self._pauses = pauses
        self._star = "*" if at_most is None else f"{{0,{at_most}}}"

    def words(self, name: str) -> list[str]:
        """The words of a list, including those of the lists that it names, longest first. Raises KeyError if a list is
        missing."""
        found: list[str] = []
        for word in self._words[name].split():
            nested = _LIST.fullmatch(word)
            found += self.words(nested.group(1)) if nested else [word]
        return sorted(dict.fromkeys(found), key=len, reverse=True)

    def regex(self, expression: str) -> str:
        """One expression as a regular expression."""
        filled = _LIST.sub(lambda found: f"({'|'.join(self.words(found.group(1)))})", expression)
        grouped = filled.replace("(?", "\0").replace("(", "(?:").replace("\0", "(?").replace(")*", f"){self._star}")
        return _NEAR.sub(lambda found: f"[^{self._pauses}]{{0,{found[1] or NEAR}}}", grouped.replace("……", FAR))

    def patterns(self, say: Iterable[str] | str | None, english: str | None = None) -> list[str]:
        """Regular expressions for expressions separated by blanks (lines that begin with # are comments) and for
        English ones, one per line, which are regular expressions already. Raises ValueError for one that matches every
        text."""
        lines = "\n".join([say] if isinstance(say, str) else say or []).splitlines()
        parts = [self.regex(part) for line in lines if not line.lstrip().startswith("#") for part in line.split()]
        parts += [line.strip() for line in (english or "").splitlines() if line.strip()]
        for part in parts:
            if re.search(part, ""):
                raise ValueError(f"a pattern that any text has: {part}")
        return parts
