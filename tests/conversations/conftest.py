"""The running hotline at which the scripts are played, and the summary of all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.conversations import report
from tests.conversations.runner import Outcome
from tests.e2e.client import Client, own_hotline

_outcomes: list[Outcome] = []


@dataclass(slots=True)
class Played:
    """The hotline, and the scripts played so far."""

    client: Client
    outcomes: list[Outcome] = field(default_factory=lambda: _outcomes)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """A hotline started for the scripts; YHT_TEST_URL names one that is running already."""
    if url := os.environ.get("YHT_TEST_URL"):
        yield Played(Client(url))
        return
    with own_hotline(tmp_path_factory.mktemp("conversations")) as hotline:
        yield Played(hotline.client)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures, also when everything passed."""
    if _outcomes:
        terminalreporter.section("conversations")
        for line in report.lines(_outcomes):
            terminalreporter.write_line(line)
