"""What all sets of pages share: a folder of files, wording and templates, and the response headers."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruamel.yaml import YAML
from sanic import HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import raw

from hotline.texts import Texts

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
}
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
INDENT = re.compile(rb"^[ \t]+(?://.*\n)?|^//.*\n", re.MULTILINE)  # our files have no text in which indentation matters
ONE_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file of a page, read once."""

    body: bytes
    zipped: bytes
    content_type: str
    etag: str


class Site:
    """The folder of a set of pages: static/, templates/ and texts/."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts = _texts(folder / "texts")
        self.files, self.version = _static_files(folder / "static")
        self.templates = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def texts(self, language: str) -> Texts:
        """The wording of the pages in one language."""
        return self._texts[language]

    def file(self, request: Request, path: str) -> HTTPResponse:
        """A file by its name, or by version and name, which may be cached for ever. Raises NotFound."""
        folder, _, name = path.rpartition("/")
        if name not in self.files or folder not in ("", self.version):
            raise NotFound
        return send_file(request, self.files[name], ONE_YEAR if folder else "no-cache")


def send_file(request: Request, file: StaticFile, cache: str) -> HTTPResponse:
    """Send a file unless the browser has it; compressed if the browser accepts that."""
    headers = {
        "ETag": file.etag,
        "Cache-Control": cache,
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == file.etag:
        return HTTPResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return raw(file.zipped, content_type=file.content_type, headers={**headers, "Content-Encoding": "gzip"})
    return raw(file.body, content_type=file.content_type, headers=headers)


def form_fields(request: Request, max_bytes: int, max_fields: int) -> dict[str, list[str]]:
    """The fields of a posted form; empty for a body that is too long or is no form."""
    if len(request.body) > max_bytes:
        return {}
    try:
        return parse_qs(request.body.decode("utf-8", "replace"), max_num_fields=max_fields)
    except ValueError:
        return {}


@lru_cache
def _static_files(folder: Path) -> tuple[dict[str, StaticFile], str]:
    """All files of a folder by name, and the version used in their addresses: a hash of all of them.

    Only these names are ever served, so no path can lead elsewhere. One version for all files lets modules import each
    other by relative address.
    """
    files = {}
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in TYPES:
            body = INDENT.sub(b"", path.read_bytes())
            whole.update(path.name.encode() + body)
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            files[path.name] = StaticFile(body, gzip.compress(body, mtime=0), TYPES[path.suffix], etag)
    return files, whole.hexdigest()[:12]


@lru_cache
def _texts(folder: Path) -> dict[str, Texts]:
    """The wording in each language, read once."""
    return {path.stem: Texts(path.stem, YAML(typ="safe").load(path)) for path in folder.glob("*.yml")}
