"""Where calls are transferred to: agents by skill group, lines by their short number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.city import City
from hotline.danger import LINES, Kind

GENERAL = "general"
A_PERSON_FIRST = {Kind.SELF_HARM}


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a transfer; `name` is what the caller is told, `number` what they can dial themselves."""

    address: str
    name: str
    number: str


class Targets:
    """The transfers that are set up (YHT_VOICE_TRANSFERS)."""

    def __init__(self, transfers: Mapping[str, str], city: City, agents: str) -> None:
        self._transfers = transfers
        self._agents = agents
        self._names = {line.number: line.name for line in city.lines.values()}

    def person(self, skill: str | None) -> str | None:
        """The target for a skill group, or for any agent; None if nobody can be reached."""
        return self._transfers.get(skill or GENERAL) or self._transfers.get(GENERAL)

    def danger(self, kind: str) -> Target | None:
        """The target for a danger: its line, or the agents; agents come first when somebody has to listen."""
        number = LINES[kind]
        line, agents = self._transfers.get(number), self.person(None)
        if line and not (kind in A_PERSON_FIRST and agents):
            return Target(line, self._names.get(number, number), number)
        return Target(agents, self._agents, number) if agents else None
