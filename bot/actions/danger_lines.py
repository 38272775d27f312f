"""What is said to whoever reports a danger: what to do, whom to call, that it was passed on, and answers to what they
ask besides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa_sdk import Tracker

from bot.actions.reading import Turn, phone_told
from bot.actions.red_ticket import assumed_place, place_is_known, places_of_danger, places_told, said_since, texts_since
from hotline.danger import Kind, reassures
from hotline.danger.asides import BESIDE_AN_ALARM, BESIDE_LISTENING, CANNOT_CALL, INSTEAD, asides, without_calls
from hotline.danger.asked import answer_known
from hotline.danger.said import ASKS_FOR_TICKET, NO_CALL
from hotline.danger.situations import OF_ANOTHER, advice, alarm, is_of_the_writer, line_to_call, question_where
from hotline.danger.standing import CHILD, COMES_BACK, FOR_A_BODY, HIDES, ILL_BESIDES, REACHED, Said, Standing
from hotline.intake import leaves_the_police_out
from hotline.personal_data.masking import mask_numbers
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import numbering

NOTED = ("noted", "noted_again", "noted_too")
"""Ways, used in turn, to say that what the citizen told has reached the people who handle the danger."""
LISTENING = ("listening", "listening_again")
"""The same for somebody whom one has to listen to."""
OF_A_REPAIR = {"refused": "refused_repair", "asked": "repair", "when": "repair"}
"""How somebody is answered who has told of a hole that is to be mended."""
OPEN_QUESTIONS = {"what_to_do", "asked", "switch", "cannot_call", "do_not_go_in", "gas_company"}
"""What a question is taken for that has no answer of its own."""
OF_ANIMALS = {"dogs_attack", "bitten", "snake", "stung"}
"""Situations whose advice says already whom to call for the animal."""
TO_BE_FETCHED = frozenset({Kind.FIRE, Kind.GAS, Kind.HAZARD})
"""Kinds in which those who cannot run have to be fetched."""
SAYS_WHO_CANNOT_WALK = {"cannot_move", "birth", "breathing_machine", "about_to_fall"}
"""Situations whose advice says it already."""
OF_A_BODY = {"swallowed", "cut"}
"""Situations in which to listen is not enough."""
ASKED_FOR_THE_PLACE = 3  # messages after which whoever has told no place is not asked again
SHORTLY = 36  # up to so many characters, an answer is repeated in the citizen's own words
CLAUSES = re.compile(r"[，,。！!？?；;]")
CLAUSES_AND_BLANKS = re.compile(r"[，,。！!？?；;]|(?<=[\u4e00-\u9fff\d])\s+(?=[\u4e00-\u9fff])")
A_FRAGMENT = 12  # most characters of an answer that names only a floor or a house: 在三楼
OF_A_PLACE = re.compile(
    r"\d+\s*(?:路|号线)|(?:\d+|[一二三四五六七八九十]+)\s?(?:楼|层|栋|单元|室)$"
)  # 我坐的28路，刚过红牌楼
LOOKS = phrase("danger.looks")
IS_IT_NOTED = phrase("danger.is_it_noted")
AT_A_LOSS = phrase("danger.at_a_loss")
WHO_HANDLES = phrase("danger.who_handles")
FRAIL = phrase("danger.frail")
LANDMARK = phrase("danger.landmark")
SAYS_YES = phrase("danger.says_yes_there")
HERSELF = re.compile(r"^(?:叫|姓)|我(?:叫|姓)|\bmy name\b", re.IGNORECASE)


def alarm_lines(
    tracker: Tracker,
    turn: Turn,
    number: str,
    standing: Standing,
    told: Sequence[str],
    asks: bool,
    first: bool = False,
) -> list[str]:
    """What to say when a danger is reported or grows: what to do, or the advice for somebody who cannot call, and what
    is asked back."""
    say, found = texts(turn.language).say, asides(turn.heard.text)
    at_the_door = _needs_company(standing) and "at_the_door" in found
    question = where_asked(turn, standing, number) if asks else ""
    where = [question] if asks else []
    line = line_to_call(standing.situation, standing.kind)
    again = standing.said is Said.WORSE
    if _is_of_a_child(told, standing.kind):
        do = [_to_a_child(turn, standing, first), *_known(turn, standing), *where]
    elif "cannot_call" in found:
        do = [say(_cannot_call(standing.kind), line=line), *where]
    elif again and (at_the_door or not set(INSTEAD).isdisjoint(found)):
        do = [*_answers(turn, standing, (*INSTEAD, "at_the_door")), *where]
    else:
        known = _known(turn, standing)
        do = [*known, _alarm(turn, standing, again, asks, question)]
        do += [line for line in _answers(turn, standing, BESIDE_AN_ALARM) if line not in known]
    if "120" not in "".join(do) and ILL_BESIDES.search(turn.heard.text):
        do.append(say("danger.ill_besides"))
    calls_back = standing.kind is Kind.VIOLENCE or is_of_the_writer(told, standing.kind)
    knows_how = turn.citizen.verified_phone or turn.heard.phones or phone_told(tracker)
    if (
        calls_back
        and first
        and not knows_how
        and not any(says.search(text) for says in (NO_CALL, CANNOT_CALL, HIDES) for text in told)
    ):
        do.append(say("danger.phone"))
    return do


def noted_lines(tracker: Tracker, turn: Turn, number: str, standing: Standing) -> list[str]:
    """Says that the message has reached the people who handle the danger, and answers its questions."""
    say, spelt, heard = texts(turn.language).say, numbering.spell(number), turn.heard
    listens = is_of_the_writer([*texts_since(tracker, number), heard.text], standing.kind)
    answers = _answers(
        turn, standing, BESIDE_LISTENING if listens else None, _hides(texts_since(tracker, number), standing.kind)
    )
    taken, before = place_lines(turn, number), texts_since(tracker, number)
    asks_whom = WHO_HANDLES.search(heard.text) is not None and not _known(turn, standing)
    if (
        IS_IT_NOTED.search(heard.text)
        and not asks_whom
        and (places := places_told(tracker, turn, number) or _agreed(tracker, turn, number))
    ):
        return [say("danger.is_noted", place=mask_numbers("、".join(places)), number=spelt)]
    if CHILD.search(heard.text) and not _is_of_a_child(before, standing.kind):
        return [*taken, _to_a_child(turn, standing, first=True)]
    if not taken and (heard.phones or (heard.names and HERSELF.search(heard.text))):
        taken = [say("danger.contact" if heard.phones else "danger.name", number=spelt)]
    if (ASKS_FOR_TICKET.search(heard.text) or asks_whom) and not listens:
        line = line_to_call(standing.situation, standing.kind)
        others = [answer for answer in answers if answer != say("danger.asked", line=line)]
        return [*taken, say("danger.registered", number=spelt), *others]
    if taken or answers:
        return [*taken, *answers, *([say("danger.here")] if listens else [])]
    if (place := assumed_place(number, turn)) and SAYS_YES.search(heard.text):
        return [say("danger.place", place=mask_numbers(place), number=spelt)]
    if standing.said is Said.EASED:
        line = line_to_call(standing.situation, standing.kind)
        if standing.situation and standing.situation.name in OF_ANOTHER and REACHED.search(heard.text):
            return [say("danger.eased_reached", line=line)]
        asks = [] if listens or place_is_known(tracker, turn, number) else _of_the_ticket(turn, number)
        return [say("danger.eased_for_you" if listens else "danger.eased", line=line), *asks]
    if reassures(heard.text):
        return [say("danger.calmer")]
    if FRAIL.search(heard.text) and standing.situation and standing.situation.name in SAYS_WHO_CANNOT_WALK:
        return [advice(texts(turn.language), standing.situation, again=True)]
    times = len(said_since(tracker, number)) - 1
    if standing.situation and standing.situation.name in OF_A_BODY and times % 2:
        return [say("danger.beside_you")]
    if standing.situation and standing.situation.name in OF_A_BODY:
        return [advice(texts(turn.language), standing.situation, again=True)]
    if listens:
        return [say(f"danger.{LISTENING[times % len(LISTENING)]}")]
    if times < ASKED_FOR_THE_PLACE and standing.kind is not Kind.FRAUD and not place_is_known(tracker, turn, number):
        return _where_again(turn, number, standing, before)
    return [say(f"danger.{NOTED[times % len(NOTED)]}")]


def where_asked(turn: Turn, standing: Standing, number: str | None) -> str:
    """The question where the danger is; of the place of the ticket that the danger came out of, whether it is there."""
    say = texts(turn.language).say
    if number and (place := assumed_place(number, turn)):
        return say("danger.where_of_ticket", place=mask_numbers(place))
    return question_where(texts(turn.language), standing.situation)


def _alarm(turn: Turn, standing: Standing, again: bool, asks: bool, question: str) -> str:
    where = question if asks and question != texts(turn.language).say("danger.where") else None
    return alarm(texts(turn.language), standing.kind, standing.situation, again, asks, where)


def _agreed(tracker: Tracker, turn: Turn, number: str) -> list[str]:
    """The place of the ticket before, if the citizen has said that it is there."""
    place = assumed_place(number, turn)
    return [place] if place and place_is_known(tracker, turn, number) else []


def _of_the_ticket(turn: Turn, number: str) -> list[str]:
    """The question whether it is at the place of the ticket before, where nobody has said so."""
    place = assumed_place(number, turn)
    return [texts(turn.language).say("danger.where_of_ticket", place=mask_numbers(place)).strip()] if place else []


def _where_again(turn: Turn, number: str, standing: Standing, before: Sequence[str]) -> list[str]:
    """Asks for the place once more: a child in words that it can follow, and whoever told a floor for the rest."""
    say, text = texts(turn.language).say, turn.heard.text
    if of_the_ticket := _of_the_ticket(turn, number):
        return [say("danger.noted"), *of_the_ticket]
    is_child = _is_of_a_child(before, standing.kind)
    else_ = say("danger.child_where" if is_child else "danger.where_else")
    is_landmark = LANDMARK.search(text) is not None
    if is_landmark or (len(text) <= A_FRAGMENT and OF_A_PLACE.search(text)):
        noted = say("danger.place", place=mask_numbers(text), number=numbering.spell(number))
        return [noted] if is_landmark and is_child else [noted, else_]
    if is_child:
        return [else_]
    in_public = standing.situation is not None and standing.situation.name == "lost_in_public"
    return [say("danger.noted_where_public" if in_public else "danger.noted_where")]


def _known(turn: Turn, standing: Standing) -> list[str]:
    """The answer to a question that has one while such a danger stands."""
    answers = texts(turn.language).group("danger_answer")
    name = answer_known(turn.heard.text, standing.kind, standing.situation, answers)
    is_of_hands = name is not None and name.endswith("_moving") and "do_not_go_in" in asides(turn.heard.text)
    return [answers[name]] if name and not is_of_hands else []


def _to_a_child(turn: Turn, standing: Standing, first: bool) -> str:
    """What a child is told to do, at first or again."""
    say, group = texts(turn.language).say, "danger_child" if first else "danger_child_again"
    has_own = standing.kind in texts(turn.language).group(group)
    name = f"{group}.{standing.kind}" if has_own else "danger.child" if first else "danger.child_again"
    return say(name, digits="、".join(line_to_call(standing.situation, standing.kind)))


def _needs_company(standing: Standing) -> bool:
    """Whether somebody who has hurt or may hurt themselves is to let others in."""
    return standing.kind is Kind.SELF_HARM or (standing.situation is not None and standing.situation.name in OF_A_BODY)


def _hides(told: Sequence[str], kind: Kind) -> bool:
    """Whether the writer hides from somebody, and cannot speak on the phone."""
    return kind in COMES_BACK and any(HIDES.search(text) for text in told)


def _answers(turn: Turn, standing: Standing, names: Sequence[str] | None = None, is_hidden: bool = False) -> list[str]:
    """Answers to what else a message says; `names` limits them to these; `is_hidden`: the writer cannot speak."""
    say, line = texts(turn.language).say, line_to_call(standing.situation, standing.kind)
    found = [*asides(turn.heard.text), *(["no_police"] if leaves_the_police_out(turn.heard.text) else [])]
    known = _known(turn, standing)
    if known:
        found = [name for name in found if name not in OPEN_QUESTIONS | {"when", "do_not_go_back"}]
    if standing.situation and standing.situation.name in OF_ANIMALS:
        found = [name for name in found if name != "animal"]
    if standing.kind not in TO_BE_FETCHED or (standing.situation and standing.situation.name in SAYS_WHO_CANNOT_WALK):
        found = [name for name in found if name != "frail"]
    if standing.situation and standing.situation.name == "may_fall":
        found = [OF_A_REPAIR.get(name, name) for name in found]
    do = alarm(texts(turn.language), standing.kind, standing.situation, again=True, asks_where=False)
    if standing.situation and "what_to_do" in found:
        do = say(f"danger_situation.{standing.situation.name}")
        found[found.index("what_to_do")] = "do_this"
    if "cannot_call" in found:
        found[found.index("cannot_call")] = _cannot_call(standing.kind).removeprefix("danger.")
        names = [*names, "cannot_be_heard"] if names else names
    if standing.kind in (Kind.FRAUD, Kind.SELF_HARM):
        found = ["asked" if name == "what_to_do" else name for name in found]
    elif line not in FOR_A_BODY:
        in_words = "do_now" if AT_A_LOSS.search(turn.heard.text) else "asked"
        found = [in_words if name == "what_to_do" else name for name in found]
    if "report_police" in found:
        found = [name for name in found if name not in ("no_police", "asked")]
    if "asked" in found and standing.kind is Kind.FRAUD:
        found[found.index("asked")] = "fraud_asked"
    is_of_another = standing.situation is not None and standing.situation.name in OF_ANOTHER
    describes = standing.kind is Kind.LOST_PERSON or (is_of_another and names is not BESIDE_AN_ALARM)
    if not describes:
        found = [name for name in found if name != "looks"]
    if not _needs_company(standing):
        found = [name for name in found if name != "at_the_door"]
    looks = [clause for clause in CLAUSES_AND_BLANKS.split(without_calls(turn.heard.text)) if LOOKS.search(clause)]
    words = mask_numbers("，".join(looks))[:SHORTLY]
    named = [name for name in found if names is None or name in names]
    line = say("danger.line_hidden") if is_hidden and line == "110" else line
    return [*known, *(say(f"danger.{name}", line=line, do=do, words=words) for name in named)]


def place_lines(turn: Turn, number: str) -> list[str]:
    """Says that the place in a message was heard, quoting the clauses that name it."""
    heard = turn.heard
    places = places_of_danger(heard)
    if not places:
        return []
    if heard.text.isascii():
        place, spelt = mask_numbers(places[-1]), numbering.spell(number)
        return [texts(turn.language).say("danger.place", place=place, number=spelt)]
    clauses = [clause.strip() for clause in CLAUSES.split(heard.text)]
    telling = [
        clause
        for clause in clauses
        if clause and (OF_A_PLACE.search(clause) or any(place in clause or clause in place for place in places))
    ]
    words = "，".join(telling) if telling and sum(map(len, telling)) <= SHORTLY else "、".join(places)
    return [texts(turn.language).say("danger.place", place=mask_numbers(words), number=numbering.spell(number))]


def _is_of_a_child(told: Sequence[str], kind: Kind) -> bool:
    """Whether the writer is a child, who must be told how to call."""
    return kind not in (Kind.SELF_HARM, Kind.FRAUD) and any(CHILD.search(text) for text in told)


def _cannot_call(kind: Kind) -> str:
    """The line for somebody who cannot call: text instead, if they must not be heard; else whom to ask."""
    return "danger.cannot_be_heard" if kind in COMES_BACK else "danger.cannot_call"
