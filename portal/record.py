"""A citizen's record of their ticket as one archive: the page, the data, their pictures, the files for them."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from hotline.attachments.model import ENDINGS
from hotline.attachments.service import NoPicture
from hotline.bootstrap import Hotline
from hotline.tickets.model import Ticket


def zipped(hotline: Hotline, ticket: Ticket, page: str, data: dict[str, Any]) -> bytes:
    """The archive. A file that cannot be read is left out."""
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{ticket.number}.html", page)
        archive.writestr(f"{ticket.number}.json", json.dumps(data, ensure_ascii=False, indent=1))
        for place, picture in enumerate(hotline.attachments.of_citizen(ticket), 1):
            archive.writestr(f"pictures/{place}.{ENDINGS[picture.type]}", picture.content)
        for file in hotline.reply_files.of_citizen(ticket):
            try:
                archive.writestr(f"reply/{file.name}", hotline.reply_files.show_to_citizen(ticket, file.id)[1].content)
            except NoPicture:
                continue
    return body.getvalue()
