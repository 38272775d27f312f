"""Weighs the citizen's page with everything that it loads."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import aiohttp

LOADED = (
    re.compile(r"""<(?:script|img)\b[^>]*?\bsrc=["']([^"']+)"""),
    re.compile(r"""<link\b[^>]*?\bhref=["']([^"']+)"""),
)
IN_SCRIPTS = re.compile(r"""\b(?:from|import)\s*\(?\s*["']([^"']+)["']""")
IN_STYLES = re.compile(r"""url\(\s*["']?([^"')]+)""")


async def weigh(session: aiohttp.ClientSession, url: str) -> dict[str, int]:
    """Uncompressed bytes by path: the page, its scripts with their imports, styles, pictures."""
    found: dict[str, int] = {}
    waiting = [urljoin(url, "/")]
    while waiting:
        address = waiting.pop()
        if address in found or not address.startswith(url):
            continue
        async with session.get(address, headers={"Accept": "text/html,*/*", "Accept-Encoding": "identity"}) as response:
            response.raise_for_status()
            body = await response.read()
            found[address] = len(body)
            waiting += [urljoin(address, path) for path in _references(body, response.content_type)]
    return found


def _references(body: bytes, content_type: str) -> list[str]:
    text = body.decode("utf-8", "replace")
    if content_type == "text/html":
        return [path for pattern in LOADED for path in pattern.findall(text)]
    if "javascript" in content_type:
        return IN_SCRIPTS.findall(text)
    return IN_STYLES.findall(text) if content_type == "text/css" else []
