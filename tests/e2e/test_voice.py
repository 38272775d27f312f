"""Calls through the running processes, as with `yihaotong simulate voice`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from connectors.twilio.double.simulation import SETTINGS
from hotline.processes.embedded import free_ports
from hotline.settings import PROJECT_ROOT
from tests.e2e.client import OwnHotline, own_hotline

pytestmark = pytest.mark.slow

ANNA = "+8613800001234"
MATTER = "锦江区望平街15号楼下烧烤店每天烤到凌晨两点，油烟吵得孩子睡不着，我姓王"
READ_DIGITS = str.maketrans("零幺二三四五六七八九", "0123456789")


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """The settings of a hotline that can be called and can transfer to the fire brigade."""
    address = f"http://127.0.0.1:{free_ports(1)[0]}"
    return {**SETTINGS, "YHT_TWILIO_API_BASE": address, "YHT_VOICE_TRANSFERS": "119=+862811900000"}


@pytest.fixture(scope="module")
def hotline(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnHotline]:
    """A hotline of its own."""
    with own_hotline(tmp_path_factory.mktemp("called"), **settings) as started:
        yield started


def called(hotline: OwnHotline, settings: dict[str, str], number: str, *lines: str) -> str:
    """What a call and the phone afterwards show."""
    command = [sys.executable, "-P", "-m", "hotline.cli", "simulate", "voice", "--from", number]
    done = subprocess.run(
        [*command, "--port", str(urlsplit(hotline.url).port)],
        input="".join(f"{line}\n" for line in lines),
        env={**os.environ, **settings, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_complaint_takes_two_turns_and_its_status_one(hotline: OwnHotline, settings: dict[str, str]) -> None:
    shown = called(hotline, settings, ANNA, MATTER, "对", "没有了")
    assert "锦江区综合行政执法局" in shown
    [said] = re.findall(r"工单号 ((?:[零幺二三四五六七八九]+，?)+)", shown)
    number = re.sub(r"\D", "", said.translate(READ_DIGITS))
    assert len(number) == 12
    assert "望平街15号" in called(hotline, settings, ANNA, number)


def test_a_fire_is_put_through_to_the_fire_brigade(hotline: OwnHotline, settings: dict[str, str]) -> None:
    assert "put through  +862811900000" in called(hotline, settings, ANNA, "我家着火了，快来人")


def test_zero_leads_to_a_person(hotline: OwnHotline, settings: dict[str, str]) -> None:
    assert "回电" in called(hotline, settings, ANNA, "0")
