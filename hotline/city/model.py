"""The data of a city. All objects are immutable; `hotline.city.load.load_city` makes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from hotline.city.find import DistrictFinder, OtherCityFinder

if TYPE_CHECKING:
    from hotline.city.handoff import HandoffRules

REQUEST_TYPES = ("consultation", "help", "complaint", "report", "suggestion", "praise")
"""The six kinds of request (诉求类型): 咨询 求助 投诉 举报 建议 表扬."""

CALLS_FOR_ACTION = ("help", "complaint", "report")
"""Request types for which a unit has to take action."""

THE_HOTLINE_ITSELF = "18"
"""The group of categories that also holds messages that are no matter: greetings, noise, questions about a ticket."""

PRAISE = "1803"
"""Praise and thanks, for anybody."""

NOISE_OF_PEOPLE = "0602"
"""Noise that the police stop at once: music, neighbours, shops."""

NOISE_OF_WORKS = ("0601", "0603")
"""Noise of building sites and factories, which the police do not stop."""

SETTLED_ON_PAPER = ("08", "09", "10", "11", "15")
"""Groups of matters (work, health, schools, civil affairs, taxes) that are settled on paper: nobody is sent to them."""

COMPLAINT_ABOUT_THE_HOTLINE = "1805"

OF_THE_HOTLINES_WORK = (PRAISE, COMPLAINT_ABOUT_THE_HOTLINE)
"""The categories of that group that are matters like any other: praise, and complaints about the hotline."""

URGENCIES = ("normal", "urgent", "critical")
"""How pressing a ticket is: 一般 紧急 特急."""


FOR_ALL = "all"
"""The key of the reply templates that are for every department."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text people read, in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class District:
    """A territory with its own units: a district, county, county-level city or functional area.

    `aliases`, `not_in`, `sub_districts` and `places` serve `City.find_district`; see `districts.yml`.
    """

    code: str
    name: str
    name_en: str
    kind: str
    aliases: tuple[str, ...]
    not_in: tuple[str, ...]
    sub_districts: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The name without 区, 市 or 县 (锦江); names of two characters keep theirs."""
        return self.name[:-1] if len(self.name) > 2 and self.name[-1] in "区市县" else self.name


@dataclass(frozen=True, slots=True)
class Department:
    """A unit that handles tickets; `district_name` is the name pattern of its counterparts in districts, if it has any.

    `name_en`: its purpose in English, if the city's data give one. `called`: patterns of what people call it and its
    staff.
    """

    id: str
    name: str
    name_en: str | None
    short: str
    district_name: str | None
    district_names: Mapping[str, str]
    phone: str | None
    skill: str
    sample: bool
    called: tuple[re.Pattern[str], ...] = ()

    def unit_name(self, district: District | None) -> str:
        """The name of the district's unit if there is one, else of the city's."""
        if district is None or self.district_name is None:
            return self.name
        override = self.district_names.get(district.code)
        return override or self.district_name.format(district=district.name, stem=district.stem)


@dataclass(frozen=True, slots=True)
class Decision:
    """Moves a matter to another category if the answer has one of `words`."""

    words: tuple[str, ...]
    category: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A question whose answer a unit needs to act, or which decides the department."""

    key: str
    ask: Bilingual
    known_by: tuple[re.Pattern[str], ...]
    decides: tuple[Decision, ...]

    def said_in(self, text: str) -> str | None:
        """The words of a text that answer the question; None if there are none."""
        found = next(filter(None, (pattern.search(text) for pattern in self.known_by)), None)
        return found[0].strip() if found else None

    def is_known(self, text: str) -> bool:
        """Whether a text already answers the question."""
        return any(pattern.search(text) for pattern in self.known_by)

    def decide(self, text: str) -> str | None:
        """The category to which the answer moves the matter; None when it stays."""
        folded = text.casefold()
        for decision in self.decides:
            if any(word.casefold() in folded for word in decision.words):
                return decision.category
        return None


@dataclass(frozen=True, slots=True)
class Category:
    """A second-level category (诉求分类): its names, the units that handle it, the questions to ask."""

    code: str
    group: str
    group_en: str
    name: str
    label: str
    label_en: str
    lead: str
    co: tuple[str, ...]
    level: str
    place: str
    ask_place: Bilingual | None
    request_types: tuple[str, ...]
    default_type: str
    details: tuple[Detail, ...]
    confidential: bool
    not_ours: bool
    urgency: str
    urgent_when: tuple[re.Pattern[str], ...]
    referral: str | None
    expert: str | None
    keywords: tuple[str, ...]
    praised_when: tuple[re.Pattern[str], ...] = ()
    co_leads_when: tuple[re.Pattern[str], ...] = ()
    ask_place_when: tuple[tuple[re.Pattern[str], Bilingual], ...] = ()

    def place_question(self, text: str) -> Bilingual | None:
        """The question for the place, by what the citizen has said: 是哪所学校 of the meals of a school."""
        return next((ask for when, ask in self.ask_place_when if when.search(text)), self.ask_place)

    def missing_details(self, text: str) -> tuple[Detail, ...]:
        """The details that `text`, all that the citizen has said, does not answer yet."""
        return tuple(detail for detail in self.details if not detail.is_known(text))

    def urgency_of(self, request_type: str, text: str) -> str:
        """How urgent a matter of this category is (one of `URGENCIES`).

        Only help, complaint and report can be urgent: a question that waits harms nobody. With `urgent_when` the text
        must also show that a delay would do harm: a water bill is not a burst main.
        """
        if request_type not in CALLS_FOR_ACTION:
            return "normal"
        if self.urgent_when and not any(pattern.search(text) for pattern in self.urgent_when):
            return "normal"
        return self.urgency


