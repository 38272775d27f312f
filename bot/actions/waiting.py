"""Matters that wait while another is taken in: kept in order, added to, asked for, or taken first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.context import hotline
from bot.actions.reading import Turn, understood
from bot.actions.wording import shortened
from hotline.city import CALLS_FOR_ACTION
from hotline.intake import Draft, Remark, Understood, begin, has_content, take
from hotline.intake.address import without_places
from hotline.intake.several import asks_for_another, spoken_of, wants_it_first
from hotline.personal_data.masking import mask_numbers
from hotline.texts import texts

WAITING = "waiting_matters"
MARKS = "①②③④⑤⑥⑦⑧"
OF_THE_PLACE = ("place", "district")

Entry = dict[str, Any]
"""What was understood of a matter (its parse data) or, once more was told of it, its `draft`; also its `number`."""


def waiting_in(tracker: Tracker) -> list[Entry]:
    """The matters that wait for their turn."""
    return tracker.get_slot(WAITING) or []


def with_others(kept: list[Entry], others: list[Entry]) -> list[Entry]:
    """The waiting matters with further ones; what is told again of a waiting matter is added to it."""
    after = list(kept)
    for other in others:
        category = _draft(other).category
        same = next((i for i, entry in enumerate(after) if category and _draft(entry).category == category), None)
        if same is None:
            after.append(other | {"number": 2 + len(after)})
        elif not asks_for_another(str(other["text"])):
            after[same] = _told(after[same], other)
    return after


def next_draft(entry: Entry, before: Draft) -> Draft:
    """The draft of a further matter; it takes the citizen's contact and wish for secrecy from the first.

    It also takes the place until another is told; the read-back names it.
    """
    city = hotline().city
    draft = _draft(entry)
    if draft.place is None and (draft.category is None or city.category(draft.category).place == "required"):
        draft = replace(draft, place=before.place, district=draft.district or before.district)
    for words in before.reach:
        draft = draft.remarked(Remark.REACH, words)
    return replace(
        draft,
        phone=before.phone,
        name=before.name,
        address=before.address,
        anonymous=before.anonymous,
        confidential=before.confidential,
        asked=tuple(question for question in before.asked if question == "contact"),
    )


def put_back(draft: Draft, kept: list[Entry]) -> Entry:
    """The current matter as a waiting one."""
    free = min(set(range(1, 9)) - {entry.get("number") for entry in kept})
    return {"text": draft.description, "draft": replace(draft, confirmed=False).as_slots(), "number": free}


def goes_on_with(dispatcher: CollectingDispatcher, entry: Entry) -> None:
    """Say which matter is taken in next."""
    dispatcher.utter_message(response="utter_next_matter", words=_words(entry))


def name_them(dispatcher: CollectingDispatcher, turn: Turn, first: Draft, others: list[Entry]) -> None:
    """Say which matters were told in one message, and that each gets its turn."""
    told = [_named(first.description), *map(_words, others)]
    line = texts(turn.language).say("several", count=len(told), matters=_listed(told))
    dispatcher.utter_message(text=line)


def of_the_waiting(
    dispatcher: CollectingDispatcher, turn: Turn, draft: Draft, asked: str | None, kept: list[Entry]
) -> tuple[Draft, list[Entry]] | None:
    """The draft and the waiting matters after a message that speaks of one of these; None for any other message."""
    text, say = turn.heard.text, texts(turn.language).say
    which = spoken_of(text, draft.description, [(entry.get("number"), _draft(entry).said) for entry in kept])
    if which is None and _tells_only_where_it_is(turn, draft, asked, kept[-1]):
        which = len(kept) - 1
    if which is None and not asks_for_another(text):
        return None
    if which is not None and wants_it_first(text):
        chosen = next_draft(kept[which], draft)
        back = put_back(draft, kept)
        dispatcher.utter_message(text=say("this_one_first", matter=_named(chosen.description)))
        return _with_told(chosen, turn.heard), [back, *kept[:which], *kept[which + 1 :]]
    if which is None or asks_for_another(text):
        dispatcher.utter_message(text=say("still_waiting", matters=_listed([*map(_words, kept)])))
        return draft, kept
    after = [*kept[:which], _told(kept[which], {"text": text}, turn), *kept[which + 1 :]]
    dispatcher.utter_message(text=say("told_of_the_other", matter=_words(kept[which])))
    return _without_its_place(draft, turn), after


def _draft(entry: Entry) -> Draft:
    if "draft" in entry:
        return Draft.from_slots(entry["draft"])
    return begin(understood(entry), hotline().city, None)


def _told(entry: Entry, other: Entry, turn: Turn | None = None) -> Entry:
    """The waiting matter with more that was told of it."""
    after = _with_told(_draft(entry), turn.heard if turn else understood(other))
    return entry | {"draft": replace(after, asked=()).as_slots()}


def _with_told(draft: Draft, heard: Understood) -> Draft:
    heard = replace(heard, intent="inform", category=None, meant=None)
    after = take(draft, heard, "district", hotline().city) or draft
    told = after.description if heard.text in after.description else f"{after.description}\n{heard.text}"
    return replace(after, description=told)


def _tells_only_where_it_is(turn: Turn, draft: Draft, asked: str | None, last: Entry) -> bool:
    """True for a place where the matter that is taken in needs none and the one that was told last has none yet."""
    city = hotline().city
    if not turn.heard.places or asked in OF_THE_PLACE or _draft(last).place:
        return False
    needs_one = draft.category is None or city.category(draft.category).place == "required"
    is_needed = draft.request_type in CALLS_FOR_ACTION and needs_one
    return not is_needed and not has_content(without_places(turn.heard.text, turn.heard.places))


def _without_its_place(draft: Draft, turn: Turn) -> Draft:
    """The draft without the place that turns out to be that of another matter."""
    if not draft.place or not any(place in draft.place or draft.place in place for place in turn.heard.places):
        return draft
    asked = tuple(question for question in draft.asked if question not in OF_THE_PLACE)
    return replace(draft, place=None, district=None, asked=asked)


def _words(entry: Entry) -> str:
    return _named(str(entry.get("text") or ""))


def _named(words: str) -> str:
    """The first words that were told of a matter, without a phone number."""
    return shortened(mask_numbers(words.partition("\n")[0]))


def _listed(matters: list[str]) -> str:
    return " ".join(f"{mark}{words}" for mark, words in zip(MARKS, matters, strict=False))
