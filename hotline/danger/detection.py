"""Whether a message tells of danger now: rules are applied clause by clause, contexts can rule a sign out, and the
weights of the words add evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from hotline.danger.evidence import weights
from hotline.danger.kinds import ASKED_ABOUT, Danger, Doubt, Kind, TakenBack
from hotline.danger.rulebook import MASK, NOTHING, Rule, Rulebook, rulebook
from hotline.danger.wording import PAUSE, STOP, Message
from hotline.phrases import phrase, words

LINE = re.compile(r"1(?:10|19|20|22)(?![0-9])")  # 120拉走了 is no call for help
SHORT = 16  # characters up to which a message is an outcry, not a report
TOGETHER = 24  # characters around a weak sign in which a word may support it
REPEATS = 8  # matches of a sign that are examined in one window; more of them say nothing new
CONSEQUENCE = 1.5  # most votes for an injury: what caused it decides who is called
WEIGHT = {"always": 3, "plain": 2, "alone": 2, "weak": 1}
# By strength of a sign: the least evidence of the words (log-odds, see evidence.py) with which it is believed.
BELIEVED = {"always": float("-inf"), "plain": -2.0, "alone": -2.0, "weak": -1.5}
ENOUGH = 0.8  # evidence (log-odds) that needs no sign
WORDLESS = 4  # characters up to which a text is too short to be weighed alone
SILENT = -9.0  # evidence of such a text
KINDS_COUNT = 0.6  # weight of the words' evidence for a kind, beside the votes of the rules
HARMFUL = -2.0  # least evidence with which what a message says instead counts as harm
DENIED = phrase("danger.it_is_not")
HARMS = phrase("danger.harms")
NOBODY_HURT = phrase("danger.nobody_hurt_only")
USUALLY = phrase("danger.usually_well")
CAME_BACK = phrase("danger.came_back")
WELL = phrase("danger.somebody_is_well")
SOME = phrase("danger.some_of_them")
LEFT = phrase("danger.they_left")
TO_HOSPITAL = phrase("danger.to_hospital")
ASKS_FOR_AN_END = phrase("danger.asks_for_an_end")
NOT_ALL_IS_WELL = phrase("danger.not_all_is_well")
PEOPLE = words("danger", "person")
OF_THINGS = frozenset({Kind.FIRE, Kind.GAS, Kind.HAZARD})
"""Kinds in which a thing is the danger: that a person is well, or in hospital, does not end it."""
DOUBT = 1.0  # how much less evidence the signs of the kinds in ASKED_ABOUT need


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that matched; `certain` is False if its words may be a figure of speech."""

    rule: Rule
    certain: bool


RAGING_AT_HOME = "violence.raging_at_home"
"""The rule for those at home who shout and break things and have not struck."""


def detect(text: str) -> Danger | None:
    """The danger that a message tells of, None if there is none. Pure, and fast enough to run before everything
    else."""
    if reassures(text):
        return None
    message = Message(rulebook().prepared(text))
    return _by_signs(message) or _by_words_alone(message)


def detect_by_signs(text: str) -> Danger | None:
    """The danger that the rules find; the learned word weights alone raise none."""
    return None if reassures(text) else _by_signs(Message(rulebook().prepared(text)))


def reassures(text: str) -> bool:
    """Whether a message says that nothing happened, or no longer does, and mentions nothing else that may be a
    danger."""
    rest, found = rulebook().sayings["reassures"].subn(MASK, USUALLY.sub(MASK, rulebook().prepared(text)))
    if not found or rulebook().contexts["urgent"].search(rest) or rulebook().sayings["worse"].search(rest):
        return False
    message = Message(rest)
    speaks_of_more = any(_evidence(message, *span) >= 0 for span in _weighable(message))
    return _by_signs(message) is None and not speaks_of_more


def gets_worse(text: str) -> bool:
    """Whether a message, sent while a danger stands, says that it grows or comes near again."""
    return bool(rulebook().sayings["worse"].search(rulebook().prepared(text)))


def is_of_the_handling(text: str) -> bool:
    """Whether a message is about where a matter is to be sent, or what was not meant, with no sign of danger in it."""
    return (
        bool(rulebook().sayings["of_the_handling"].search(rulebook().prepared(text))) and detect_by_signs(text) is None
    )


