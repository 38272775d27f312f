"""One request to the console: who makes it, what they sent, and the answers that a page can give."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import html, redirect
from sanic.response import json as json_response

from connectors.site import SECURITY_HEADERS, Site, form_fields
from connectors.web import NOT_STORABLE, Malformed, Refused, error_body
from console.access import WITH_OLD_PASSWORD, may, pages_of
from console.site import wording
from hotline.city import Bilingual
from hotline.staff.account import Session
from hotline.staff.model import Actor, Person
from hotline.texts import LANGUAGES, Texts
from hotline.texts import texts as hotline_texts

MAX_FORM_BYTES = 100_000
MAX_FORM_FIELDS = 300
PART = "x-part"
"""The header by which a script asks for only one block of a page."""
LANGUAGE = "console_language"

HEADERS = {
    **SECURITY_HEADERS,
    "Referrer-Policy": "same-origin",  # sent only within the console: console/whence.py reads it
    "Cache-Control": "no-store",
    "Vary": "Cookie",
}


@dataclass(slots=True)
class Visit:
    """A request with its session; `session` is None only on routes open to strangers."""

    request: Request
    site: Site
    session: Session | None
    token: str
    csrf: str
    default_language: str
    skills: Mapping[str, Bilingual]
    _form: Mapping[str, list[str]] | None = None

    @property
    def person(self) -> Person:
        """The person who makes the request."""
        assert self.session is not None
        return self.session.person

    @property
    def actor(self) -> Actor:
        """The same person, for records."""
        return Actor.of(self.person)

    @property
    def language(self) -> str:
        """The language that the person chose in this browser, else the hotline's setting."""
        chosen = self.request.cookies.get(LANGUAGE)
        return chosen if chosen in LANGUAGES else self.default_language

    @property
    def words(self) -> Texts:
        """The console's wording in this language."""
        return self.site.texts(self.language)

    @property
    def skill_names(self) -> dict[str, str]:
        """The skill groups in this language."""
        return {id: getattr(name, self.language) for id, name in self.skills.items()}

    def named(self, group: str) -> dict[str, str]:
        """The hotline's own words for statuses, request types and the like, in this language."""
        return hotline_texts(self.language).group(group)

    def may(self, route: str) -> bool:
        """Whether the person may use a route now; with a one-time password hardly any."""
        if self.session is None or (self.session.must_change_password and route not in WITH_OLD_PASSWORD):
            return False
        return may(self.person.role, route)

    def field(self, name: str, longest: int, default: str = "") -> str:
        """One field of the posted form, without characters that cannot be stored. Raises Malformed when it is too
        long."""
        return next(iter(self.fields(name, longest)), default)

    def fields(self, name: str, longest: int) -> list[str]:
        """Every value of a field. Raises Malformed."""
        if (self.request.headers.get("content-type") or "").startswith("multipart/form-data"):
            found = self.request.form.getlist(name, []) if self.request.form else []  # a form with a file
        else:
            if self._form is None:
                self._form = form_fields(self.request, MAX_FORM_BYTES, MAX_FORM_FIELDS)
            found = self._form.get(name, [])
        return [self._plain(name, value, longest) for value in found]

    def asked(self, name: str, longest: int = 60) -> str:
        """One parameter of the address. Raises Malformed when it is too long."""
        return self._plain(name, self.request.args.get(name) or "", longest)

    def page(self, template: str, status: int = 200, **values: Any) -> HTTPResponse:
        """A whole page, or only the block that a script asked for."""
        return html(self.rendered(template, self.request.headers.get(PART), **values), status=status, headers=HEADERS)

    def rendered(self, template: str, part: str | None = None, **values: Any) -> str:
        """A template in the person's language, or one block of it."""
        found = self.site.templates.get_template(template)
        known = {
            "visit": self,
            "version": self.site.version,
            **wording(self.site, self.language),
            "skill_names": self.skill_names,
            "pages": {name: at for name, at in pages_of(self.person.role).items() if self.may(name)}
            if self.session
            else {},
            "problem": None,
            "at_fault": None,
            "saved": None,
            "ended": None,
        }
        if part in found.blocks:
            return "".join(found.blocks[part](found.new_context(known | values)))
        return found.render(known | values)

    def to(self, address: str) -> HTTPResponse:
        """A redirect to another address of the console."""
        return redirect(address, status=303, headers=HEADERS)

    def refuse(self, refused: Refused) -> HTTPResponse:
        """The reason for a refusal: as JSON to a script, else on a page."""
        if PART in self.request.headers:
            return json_response(error_body(refused.code, refused.message), refused.status, headers=HEADERS)
        return self.page("error.html", refused.status, message=refused.message)

    def refusal(self, status: int, problem: str) -> Refused:
        """A refusal in the person's language; `problem` is a key under `problem` in the texts."""
        return Refused(status, problem, self.words.say(f"problem.{problem}"))

    def _plain(self, name: str, value: str, longest: int) -> str:
        if len(value) > longest:
            raise Malformed(f"{name} has more than {longest} characters")
        return NOT_STORABLE.sub("", value).strip()


def csrf_token(secret: str, token: str) -> str:
    """The token that every changing request must carry: only our pages know it, and it is valid only with its
    cookie."""
    return hmac.digest(secret.encode(), b"csrf:" + token.encode("utf-8", "replace"), "sha256").hex()
