"""Changes the category when the citizen says, at the read-back, that it is wrong: the draft gets the category, request
type and unit of what they mean, or they choose among the likely ones. A denied category is never kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hotline.city import OF_THE_HOTLINES_WORK, PRAISE, THE_HOTLINE_ITSELF, Category, City
from hotline.intake.answers import Reply
from hotline.intake.asking import asks_something
from hotline.intake.corrections import named_request_type
from hotline.intake.draft import Draft, Remark
from hotline.intake.facts import told_more
from hotline.intake.listening import HAN
from hotline.intake.meant import denied_in
from hotline.intake.objecting import objects_to_unit
from hotline.intake.praising import wishes_to_praise
from hotline.intake.several import nth
from hotline.phrases import phrase

WHICH = "which"
"""The kind of the question which of the likely categories is meant; asked once."""
_AGAIN = "which again"
READ_BACK = ("confirm", "correction")
LIKELY = 0.3  # least probability of what is meant; below it the citizen is asked
LIKELY_STORY = 0.5  # the same for everything told, which led to the wrong category before
CLEARLY_THE_SAME = 0.6
MOST_CHOICES, LEAST_CHOICES = 3, 2
LIKELY_CHOICE = 0.1  # least probability of a choice; a guess that nobody would make is not offered
VERY_SURE = 0.8  # least probability for a lone word: 我投诉的是你们热线
LEAST_OF_A_SUBJECT = 2
SHORT_OF_WORDS = 3  # Chinese characters of a correction, below which it tells no matter
_NO_MATTER = "1807"
_SAYS_LITTLE = phrase("answers.says_little_of_a_matter")
_WRONGLY_SORTED = phrase("answers.wrongly_sorted")
_WANTS_TO_KNOW = phrase("answers.wants_to_know")
_NONE_OF_THEM = phrase("answers.none_of_them")


def wrongly_sorted(text: str) -> bool:
    """True for 类别弄错了: the category is said to be wrong."""
    return bool(_WRONGLY_SORTED.search(text))


def tells_a_subject(words: str) -> bool:
    """True if words name at least the subject of a matter: 你们热线."""
    return len(HAN.findall(_SAYS_LITTLE.sub("", words))) >= LEAST_OF_A_SUBJECT


def tells_a_matter(words: str) -> bool:
    """False for words that only name a request type: 提个建议."""
    told = words if words.isascii() else "".join(HAN.findall(_SAYS_LITTLE.sub("", words)))
    return len(told) >= SHORT_OF_WORDS


def sorted_anew(reply: Reply) -> Draft | None:
    """The draft after a message at the read-back that says the matter is something else; None for any other message."""
    draft, heard, city = reply.draft, reply.heard, reply.city
    if reply.kind not in READ_BACK or not draft.category:
        return None
    category = city.category(draft.category)
    if objects_to_unit(heard.text) or wrongly_sorted(heard.text):
        wanted = city.departments_named(heard.text)
        is_there = category.lead in wanted and not heard.meant and not objects_to_unit(heard.text)
        if is_there and denied_in(heard.text) is None:
            return replace(told_more(reply.known, heard), confirmed=False)  # 该城管来, who has it already
        if of_the_unit := _of_the_unit(reply, wanted):
            return _about(reply, of_the_unit)
    if draft.request_type != "praise" and wishes_to_praise(heard.text):
        return _about(reply, PRAISE)
    denied = denied_in(heard.text)
    if denied is None and not (heard.meant and heard.denies_the_matter) and not _WRONGLY_SORTED.search(heard.text):
        return None
    meant = heard.meant or ""
    is_denied = _names(category, denied or "", meant, _sureness(heard.ranking, category.code) if meant else 0.0)
    if not is_denied and not heard.denies_the_matter and not _WRONGLY_SORTED.search(heard.text):
        return None
    if not is_denied and meant and asks_something(meant):
        return _as_a_question(reply)  # 我问的是咋个申诉
    out = {category.code, _NO_MATTER} if is_denied or not meant else {_NO_MATTER}
    out |= {code for code, _ in heard.ranking if names_label(city.category(code), denied or "", meant)}
    tells = tells_a_matter(meant) or (
        tells_a_subject(meant) and max((s for _, s in heard.ranking), default=0.0) >= VERY_SURE
    )
    told = _without(heard.ranking if tells else (), out)
    story = _without(heard.story, {*out, category.code})
    if told and told[0][1] >= LIKELY:
        code = told[0][0]
        return None if code == category.code else _about(reply, code)
    if not tells and story and story[0][1] >= LIKELY_STORY:
        return _about(reply, story[0][0])
    if not is_denied and not _WRONGLY_SORTED.search(heard.text):
        return None  # 我问的是收不收费, of the same matter
    likely = (code for code, sureness in (*told, *story) if code != category.code and sureness >= LIKELY_CHOICE)
    choices = tuple(dict.fromkeys(likely))[:MOST_CHOICES]
    asked = told_more(draft, heard)
    if len(choices) < LEAST_CHOICES or WHICH in draft.asked:
        return _for_a_person(asked, heard.text)
    return replace(asked, choices=choices, asked=(*draft.asked, WHICH), confirmed=False)


def chosen(reply: Reply) -> Draft | None:
    """The draft after the answer to the question which category is meant. If the answer names none of the choices, a
    person chooses the category."""
    if reply.kind != WHICH:
        return None
    draft, heard, city = reply.draft, reply.heard, reply.city
    if heard.intent in ("affirm", "repeat", "greet", "wait") and _AGAIN not in draft.asked:
        return replace(draft, asked=(*draft.asked, _AGAIN))
    known = replace(reply.known, choices=(), asked=(*(q for q in draft.asked if q != WHICH), WHICH, "which told"))
    at = nth(heard.text) or nth(f"第{heard.text.strip()}个")
    if at and at <= len(draft.choices):
        return _sorted(known, draft.choices[at - 1], reply)
    by_label = [code for code in draft.choices if _words_of(city.category(code), heard.text, labels_only=True)]
    named = by_label or [code for code in draft.choices if _words_of(city.category(code), heard.text)]
    if len(named) == 1 and not _NONE_OF_THEM.search(heard.text):
        return _sorted(known, named[0], reply)
    told = _without(heard.ranking, {_NO_MATTER, str(draft.category)})
    if told and told[0][1] >= LIKELY_STORY and len(HAN.findall(heard.text)) > SHORT_OF_WORDS:
        return _sorted(told_more(known, heard), told[0][0], reply)
    return _for_a_person(told_more(known, heard), heard.text)


def _as_a_question(reply: Reply) -> Draft | None:
    """The draft with the same matter as an enquiry; None if it was one already."""
    if reply.draft.request_type == "consultation" or not _WANTS_TO_KNOW.search(reply.heard.text):
        return None
    return replace(told_more(reply.known, reply.heard), request_type="consultation", confirmed=False)


def _about(reply: Reply, code: str) -> Draft:
    """The draft moved to the category `code`, with the text and the facts of the message."""
    return _sorted(told_more(reply.known.without(Remark.PUTS_RIGHT), reply.heard), code, reply)


def _sorted(draft: Draft, code: str, reply: Reply) -> Draft:
    kind = _type(reply, reply.city.category(code))
    return replace(draft, category=code, category_sure=True, request_type=kind, urgency=None, confirmed=False)


def _type(reply: Reply, category: Category) -> str:
    """The request type in the new category: the one the citizen names, else judged by whether they ask something; a
    complaint stays one."""
    heard, before = reply.heard, reply.draft.request_type
    if category.code == PRAISE:
        return "praise"
    if named := named_request_type(heard.text):
        return named
    asks = asks_something(heard.meant or heard.text)
    if before == "consultation" and not asks:
        likely = heard.request_type or category.default_type
        return likely if likely != "consultation" or category.default_type == "consultation" else "help"
    if asks and heard.request_type == "consultation":
        return "consultation"
    return category.default_type if before == "praise" else before


def _for_a_person(draft: Draft, words: str) -> Draft:
    """The draft without a category, with the citizen's words as a remark: a person chooses the category."""
    kind = named_request_type(words) or ("complaint" if draft.request_type == "praise" else draft.request_type)
    without = replace(draft, category=None, category_sure=True, request_type=kind, urgency=None, confirmed=False)
    return without.remarked(Remark.PUTS_RIGHT, words)