def evidence_of_words(text: str) -> float:
    """The evidence for danger in the words of the message, of one of its sentences or of its ending, whichever is
    highest: log-odds, 0 is undecided."""
    message = Message(rulebook().prepared(text))
    return max((_evidence(message, *span) for span in _weighable(message)), default=SILENT)


def kind_of_words(text: str) -> Kind:
    """The likeliest kind of danger by the words of a message, supposing that it tells of one."""
    return _likeliest(dict.fromkeys(Kind, 0.0), rulebook().prepared(text))


def question_in_doubt(text: str, kind: Kind) -> Doubt:
    """Which gentle question to ask if a message may tell of a danger of this kind (one of `ASKED_ABOUT`) but is not
    certain.

    Only those who spoke of hurting, or of an end, are asked whether that was a figure of speech.
    """
    if sign := detect_by_signs(text):
        return Doubt.SAFETY if sign.rule == RAGING_AT_HOME else Doubt.WAY_OF_SPEAKING
    speaks_of_it = kind is Kind.SELF_HARM is kind_of_words(text) and evidence_of_words(text) >= 0
    return Doubt.WAY_OF_SPEAKING if speaks_of_it else Doubt.SAFETY


def taken_back(text: str, kind: Kind, before: Sequence[str] = ()) -> TakenBack | None:
    """Whether a message sent while a danger of this kind stands takes it back, and how; None if not, or if it may tell
    of danger itself. `before`: the messages about the danger so far; that somebody is well of whom they said nothing
    ends nothing.

    Those who wanted to die, or are beaten, often say that all is well. They are not taken at their word; the beaten
    only when they say that they were not meant in that way. That others have dealt with it ends every danger.
    """
    prepared = USUALLY.sub(MASK, rulebook().prepared(text))
    if _is_said(TakenBack.SETTLED, prepared, kind):
        return TakenBack.OVER
    if kind is not Kind.SELF_HARM and _is_denied(prepared):
        return TakenBack.NOT_MEANT
    if kind in ASKED_ABOUT:
        return None
    if _is_of_others(prepared, kind, before):
        return None
    if _is_said(TakenBack.OVER, prepared, kind):
        return TakenBack.OVER
    is_there = kind is not Kind.LOST_PERSON or CAME_BACK.search(prepared)  # 没得啥事 finds no missing person
    is_calm = is_there and reassures(prepared) and not rulebook().sayings["unhurt"].search(prepared)
    is_calm = is_calm and not NOT_ALL_IS_WELL.search(prepared)
    return TakenBack.OVER if is_calm and not detect(text) else None


def told_instead(text: str) -> str:
    """What a message says it is, after the last thing it says it is not (不是走丢，是挨打), normalised; empty if it
    denies nothing."""
    prepared = rulebook().prepared(text)
    denied = list(DENIED.finditer(prepared))
    return prepared[denied[-1].end() :].strip(PAUSE + STOP) if denied else ""


def harms(instead: str) -> bool:
    """Whether what a message says instead of what it denies (see `told_instead`) harms somebody."""
    if not instead:
        return False
    return bool(HARMS.search(instead)) or gets_worse(instead) or evidence_of_words(instead) >= HARMFUL


def _is_denied(prepared: str) -> bool:
    """Whether a normalised text says that no danger was meant, or that what happened instead harms nobody."""
    if rulebook().taken_back[TakenBack.NOT_MEANT].search(prepared) is None and not NOBODY_HURT.search(prepared):
        return False
    if _by_signs(Message(prepared)):
        return False
    return not harms(told_instead(prepared))


def _is_said(how: TakenBack, prepared: str, kind: Kind) -> bool:
    """Whether a normalised text takes a danger back in this way and tells of no other; before the words that end it, it
    may describe the danger that stands."""
    ends = [match.end() for match in rulebook().taken_back[how].finditer(prepared) if _ends_it(match, kind)]
    rest = rulebook().taken_back[how].sub(MASK, prepared)
    if not ends or rulebook().contexts["urgent"].search(LINE.sub(MASK, rest)):
        return False
    if rulebook().sayings["worse"].search(rest):
        return False
    signs = [sign for sign in (_by_signs(Message(rest)), _by_signs(Message(prepared[ends[-1] :]))) if sign]
    return not signs or (len(signs) == 1 and signs[0].kind is kind)


