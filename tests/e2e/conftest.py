"""The running hotline that the end-to-end tests speak to, and the browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e import browser
from tests.e2e.client import own_hotline

expect.set_options(timeout=20_000)  # the machine is shared with other tests: what comes late is still right

DESKTOP, TABLET, PHONE = ({"width": w, "height": h} for w, h in ((1440, 900), (820, 1180), (390, 844)))


@pytest.fixture(scope="session")
def hotline_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a hotline as `yihaotong up` runs it, with an empty data folder and the trained assistant.

    YHT_TEST_URL names one that is running already (with the tokens of tests/e2e/client.py).
    """
    if url := os.environ.get("YHT_TEST_URL"):
        yield url.rstrip("/")
        return
    with own_hotline(tmp_path_factory.mktemp("hotline")) as hotline:
        yield hotline.url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of Chromium; `make test` finds or installs it."""
    path = browser.find()
    if path is None:
        pytest.fail(browser.HOW)
    return path


@pytest.fixture(scope="module", name="browser")
def _browser(chromium_path: str) -> Iterator[Browser]:
    """Chromium."""
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium_path, args=flags) as running,
    ):
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each as another user; an error in a script or a policy violation fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(viewport: dict[str, int] = DESKTOP, locale: str = "zh-CN", **options: Any) -> Page:
        contexts.append(browser.new_context(viewport=viewport, locale=locale, **options))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if "Content Security Policy" in m.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors
