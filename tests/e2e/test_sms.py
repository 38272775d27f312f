"""A complaint and its progress by text, through the running processes, as with `yihaotong simulate sms`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from connectors.sms.pages import parts
from connectors.twilio.double.simulation import SETTINGS
from hotline.processes.embedded import free_ports
from hotline.settings import PROJECT_ROOT
from hotline.texts import texts
from tests.e2e.client import OwnHotline, own_hotline

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """The settings of a hotline that can be texted."""
    return {**SETTINGS, "YHT_TWILIO_API_BASE": f"http://127.0.0.1:{free_ports(1)[0]}"}


@pytest.fixture(scope="module")
def hotline(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnHotline]:
    """A hotline of its own."""
    with own_hotline(tmp_path_factory.mktemp("texted"), **settings) as started:
        yield started


def texted(hotline: OwnHotline, settings: dict[str, str], number: str, *lines: str) -> list[str]:
    """What a citizen's phone shows after these texts, each sent after the answer to the one before."""
    command = [sys.executable, "-P", "-m", "hotline.cli", "simulate", "sms", "--from", number]
    port = str(urlsplit(hotline.url).port)
    done = subprocess.run(
        [*command, "--port", port],
        input="".join(f"{line}\n" for line in lines),
        env={**os.environ, **settings, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = [text.strip() for text in re.split(r"^小通 {2}", done.stdout, flags=re.MULTILINE) if text.strip()]
    return [text for text in shown if text != texts().say("notice.kept")]


def test_a_complaint_takes_two_texts_and_its_status_one_or_a_strangers_two(
    hotline: OwnHotline, settings: dict[str, str]
) -> None:
    anna = "+8613800001234"
    read_back, opened, *_ = texted(
        hotline, settings, anna, "锦江区望平街15号楼下烧烤店每天烤到凌晨两点，油烟吵得孩子睡不着，我姓王", "对"
    )
    assert "138****1234" in read_back
    number = "".join(re.findall(r"工单号 ([\d ]+)", opened)[0].split())
    assert len(number) == 12
    status = texted(hotline, settings, anna, number)[0]
    assert "锦江区综合行政执法局" in status
    code = re.findall(r"查询码 ?(\d{4})", opened)[0]
    stranger = texted(hotline, settings, "+8613900005678", number, code)
    assert "查询码" in stranger[0]
    assert "锦江区综合行政执法局" in stranger[1]
    assert all(parts(text) <= 2 for text in (read_back, opened, status))


def test_whoever_is_in_danger_gets_the_right_number_by_text(hotline: OwnHotline, settings: dict[str, str]) -> None:
    assert "119" in texted(hotline, settings, "+8613900005678", "我家燃气漏了，味道好大")[0]


def test_it_says_when_the_hotline_is_not_there(settings: dict[str, str]) -> None:
    command = [sys.executable, "-P", "-m", "hotline.cli", "simulate", "sms", "--port", "9"]
    environment = {**os.environ, **settings, "PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run(command, input="你好\n", env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: the hotline does not answer at http://127.0.0.1:9\n")