def _ends_it(match: re.Match[str], kind: Kind) -> bool:
    """Whether words that tell of an end apply to a danger of this kind and to everybody in it."""
    start, end = Message(match.string).clauses(*match.span())
    clause = match.string[start:end]
    if SOME.search(clause) or ASKS_FOR_AN_END.search(clause) or (LEFT.search(match.group()) and kind is Kind.INJURY):
        return False
    return not (TO_HOSPITAL.search(match.group()) and kind in OF_THINGS)


def _is_of_others(prepared: str, kind: Kind, before: Sequence[str]) -> bool:
    """Whether a normalised text says that somebody is well who was not in danger (儿子还没事, where the wife is ill),
    or that a person is well where a thing is the danger."""
    told = "".join(before)
    for match in WELL.finditer(prepared):
        named = [person for person in PEOPLE if person in match.group()]
        if named and told and not any(person in told for person in named):
            return True
        if not named and kind in (*OF_THINGS, Kind.CRIME, Kind.LOST_PERSON):
            return True
        if not named and any(person in told for person in PEOPLE):
            return True
    return False


def _by_signs(message: Message) -> Danger | None:
    signs = _signs(rulebook(), message)
    return _verdict(signs, message) if signs else None


def _signs(book: Rulebook, message: Message) -> list[Found]:
    """The rules that match: a sign of danger that no context makes harmless; a weak one only with supporting words."""
    held: dict[str, Found] = {}
    for start, end in message.windows():
        for sign in book.possible(message.text[start:end]):
            rule = sign.rule
            for match in islice(sign.pattern.finditer(message.text, start, end), REPEATS):
                if rule.name in held and held[rule.name].certain >= rule.certain:
                    break
                if _holds(book, rule, message, match):
                    held[rule.name] = Found(rule, rule.certain and not _is_figure(book, message, match))
    return list(held.values())


def _is_figure(book: Rulebook, message: Message, match: re.Match[str]) -> bool:
    """Whether the words before a sign make a figure of speech likely (急得想…, 恨不得…)."""
    clause, _ = message.clauses(*match.span())
    return _found(book, message, ("figure",), (clause, match.end()))


def _holds(book: Rulebook, rule: Rule, message: Message, match: re.Match[str]) -> bool:
    if rule.strength == "alone" and not _stands_alone(message, match):
        return False
    near = message.clauses(*match.span(), around=2)
    haste = _found(book, message, ("urgent",), near)
    buried = message.buries(match.start()) and rule.strength != "always"
    if buried and not (haste or _found(book, message, ("now",), near)):
        return False
    if rule.strength == "weak" and not (haste or rule.beside is NOTHING or _beside(rule, message, match)):
        return False
    return not _harmless(book, rule, message, match) and _is_borne_out(rule, message, match)


def _is_borne_out(rule: Rule, message: Message, match: re.Match[str]) -> bool:
    least = BELIEVED[rule.strength] - (DOUBT if rule.kind in ASKED_ABOUT else 0)
    return _evidence(message, *message.surroundings(*match.span())) >= least


def _evidence(message: Message, start: int, end: int) -> float:
    if (start, end) not in message.weighed:
        message.weighed[start, end] = weights().evidence(message.text[start:end])
    return message.weighed[start, end]


def _by_words_alone(message: Message) -> Danger | None:
    """The danger that the words of the message, a sentence or its ending make likely though no rule matched."""
    for start, end in _weighable(message):
        if _evidence(message, start, end) >= ENOUGH:
            kind = _likeliest(dict.fromkeys(Kind, 0.0), message.text[start:end])
            return Danger(kind, kind not in ASKED_ABOUT, f"{kind}.words")
    return None


def _weighable(message: Message) -> list[tuple[int, int]]:
    return [(start, end) for start, end in message.thoughts() if end - start > WORDLESS]


def _likeliest(votes: dict[Kind, float], text: str) -> Kind:
    """The kind among `votes` with the most votes plus evidence from the words of a text."""
    words = weights().of_kind(text)
    return max(votes, key=lambda kind: votes[kind] + KINDS_COUNT * words[kind])