@dataclass(frozen=True, slots=True)
class UrgentHours:
    """Clock time for an urgent ticket: dispatch, first contact, first result (None: not required), final answer."""

    dispatch: timedelta
    respond: timedelta
    preliminary: timedelta | None
    final: timedelta


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """The rules of the follow-up (回访): how often the citizen is asked at most, how many working days apart, between
    which hours."""

    tries: int
    every: int
    earliest: time
    latest: time


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """Handling times (办理时限). Source of the default profile: Sichuan's rule of 2025-12, see `deadlines.yml`.

    `dispatch` is working time. All others are working days: `accept` to accept a ticket, `return_within` to return it
    with a reason, `extension` the most that all extensions together may add, `judge` and `decide` for the hotline to
    decide a unit's return or other request, `wait` for the citizen's answer, `objection` for a supervisor to review a
    second objection, `leader_after` from expiry to the escalation to the leader, `reopen_within` from the end to an
    objection, `archive_after` from the end to the archive. A working-day deadline falls on `closes_at`, local time.
    """

    by_type: Mapping[str, int]
    by_urgency: Mapping[str, UrgentHours]
    accept: int
    return_within: int
    extension: int
    closes_at: time
    opens_at: time
    dispatch: timedelta
    judge: int
    decide: int
    wait: int
    objection: int
    leader_after: int
    reopen_within: int
    archive_after: int
    follow_up: FollowUpRules

    def working_days(self, request_type: str) -> int:
        """Working days until the answer is due. KeyError for an unknown type."""
        return self.by_type[request_type]

    def hours(self, urgency: str) -> UrgentHours | None:
        """The clock times of an urgent or critical ticket; None for a normal one."""
        return self.by_urgency.get(urgency)


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A template for a department's reply. `name` is shown for choosing; `text` has gaps in 【】 to fill in."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """Another telephone line, with the sentence (`when`) that tells a citizen when to call it and its number.

    `kind` is emergency, utility, statutory or service; `sample` marks a number that has not been confirmed.
    `asked_when`: what a matter is about, whose teller asks for a number and gets this one.
    """

    id: str
    number: str
    name: str
    kind: str
    when: Bilingual
    sample: bool
    asked_when: tuple[re.Pattern[str], ...] = ()


class Route(NamedTuple):
    """The units that get a ticket: names of the lead (主办) and the co-handlers (协办).

    `needs_district`: the lead has a unit in each district, and the district is not known yet.
    """

    lead: str
    co: tuple[str, ...]
    needs_district: bool


@dataclass(frozen=True, slots=True)
class MatterClass:
    """A class by which the file of a household or a firm is sorted: its categories, by their codes."""

    id: str
    name: Bilingual
    categories: frozenset[str]


class Party(StrEnum):
    """Whose matter a ticket is: offices keep one ledger for residents (服务群众) and one for firms (服务企业)."""

    RESIDENT = "resident"
    FIRM = "firm"


class OtherCity(NamedTuple):
    """Another city and its area code. Where the code equals our own, its 12345 can only be dialled locally."""

    name: str
    area_code: str


@dataclass(frozen=True, slots=True)
class City:
    """One city: its data, and lookups in them."""

    name: str
    name_en: str
    area_code: str
    hotline: str
    time_zone: str
    sample_data: bool
    note: str
    districts: Mapping[str, District]
    departments: Mapping[str, Department]
    categories: Mapping[str, Category]
    deadlines: DeadlineRules
    lines: Mapping[str, PhoneLine]
    handoff: HandoffRules
    replies: Mapping[str, tuple[ReplyTemplate, ...]]
    other_cities: Mapping[str, OtherCity]
    district_finder: DistrictFinder
    other_city_finder: OtherCityFinder
    firm_categories: frozenset[str]
    firm_words: tuple[re.Pattern[str], ...]
    matter_classes: Mapping[str, MatterClass]

    def party_of(self, category: str | None, text: str) -> Party:
        """Whose matter it is: a firm's if its category is one of firms' affairs or its text uses a firm's words, else a
        resident's."""
        is_of_firm = category in self.firm_categories or any(words.search(text) for words in self.firm_words)
        return Party.FIRM if is_of_firm else Party.RESIDENT

    def matter_class(self, category: str | None) -> MatterClass | None:
        """The class of a matter in the file of a household; None without a category."""
        return next((each for each in self.matter_classes.values() if category in each.categories), None)

    @property
    def category_names(self) -> dict[str, str]:
        """The names of the categories, by code."""
        return {code: category.name for code, category in self.categories.items()}

    def category(self, code: str) -> Category:
        """The category with this four-digit code. KeyError when there is none."""
        return self.categories[code]

    def praised(self, text: str) -> str:
        """The category of the praised work, if the city's data name those who do it (62路的司机), else PRAISE."""
        known = (c.code for c in self.categories.values() if any(said.search(text) for said in c.praised_when))
        return next(known, PRAISE)

    def departments_named(self, text: str) -> tuple[str, ...]:
        """The ids of the departments that a text mentions by the names people use (交警, 派出所), the longest name
        first, then the earliest."""
        named = [(m, d.id) for d in self.departments.values() for said in d.called for m in said.finditer(text)]
        named.sort(key=lambda each: (-len(each[0][0]), each[0].start()))
        return tuple(dict.fromkeys(id for _, id in named))

    def is_confidential(self, category: str | None, request_type: str) -> bool:
        """Whether a matter is confidential by default: reports of wrongdoing, and categories that the city marks (GB/T
        33358-2016)."""
        return request_type == "report" or bool(category and self.category(category).confidential)

    def line_asked_for(self, text: str) -> PhoneLine | None:
        """The line to call about what a text tells (车被拖走了), None if there is none of its own."""
        lines = self.lines.values()
        return next((line for line in lines if any(pattern.search(text) for pattern in line.asked_when)), None)

    def department(self, id: str) -> Department:
        """The department with this id. KeyError when there is none."""
        return self.departments[id]

    def district(self, code: str) -> District:
        """The district with this code (pinyin). KeyError when there is none."""
        return self.districts[code]

    def district_named(self, name: str) -> District | None:
        """The district with exactly this name, alias or English name."""
        wanted = name.strip().casefold()
        for district in self.districts.values():
            if wanted in {text.casefold() for text in (district.name, district.name_en, *district.aliases)}:
                return district
        return None

    def find_district(self, text: str) -> District | None:
        """The district a text is about: by its own name, else by a 街道 or 镇, else by a well-known place.

        None when nothing is found or the best evidence names several districts.
        """
        code = self.district_finder.find(text)
        return None if code is None else self.districts[code]

    def unit_name(self, department_id: str, district: District | None) -> str:
        """The name of a department's unit in the district, or of the city's. KeyError for an unknown department."""
        return self.departments[department_id].unit_name(district)

    def route(self, category: Category | str, district: District | None, said: str = "") -> Route:
        """The units for a ticket. The first co-handler leads if `said` matches the category's `co_leads_when`, as for
        the roads of 农村饮水·道路. Praise goes to the unit that is praised, if `said` names it. KeyError for an unknown
        category code."""
        category = self._category(category)
        leads, others = category.lead, category.co
        if category.code == PRAISE and (praised := self.departments_named(said)) and leads not in praised:
            return Route(self.unit_name(praised[0], district), (), False)
        if others and any(pattern.search(said) for pattern in category.co_leads_when):
            leads, others = others[0], (leads, *others[1:])
        local = district if category.level == "district" or leads != category.lead else None
        co: dict[str, None] = {self.unit_name(id, local): None for id in others}
        lead = self.unit_name(leads, local)
        co.pop(lead, None)  # in some districts one bureau is both lead and co-handler
        needs = category.level == "district" and district is None
        return Route(lead, tuple(co), needs and self.departments[leads].district_name is not None)

    def referral(self, category: Category | str) -> PhoneLine | None:
        """The line to which the category refers citizens, or None. KeyError for an unknown category code."""
        id = self._category(category).referral
        return None if id is None else self.lines[id]

    def reply_templates(self, department_id: str) -> tuple[ReplyTemplate, ...]:
        """The reply templates of a department, then those for all."""
        return (*self.replies.get(department_id, ()), *self.replies.get(FOR_ALL, ()))

    def expert_skill(self, category: Category | str) -> str | None:
        """The skill group of agents who answer this category, or None for any agent."""
        return self._category(category).expert

    def other_city(self, text: str) -> OtherCity | None:
        """The one other city that a text names; None when it names none or several, or ours too.

        A mention decides nothing (从绵阳来的): refer a citizen on only when the matter itself is there.
        """
        if self.district_finder.named_outright(text):
            return None
        name = self.other_city_finder.find(text)
        return None if name is None else self.other_cities[name]

    def _category(self, category: Category | str) -> Category:
        return self.categories[category] if isinstance(category, str) else category
