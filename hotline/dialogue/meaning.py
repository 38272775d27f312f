"""The HTTP client that has the dialogue process compare the meaning of texts by their sentence vectors.

The model for the vectors takes 150 MB and is loaded in that process anyway.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from http.client import HTTPException
from urllib.request import Request

from hotline.processes import opened

logger = logging.getLogger(__name__)

SECONDS = 1.0


class HttpMeaning:
    """Implements hotline.tickets.repeats.Meaning. `url` is the base URL of the dialogue process."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._url = f"{url}/webhooks/inbox/meaning"
        self._seconds = seconds

    def __call__(self, said: str, others: Sequence[str]) -> Sequence[float] | None:
        """See hotline.tickets.repeats.Meaning. None when there is no answer in time."""
        body = json.dumps({"said": said, "others": list(others)}).encode()
        try:
            with opened(Request(self._url, body, {"Content-Type": "application/json"}), self._seconds) as answer:
                return [float(each) for each in json.load(answer)["alike"]]
        except (OSError, HTTPException, ValueError, KeyError) as problem:
            logger.warning("nobody tells what texts mean now: %s", type(problem).__name__)
            return None
