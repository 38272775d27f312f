"""The running hotline that the end-to-end tests speak to, and the browser."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.e2e import browser
from tests.e2e.client import own_hotline


@pytest.fixture(scope="session")
def hotline_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a hotline as `yihaotong up` runs it, with an empty data folder and the trained assistant.

    YHT_TEST_URL names one that runs already (with the tokens of tests/e2e/client.py).
    """
    if url := os.environ.get("YHT_TEST_URL"):
        yield url.rstrip("/")
        return
    with own_hotline(tmp_path_factory.mktemp("hotline")) as hotline:
        yield hotline.url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; `make test` finds or installs it."""
    path = browser.find()
    if path is None:
        pytest.fail(browser.HOW)
    return path
