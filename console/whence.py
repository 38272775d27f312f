"""From which page of the console something was opened, as the browser says; recorded as the reason for looking at
it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from console.visit import Visit
from hotline.audit.whence import Whence

PAGES = {"conversations": Whence.CONVERSATION, "board": Whence.BOARD, "inbox": Whence.INBOX}


def whence(visit: Visit, number: str = "") -> Whence:
    """The page of the link, form or picture; `number` is the ticket that is looked at, if it is one.

    A typed address, a bookmark, a browser that says nothing and a page from elsewhere all count as the bare address.
    """
    headers = visit.request.headers
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return Whence.ADDRESS
    try:
        came = urlsplit(headers.get("referer", ""))
    except ValueError:
        return Whence.ADDRESS
    match came.path.split("/")[1:]:
        case ["console", "tickets"]:
            return Whence.SEARCH if parse_qs(came.query).get("q") else Whence.REGISTER
        case ["console", "tickets", _, "household", *_]:
            return Whence.HOUSEHOLD
        case ["console", "tickets", other, *_]:
            return Whence.TICKET if number in ("", other) else Whence.RELATED
        case ["console", page, *_]:
            return PAGES.get(page, Whence.ADDRESS)
        case _:
            return Whence.ADDRESS
