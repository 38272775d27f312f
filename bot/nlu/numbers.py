"""Finds numbers that a citizen gives: phones, ticket numbers, lookup codes, number plates. Functions over a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from bot.nlu.normalizer import plain
from bot.nlu.spoken_digits import DIGITS, Group, groups, joined
from hotline.tickets.numbering import CODE_LENGTH, NUMBER_LENGTH, is_number

_TICKET_BEFORE = re.compile(r"(?:工单|单号|单子|编号|号码是|受理号|流水号|ticket|number|case|查询?一?下?)[^\d]{0,8}$")
_PHONE_BEFORE = re.compile(r"(?:电话|手机|号码|联系|打|phone|tel|call|mobile)[^\d]{0,8}$")
_SOMETHING_ELSE_BEFORE = re.compile(
    r"(?:订单|户号|户头|账号|帐号|表号|学号|卡号|工号|运单|快递|编号|order|account|receipt|invoice|reference)[^\d]{0,6}$"
)
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)(?!86)(?P<digits>[1-9](?:[\s\-().]{0,2}\d){7,13})(?!\d)")
_YEAR_MONTH_DAY = re.compile(r"20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_CODE_BEFORE = re.compile(r"(?:查询码|提取码|验证码|密码|code|pin|(?<!号)码)(?:就?是|为|:|:|,|,|is|\s)*$")
_CODE_ALONE = re.compile(r"(?:嗯+|呃|是|就是|我的|那个|查询码|喂|[\s,,。.!!::])*")
_DATE = re.compile(r"[2-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SPOKEN = f"[0-9a-z{''.join(DIGITS)}]"
_PLATE = re.compile(
    rf"(?<![a-z0-9])(?P<place>[{_PROVINCES}]\s?[a-z])[\s·.\-]?"
    rf"(?P<tail>(?:[0-9a-z][\s\-]?){{4,5}}[0-9a-z](?![a-z0-9])|(?:{_SPOKEN}[\s\-]?){{4,5}}{_SPOKEN}(?![a-z0-9]))"
)
_SIGN = re.compile(r"[^\s\-]")
_LONGEST_TAIL = 6
_OF_AN_ELECTRIC_CAR = re.compile(r"[a-z][a-z0-9]\d{4}|\d{5}[a-z]")  # six signs; any other car has five
_ONE_DIGIT_AREA_CODES = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")


@dataclass(frozen=True, slots=True)
class Found:
    """Something found in a text: its kind, its span, and its value."""

    entity: str
    start: int
    end: int
    value: str


def find_numbers(text: str) -> list[Found]:
    """All phones, ticket numbers, lookup codes and plates of a text, from left to right, never overlapping.

    A ticket number is 12 digits that begin with a date, or 10 to 14 digits after 工单, 单号 and the like (the check
    digit shows a slip in it, see hotline.tickets.numbering). A phone is what the numbering plan admits; a foreign one
    needs its country code (+447700900123).
    """
    return list(_find(plain(text)))


@lru_cache(maxsize=1_024)
def _find(text: str) -> tuple[Found, ...]:
    taken: list[Found] = [*_plates(text), *_abroad(text)]
    for run in joined(text):
        if any(run.start < other.end and other.start < run.end for other in taken):
            continue
        entity, value = _classify(text, run)
        if entity is None and len(run.digits) == CODE_LENGTH and _follows_ticket(text, run, taken):
            entity, value = "lookup_code", run.digits
        if entity:
            taken.append(Found(entity, run.start, run.end, value))
    return tuple(sorted(taken, key=lambda found: found.start))


def _classify(text: str, run: Group) -> tuple[str | None, str]:
    digits, before = run.digits, text[max(0, run.start - 16) : run.start]
    called_ticket = bool(_TICKET_BEFORE.search(before)) and not _PHONE_BEFORE.search(before)
    if len(digits) == NUMBER_LENGTH and (
        (is_number(digits) and _DATE.match(digits)) or called_ticket or _DATE.match(digits)
    ):
        return "ticket_number", digits
    phone = _phone(digits)
    if phone and not phone.startswith("1") and _is_something_else(phone, before):
        return None, ""
    if phone and not (called_ticket and not phone.startswith("1")):
        return "phone", phone
    if NUMBER_LENGTH - 2 <= len(digits) <= NUMBER_LENGTH + 2 and (called_ticket or _is_all(text, run)) and not phone:
        return "ticket_number", digits
    if len(digits) == CODE_LENGTH and (_CODE_BEFORE.search(before) or _is_all(text, run)):
        return "lookup_code", digits
    return None, ""


def _follows_ticket(text: str, run: Group, found: list[Found]) -> bool:
    """Whether the digits stand right after a ticket number: 261122000437 5821."""
    last = found[-1] if found else None
    return (
        last is not None and last.entity == "ticket_number" and not text[last.end : run.start].strip(" ,，、;；/和码")
    )


def _is_something_else(phone: str, before: str) -> bool:
    """Whether a number that could be a landline is called something else, or is a date: 订单号88661234, 20261128."""
    is_day = _YEAR_MONTH_DAY.fullmatch(phone) and not _PHONE_BEFORE.search(before)
    return bool(is_day or _SOMETHING_ELSE_BEFORE.search(before))


def _abroad(text: str) -> Iterator[Found]:
    """Phones of other countries, as E.164 writes them."""
    for match in _ABROAD.finditer(text):
        number = "+" + re.sub(r"\D", "", match["digits"])
        if phonenumbers.is_possible_number(phonenumbers.parse(number)):
            yield Found("phone", match.start(), match.end(), number)


def _phone(digits: str) -> str | None:
    """The national number when these digits are a Chinese phone, else None."""
    national = re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$|0?\d{9,11}$)", "", digits)
    if re.fullmatch(r"1[3-9]\d{9}", national):
        return national  # not every numbering plan has test numbers such as 138 0000 xxxx
    if re.fullmatch(_ONE_DIGIT_AREA_CODES, national):
        return national if phonenumbers.is_possible_number(phonenumbers.parse(national, "CN")) else None
    if re.fullmatch(r"[2-8]\d{7}", national) or re.fullmatch(r"(?:400|800)\d{7}", national):
        return national
    return None


def _is_all(text: str, run: Group) -> bool:
    """Whether the text says nothing else."""
    return bool(_CODE_ALONE.fullmatch(text[: run.start]) and re.fullmatch(r"[\s,,。.!!?吧嘛哈]*", text[run.end :]))


def _plates(text: str) -> Iterator[Found]:
    """Plates, written or spoken. A Chinese digit after a complete plate begins the next word: 川A8K3F2一直,
    渝B12345六点."""
    for match in _PLATE.finditer(text):
        signs = [(found.start(), DIGITS.get(found.group(), found.group())) for found in _SIGN.finditer(match["tail"])]
        said = "".join(sign for _, sign in signs)
        is_longer = len(signs) == _LONGEST_TAIL and not match["tail"][signs[-1][0]].isascii()
        if is_longer and not _OF_AN_ELECTRIC_CAR.fullmatch(said):
            signs, said = signs[:-1], said[:-1]
        if sum(sign.isdigit() for sign in said) >= 2:
            end = match.start("tail") + signs[-1][0] + 1
            yield Found("plate", match.start(), end, re.sub(r"\s", "", match["place"] + said).upper())


def only_digits(text: str) -> bool:
    """Whether the text is nothing but digits, written or spoken."""
    plain_text = plain(text)
    rest = plain_text
    for group in reversed(groups(plain_text)):
        rest = rest[: group.start] + rest[group.end :]
    return rest != plain_text and not re.sub(r"[\s\-–,,。.·+]", "", rest)
