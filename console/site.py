"""The console's folder: its templates with their shared values, its files, and its wording in each language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from connectors.site import Site
from hotline.clock import ZONE
from hotline.personal_data.masking import mask_name, mask_phone
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.timing import LONGEST

FOLDER = Path(__file__).parent
MACROS = ("csrf", "options", "moment", "due", "where", "concerned", "wanted")
"""Macros of templates/parts.html; available everywhere, so that a block can be rendered alone."""


@lru_cache
def console_site() -> Site:
    """The folder, read once per process."""
    site = Site(FOLDER)
    site.templates.filters |= {
        "spelled": numbering.spell,
        "local": lambda when: when.astimezone(ZONE),
        "in_language": getattr,
        "mask_name": mask_name,
        "mask_phone": mask_phone,
    }
    parts = site.templates.get_template("parts.html").module
    site.templates.globals |= {name: getattr(parts, name) for name in MACROS} | {"longest": LONGEST}
    return site


def wording(site: Site, language: str) -> dict[str, Any]:
    """The wording that every template uses."""
    words = site.texts(language)
    return {"language": language, "say": words.say, "group": words.group, "named": texts(language).group}


def as_file(template: str, language: str, **values: Any) -> str:
    """A page as a self-contained document, with its style inside, so that it can be read and printed from a disk.

    The template extends `layout`, and shows no links when `visit` is None.
    """
    site = console_site()
    style = Markup(site.files["console.css"].body.decode())  # ours; it contains no markup
    known = wording(site, language) | {"layout": "printed.html", "style": style, "visit": None}
    return site.templates.get_template(template).render(known | values)
