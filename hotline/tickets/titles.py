"""What a ticket is called: its place and its category, or what else it is; in the language that a citizen reads."""

from __future__ import annotations

from hotline.city import City
from hotline.tickets.model import Ticket
from hotline.wording import Texts, texts

PLAIN = ("unsorted", "callback")


def title(place: str | None, label: str | None, words: Texts) -> str:
    """The title of a matter at a place; `label` is the category's."""
    if label is None:
        return words.say("title.unsorted")
    return words.say("title.at", place=place, label=label) if place else words.say("title.plain", label=label)


def titled(ticket: Ticket, city: City, words: Texts) -> str:
    """A ticket's title in a language. What somebody wrote as a title stays as it is."""
    own = texts()
    if words.language == own.language:
        return ticket.title
    category = city.categories.get(ticket.category) if ticket.category else None
    if category and ticket.title == title(ticket.location, category.label, own):
        return title(ticket.location, category.label_en, words)
    if ticket.danger and ticket.title == _of_danger(ticket.danger, own):
        return _of_danger(ticket.danger, words)
    plain = (key for key in PLAIN if ticket.title == own.say(f"title.{key}"))
    return next((words.say(f"title.{key}") for key in plain), ticket.title)


def _of_danger(kind: str, words: Texts) -> str:
    return words.say("title.danger", kind=words.say(f"danger_kind.{kind}"))
