"""Titles of tickets, made from place and category, in the citizen's language."""

from __future__ import annotations

from hotline.city import City
from hotline.texts import Texts, texts
from hotline.tickets.model import Ticket

PLAIN = ("unsorted", "callback")


def title(place: str | None, label: str | None, words: Texts) -> str:
    """The title of a matter at a place; `label` is the category's."""
    if label is None:
        return words.say("title.unsorted")
    return words.say("title.at", place=place, label=label) if place else words.say("title.plain", label=label)


def titled(ticket: Ticket, city: City, words: Texts) -> str:
    """A ticket's title in the language of `words`. A title that a person wrote stays as it is."""
    own = texts()
    if words.language == own.language:
        return ticket.title
    category = city.categories.get(ticket.category) if ticket.category else None
    if category and ticket.title == title(ticket.location, category.label, own):
        return title(ticket.location, category.label_en, words)
    if ticket.danger:
        places = (place for place in (ticket.location, None) if ticket.title == of_danger(ticket.danger, place, own))
        return next((of_danger(ticket.danger, place, words) for place in places), ticket.title)
    plain = (key for key in PLAIN if ticket.title == own.say(f"title.{key}"))
    return next((words.say(f"title.{key}") for key in plain), ticket.title)


def of_danger(danger: str, place: str | None, words: Texts) -> str:
    """The title of a danger, with its place, because a list may hold several."""
    kind = words.say(f"danger_kind.{danger}")
    return words.say("title.danger_at", kind=kind, place=place) if place else words.say("title.danger", kind=kind)


def retitled(was: Ticket, ticket: Ticket, city: City) -> str:
    """The title of a ticket after its place or category was corrected; `was` is the ticket before. In a title that a
    person wrote only the place is replaced."""
    words = texts()
    if was.danger:
        return of_danger(was.danger, ticket.location, words)
    if was.title == title(was.location, _label(was, city), words):
        return title(ticket.location, _label(ticket, city), words)
    if was.location and ticket.location:
        return was.title.replace(was.location, ticket.location)
    return was.title


def _label(ticket: Ticket, city: City) -> str | None:
    category = city.categories.get(ticket.category) if ticket.category else None
    return category.label if category else None