def _of_the_unit(reply: Reply, wanted: Sequence[str]) -> str | None:
    """The likeliest category of the unit that a message names instead of the present one:
    不是供电公司的事，应该转城管."""
    city, draft, heard = reply.city, reply.draft, reply.heard
    lead = city.category(str(draft.category)).lead
    likely = [code for code, sureness in heard.story if sureness >= LIKELY_CHOICE] + [
        code for code, sureness in heard.ranking if sureness >= LIKELY
    ]
    leads = ((code, city.category(code).lead) for code in likely)
    return next((code for code, unit in leads if unit in wanted and unit != lead), None)


def _names(category: Category, denied: str, meant: str, sureness: float) -> bool:
    """Whether the denial is about the category itself: 不是公交！; 咋写成非法行医. A denial may leave the category
    right: 不是爆管，是水表坏了."""
    if not _words_of(category, denied) or _words_of(category, meant, labels_only=True):
        return False
    is_label = _words_of(category, denied, labels_only=True)
    return is_label or sureness < CLEARLY_THE_SAME


def names_label(category: Category, denied: str, meant: str) -> bool:
    """Whether a category's label is denied, and not meant: 消防隐患, said of 不是隐患，消防车来得慢."""
    left = "".join(word for word in denied if word not in meant)
    return _words_of(category, denied, labels_only=True) and any(pair in left for pair in _pairs_of(category))