def _found(book: Rulebook, message: Message, contexts: tuple[str, ...], span: tuple[int, int]) -> bool:
    return any(book.contexts[context].search(message.text, *span) for context in contexts)


def _verdict(signs: list[Found], message: Message) -> Danger:
    certain = any(found.certain for found in signs)
    rules = [found.rule for found in signs if found.certain is certain]
    votes: dict[Kind, float] = {}
    for rule in rules:
        votes[rule.kind] = votes.get(rule.kind, 0) + WEIGHT[rule.strength]
    if Kind.INJURY in votes:
        votes[Kind.INJURY] = min(votes[Kind.INJURY], CONSEQUENCE)
    start, end = message.thoughts()[-1]
    kind = _likeliest(votes, message.text[start:end])
    strongest = max((rule for rule in rules if rule.kind is kind), key=lambda rule: WEIGHT[rule.strength])
    return Danger(kind, certain, strongest.name)


def _harmless(book: Rulebook, rule: Rule, message: Message, match: re.Match[str]) -> bool:
    start, end = match.span()
    if rule.unless.search(message.text, *message.surroundings(start, end, around=1)):
        return True
    if rule.unless_near.search(message.text, *message.surroundings(start, end)):
        return True
    return rule.strength != "always" and _Setting(book, message, start, end).takes_danger_out(rule.harmless_when)


def _beside(rule: Rule, message: Message, match: re.Match[str]) -> bool:
    start, end = match.span()
    return bool(
        rule.beside.search(message.text, max(start - TOGETHER, 0), start)
        or rule.beside.search(message.text, end, end + TOGETHER)
    )


def _stands_alone(message: Message, match: re.Match[str]) -> bool:
    return len(message.text) <= SHORT and message.clauses(*match.span()) == match.span()


@dataclass(frozen=True, slots=True)
class _Setting:
    """The surroundings of a sign of danger at [start, end) of a message; `_not`, `_if`, `_ask` and so on test the
    contexts of `rules.yml`."""

    book: Rulebook
    message: Message
    start: int
    end: int

    def takes_danger_out(self, contexts: frozenset[str]) -> bool:
        """Whether one of these contexts applies."""
        return any(getattr(self, f"_{name}")() for name in contexts)

    def _found(self, context: str, start: int, end: int) -> bool:
        return self.book.contexts[context].search(self.message.text, start, end) is not None

    def _last(self, context: str, start: int, end: int) -> int:
        return max((m.end() for m in self.book.contexts[context].finditer(self.message.text, start, end)), default=-1)

    @property
    def _clause(self) -> tuple[int, int]:
        return self.message.clauses(self.start, self.end)

    @property
    def _wide(self) -> tuple[int, int]:
        return self.message.surroundings(self.start, self.end, around=1)

    def _is_now(self) -> bool:
        return self._found("now", *self._clause)

    def _not(self) -> bool:
        return self._found("not", max(self.start - 9, self._clause[0]), self.start)

    def _if(self) -> bool:
        return self._found("if", self._clause[0], self.end)

    def _ask(self) -> bool:
        return not self._is_now() and self._found("ask", *self._wide)

    def _told(self) -> bool:
        return self._found("told", *self._clause)

    def _praise(self) -> bool:
        return not self._is_now() and self._found("praise", *self._wide)

    def _over(self) -> bool:
        return not self._is_now() and self._found("over", self._clause[0], self.end + 80)

    def _habit(self) -> bool:
        return not self._is_now() and self._found("habit", *self._clause)

    def _past(self) -> bool:
        """Whether the nearest time word before the sign, or behind it in its clause, is of the past, or the next clause
        dates it."""
        return self._dated("past")

    def _recent(self) -> bool:
        return self._dated("recent")

    def _dated(self, context: str) -> bool:
        text = self.message.text
        clause_end = self._clause[1]
        begin = self.message.sentence_start(self.start)
        if self.message.buries(self.start):
            begin = self.message.sentence_start(max(begin - 1, 0))
        past = self._last(context, begin, clause_end)
        if past > self._last("now", begin, clause_end):
            return True
        following = text[clause_end + 1 : clause_end + 25].split(PAUSE)[:2]
        dated = self.book.contexts[context]
        return any((m := dated.search(part)) and len(part) - (m.end() - m.start()) <= 4 for part in following)
