"""A city as data: its districts, departments, categories, deadlines and lines, read from ``cities/<city>/``."""

from hotline.city.handoff import CannedReply, HandoffRules, OpeningHours, SkillGroup
from hotline.city.load import load_city
from hotline.city.model import (
    CALLS_FOR_ACTION,
    REQUEST_TYPES,
    THE_HOTLINE_ITSELF,
    URGENCIES,
    Bilingual,
    Category,
    City,
    DeadlineRules,
    Decision,
    Department,
    Detail,
    District,
    FollowUpRules,
    Line,
    OtherCity,
    ReplyTemplate,
    Route,
    UrgentHours,
)
from hotline.city.source import CityDataError

__all__ = [
    "CALLS_FOR_ACTION",
    "REQUEST_TYPES",
    "THE_HOTLINE_ITSELF",
    "URGENCIES",
    "Bilingual",
    "CannedReply",
    "Category",
    "City",
    "CityDataError",
    "DeadlineRules",
    "Decision",
    "Department",
    "Detail",
    "District",
    "FollowUpRules",
    "HandoffRules",
    "Line",
    "OpeningHours",
    "OtherCity",
    "ReplyTemplate",
    "Route",
    "SkillGroup",
    "UrgentHours",
    "load_city",
]
