"""What a content really is, whatever its sender calls it."""

from __future__ import annotations

import warnings
from io import BytesIO

from hotline.attachments.model import NotAccepted

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
MAX_PIXELS = 50_000_000


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
