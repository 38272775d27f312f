"""What a content really is, whatever its sender calls it."""

from __future__ import annotations

import warnings
from io import BytesIO

from hotline.attachments.model import NotAccepted

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
MAX_PIXELS = 50_000_000
MAX_SIDE = 1600
QUALITY = 85


def checked_type(content: bytes) -> str:
    """The media type of a sound picture. Raises NotAccepted for anything else, and for one too large to show."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(FORMATS)) as picture:
                width, height = picture.size
                found = FORMATS[str(picture.format)]
                picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise NotAccepted("no_picture") from error
    if width * height > MAX_PIXELS:
        raise NotAccepted("too_many_pixels")
    return found


def is_pdf(content: bytes) -> bool:
    """True for what begins and ends as a PDF does (ISO 32000-1, 7.5)."""
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


def without_traces(content: bytes) -> bytes:
    """A sound picture as a JPEG drawn anew, upright, of at most 1600 pixels a side: nothing is left of what a telephone
    writes into it, such as the place."""
    from PIL import Image, ImageOps

    drawn = BytesIO()
    with Image.open(BytesIO(content), formats=list(FORMATS)) as picture:
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright)
        paper.save(drawn, "JPEG", quality=QUALITY)
    return drawn.getvalue()
