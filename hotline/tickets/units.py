"""The units of the city by name, and the rule that a unit must not get a ticket that complains about it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hotline.city import City, Department, District
from hotline.tickets.model import RequestType

HOTLINE = "hotline"
SUPERVISION = "hotline_supervision"
CONDUCT_GROUP = "17"
ACCUSING = (RequestType.HELP, RequestType.COMPLAINT, RequestType.REPORT)
"""Request types that may accuse a unit. HELP is one of them because cities draw the line to a complaint differently."""

CONDUCT = re.compile(
    "态度(?:很|太|极其|非常)?(?:差|恶劣|不好|蛮横|粗暴)|不作为|乱作为|慢作为|推诿|扯皮|踢皮球|敷衍|打人|骂人|吃拿卡要|索贿|受贿"
    "|贪污|收(?:了|受)?(?:钱|红包|好处)|乱罚款|乱收费|暴力执法|包庇|勾结|保护伞|刁难|徇私|滥用职权|故意拖|rude|corrupt|bribe"
)
NEAR = 14


class Units:
    """Looks units up by full name, and applies the rule that no ticket goes to the party complained about.

    Source of the rule: reports and complaints about conduct were handed to those they were about, and people were
    harmed; 国办函〔2025〕66号 asks for protection of personal information.
    """

    def __init__(self, city: City) -> None:
        self._city = city
        self._known: dict[str, tuple[Department, District | None]] = {}
        for department in city.departments.values():
            for district in (None, *city.districts.values()):
                self._known.setdefault(department.unit_name(district), (department, district))

    def __contains__(self, unit: str) -> bool:
        return unit in self._known

    @property
    def hotline(self) -> str:
        """The hotline's own unit."""
        return self._city.unit_name(HOTLINE, None)

    @property
    def supervision(self) -> str:
        """The unit that handles complaints about the handling units themselves."""
        return self._city.unit_name(SUPERVISION if SUPERVISION in self._city.departments else HOTLINE, None)

    def sorted(
        self, category: str | None, district: District | None, request_type: RequestType, said: str
    ) -> tuple[str, tuple[str, ...]]:
        """Lead and helping units of a matter. If one is the party complained about, the unit above it leads instead.

        KeyError for an unknown category.
        """
        if category is None:
            return self.hotline, ()
        route = self._city.route(category, district, said)
        return self.without_party(route.lead, route.co, request_type, category, said)

    def without_party(
        self, lead: str, co: Iterable[str], request_type: RequestType, category: str | None, said: str
    ) -> tuple[str, tuple[str, ...]]:
        """These units without the party complained about; a lead that is the party is replaced by the unit above it."""
        matter = (request_type, category, said)
        fit = self.above(lead, *matter) if self.is_party(lead, *matter) else lead
        return fit, tuple(unit for unit in dict.fromkeys(co) if unit != fit and not self.is_party(unit, *matter))

    def is_party(self, unit: str, request_type: RequestType, category: str | None, said: str) -> bool:
        """Whether a matter is a complaint about this unit: it is named, and the complaint is about its conduct."""
        if request_type not in ACCUSING or unit not in self._known:
            return False
        about_conduct = category is not None and category.startswith(CONDUCT_GROUP)
        for name in self._names(unit):
            for found in re.finditer(re.escape(name), said):
                around = said[max(0, found.start() - NEAR) : found.end() + NEAR]
                if about_conduct or CONDUCT.search(around):
                    return True
        return False

    def above(self, unit: str, request_type: RequestType, category: str | None, said: str) -> str:
        """The unit that gets a complaint about `unit`: for a district's unit the city's department (unless it is a
        party too), else the hotline's supervision."""
        department, district = self._known[unit]
        if district is not None and not self.is_party(department.name, request_type, category, said):
            return department.name
        return self.supervision

    def _names(self, unit: str) -> set[str]:
        department, district = self._known[unit]
        if department.id in (HOTLINE, SUPERVISION):
            return {unit, department.short}
        short = department.short
        if district is None:  # the city's own unit: 城管 without 市 means a district's unit
            return {unit, *(f"市{short}",)}
        stem = re.sub(r"(?:局|委|办|中心)$", "", short)
        return {unit, short, stem} if len(stem) > 1 else {unit, short}
