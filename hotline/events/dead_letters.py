"""Dead letters: events that a group could not handle are set aside, and put back for that group once the fault is
fixed."""

from __future__ import annotations

from typing import Any

import redis
import redis.asyncio
from redis.exceptions import RedisError

from hotline.events.event import KEPT_ENTRIES, STREAM

DEAD_LETTERS = "yht:dead-letters"
KEPT_LETTERS = 100_000


class StreamAway(Exception):
    """The event stream does not answer."""


async def set_aside(client: redis.asyncio.Redis, fields: dict[str, str], group: str, problem: Exception) -> None:
    """Store a stream entry that a group could not handle as a dead letter. Raises redis.exceptions.RedisError."""
    letter: dict[Any, Any] = dict(fields) | {"group": group, "problem": type(problem).__name__}
    await client.xadd(DEAD_LETTERS, letter, maxlen=KEPT_LETTERS, approximate=True)


def put_back(url: str) -> list[dict[str, str]]:
    """Put all dead letters back into the stream, each only for the group that could not handle it; returns them.

    Raises StreamAway; letters that were put back until then are no longer dead letters.
    """
    done: list[dict[str, str]] = []
    try:
        with redis.Redis.from_url(url, decode_responses=True) as client:
            letters: Any = client.xrange(DEAD_LETTERS)
            for entry_id, letter in letters:
                fields = {name: value for name, value in letter.items() if name != "problem"}
                with client.pipeline(transaction=True) as pipe:
                    pipe.xadd(STREAM, fields, maxlen=KEPT_ENTRIES, approximate=True)
                    pipe.xdel(DEAD_LETTERS, entry_id)
                    pipe.execute()
                done.append(letter)
    except (RedisError, OSError) as problem:
        raise StreamAway(f"the event stream does not answer: {type(problem).__name__}") from problem
    return done
