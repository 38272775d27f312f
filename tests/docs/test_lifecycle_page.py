"""The diagram and the table of docs/lifecycle.md are those of the rules."""

from __future__ import annotations

import re

import pytest

from hotline.settings import PROJECT_ROOT
from hotline.tickets import lifecycle
from hotline.tickets.lifecycle import Stage

PAGE = (PROJECT_ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
MADE = {"diagram": f"```mermaid\n{lifecycle.diagram()}\n```", "table": lifecycle.table()}


@pytest.mark.parametrize("part", MADE)
def test_the_page_shows_what_the_rules_say(part: str) -> None:
    shown = re.search(rf"<!-- {part} -->\n(.*?)\n<!-- /{part} -->", PAGE, re.DOTALL)
    assert shown, f"docs/lifecycle.md has no {part}"
    assert shown[1] == MADE[part], f"put this between the marks of docs/lifecycle.md:\n{MADE[part]}"


def test_every_stage_is_explained() -> None:
    assert not [stage for stage in Stage if f"`{stage}`" not in PAGE]