def _words_of(category: Category, text: str, labels_only: bool = False) -> bool:
    """Whether a text has two successive characters of the category's label, or (unless `labels_only`) one of its
    keywords."""
    return any(pair in text for pair in _pairs_of(category)) or (
        not labels_only and any(word in text for word in category.keywords)
    )


def _pairs_of(category: Category) -> set[str]:
    """Every two successive characters of a category's label, without words that many labels have; the whole label, if
    it has no others (就医服务)."""
    label = _SAYS_LITTLE.sub(" ", category.label)
    return {label[i : i + 2] for i in range(len(label) - 1) if " " not in label[i : i + 2]} or {category.label}


def _sureness(ranking: Iterable[tuple[str, float]], code: str) -> float:
    return dict(ranking).get(code, 0.0)


def _without(ranking: Iterable[tuple[str, float]], out: set[str]) -> list[tuple[str, float]]:
    """The ranking without the categories `out`, as probable as if those did not exist; categories about the hotline
    itself are left out too."""
    ranking = tuple(ranking)
    lost = sum(sureness for code, sureness in ranking if code in out)
    left = [(code, sureness) for code, sureness in ranking if code not in out]
    left = [
        (code, sureness)
        for code, sureness in left
        if code in OF_THE_HOTLINES_WORK or not code.startswith(THE_HOTLINE_ITSELF)
    ]
    return [(code, sureness / (1 - min(lost, 0.9))) for code, sureness in left]


def choices_in_words(codes: Iterable[str], city: City, language: str) -> str:
    """The labels of the categories in one line, numbered ①②③. `language`: zh or en."""
    labels = [city.category(code).label_en if language == "en" else city.category(code).label for code in codes]
    return " ".join(f"{sign}{label}" for sign, label in zip("①②③", labels, strict=False))
