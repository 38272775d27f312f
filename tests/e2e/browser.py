"""Finds Chromium for the tests, or installs it. As a module it prints the path, or says in one line how to get it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_SECONDS = 600
HOW = "no Chromium found: install it with `.venv/bin/playwright install --with-deps chromium` or `apt-get install chromium`"


def find() -> str | None:
    """An installed Chromium that starts: the one named by YHT_TEST_CHROMIUM, one on PATH, or Playwright's own."""
    return next((path for path in _candidates() if _starts(path)), None)


def install() -> None:
    """Try Playwright's own build, then the distribution's package."""
    if _run([sys.executable, "-m", "playwright", "install", "chromium"]) and find():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"])


def _candidates() -> Iterator[str]:
    if named := os.environ.get("YHT_TEST_CHROMIUM"):
        yield named
    yield from filter(None, map(shutil.which, NAMES))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    yield own


def _starts(path: str) -> bool:
    return Path(path).exists() and _run([path, "--version"])


def _run(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, timeout=INSTALL_SECONDS, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """Print the path; 1 when there is none."""
    path = find()
    if path is None:
        print("Chromium is not here; installing it for the tests", file=sys.stderr)
        install()
        path = find()
    if path is None:
        print(HOW, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
