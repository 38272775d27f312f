"""Checks what a content really is, whatever type its sender claims, and redraws pictures without metadata."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from hotline.attachments.model import NotAccepted

if TYPE_CHECKING:
    from PIL import Image

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
MAX_PIXELS = 50_000_000
MAX_SIDE = 1600
QUALITY = 85


def checked_type(content: bytes) -> str:
    """The media type of an intact picture. Raises NotAccepted for anything else, for a picture with too many pixels,
    and for a damaged one."""
    with _opened(content) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise NotAccepted("too_many_pixels")
        found = FORMATS[str(picture.format)]
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        picture.load()
    return found


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """Open a content as a picture. Raises NotAccepted if it is none, also when that shows only inside the block."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(FORMATS)) as picture:
                yield picture
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise NotAccepted("no_picture") from error


def is_pdf(content: bytes) -> bool:
    """True for a content that begins and ends as a PDF does (ISO 32000-1, 7.5)."""
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


def without_traces(content: bytes) -> bytes:
    """An intact picture redrawn as a JPEG, upright, at most 1600 pixels a side, without the metadata that a telephone
    writes into it, such as the place. Raises NotAccepted for a damaged one."""
    from PIL import Image, ImageOps

    drawn = BytesIO()
    with _opened(content) as picture:
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright)
        paper.save(drawn, "JPEG", quality=QUALITY)
    return drawn.getvalue()
