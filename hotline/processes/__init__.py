"""The four processes (gateway, dialogue, actions, worker) and the one that starts them all."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

DIALOGUE_URL = "http://127.0.0.1:5005"
ACTIONS_URL = "http://127.0.0.1:5055"
REDIS_URL = "redis://127.0.0.1:6379"


def address(url: str) -> tuple[str, int]:
    """Host and port of a process's base URL. Raises ValueError for one without a host or with a bad port."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"{url} names no host")
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def opened(asked: str | Request, seconds: float) -> Any:
    """Send a request to one of the hotline's own processes and return the answer. Ignores proxies set in the
    environment, which may not reach the process and must not read the request. Raises OSError,
    http.client.HTTPException."""
    return build_opener(ProxyHandler({})).open(asked, timeout=seconds)
