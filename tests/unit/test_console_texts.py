"""The console has words, in both languages, for everything that it may have to show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from connectors.site import Site
from console.access import PAGES
from console.site import FOLDER
from hotline.audit.whence import Whence
from hotline.city import Party
from hotline.conversations.handoff.model import HandoffReason, Look, Presence
from hotline.conversations.model import Author
from hotline.staff.model import Role
from hotline.statistics.orders import OrderState, Purpose
from hotline.tickets import register
from hotline.tickets.lifecycle import RULES, Action, Stage
from hotline.tickets.model import Rating
from hotline.tickets.records import KeyClass, Kind, RequestOutcome
from hotline.tickets.timers import TO_WHOM
from hotline.tickets.timing import WARN_AT

MAX_BYTES = 150_000


@pytest.fixture(scope="module")
def site() -> Site:
    """The console's folder."""
    return Site(FOLDER)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("nav", PAGES),
        ("role", Role),
        ("action", Action),
        ("stage", Stage),
        ("kind", Kind),
        ("key_class", KeyClass),
        ("outcome", RequestOutcome),
        ("rating", Rating),
        ("warned", [str(level) for level in range(1, len(WARN_AT) + 1)]),
        ("escalated", [str(level) for level in range(1, len(TO_WHOM) + 1)]),
        ("why", HandoffReason),
        ("author", Author),
        ("reason", register.AccessReason),
        ("purpose", Purpose),
        ("look", Look),
        ("whence", Whence),
        ("party", [*Party, "all"]),
        ("order", OrderState),
        ("field", {need for rule in RULES.values() for need in rule.needs} - {"text"}),
        ("desk", Presence),
    ],
)
def test_everything_has_a_word(site: Site, language: str, group: str, words: Iterable[str]) -> None:
    assert not [word for word in words if word not in site.texts(language).group(group)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_in_the_audit_has_a_word(site: Site, language: str) -> None:
    texts = site.texts(language)
    known = {*texts.group("act"), *(f"ticket.{action}" for action in texts.group("action"))}
    elsewhere = {"ticket.fetched", "tickets.fetched"}
    acts = {*_acts(), *elsewhere, *(f"seat.{presence}" for presence in Presence)}
    assert len(acts) > 20 and not acts - known


def _acts() -> Iterator[str]:
    """Every act that the code records in the audit under its own name."""
    for path in (FOLDER.parent / "hotline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.search(r"audit\.add$|\brecord$", ast.unparse(node.func)):
                given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                yield from (value for value in given if isinstance(value, str) and re.fullmatch(r"\w+\.\w+", value))


def test_all_files_together_are_small(site: Site) -> None:
    assert sum(len(file.body) for file in site.files.values()) < MAX_BYTES


def test_no_template_has_inline_styles_or_scripts_but_the_file_that_is_read_from_a_disk() -> None:
    for path in (FOLDER / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text and " onclick=" not in text and "|safe" not in text
        assert ("<style" in text) == (path.name == "printed.html")
        assert text.count("<script") == text.count('<script type="module" src=')
