"""Lessons in a real browser: Debian's Chromium, driven through Playwright."""

import importlib.util
import os
import shutil

import pytest

pytest.register_assert_rewrite("lab", "look", "desk", "clock", "screen", "tally")

from desk import THEMES, Desk  # noqa: E402
from lab import PATIENCE, Lab  # noqa: E402

FAILED = pytest.StashKey[bool]()


def missing() -> str:
    """Return what the tests of this folder lack, in words; empty where nothing is missing."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is missing: pip install -r requirements-test.txt"
    if shutil.which("chromium") is None:
        return "Chromium is missing: there is no program `chromium`"
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A Lab server, one for all files that a process tests."""
    if missing():
        pytest.skip(f"NOT RUN: {missing()}")
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def chromium(lab):
    """A browser. A file's own: while it is open, an event loop runs in this process."""
    from playwright.sync_api import sync_playwright

    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--disable-gpu", *root],
            timeout=PATIENCE * 1000,
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_desk(chromium, lab):
    """A page with the Lab, which a file's lessons share."""
    desk = Desk(chromium, lab)
    yield desk
    desk.close()


@pytest.fixture(scope="module", params=THEMES)
def theme(request, open_desk):
    """Each of the two themes, for tests that look."""
    open_desk.theme(request.param)
    return request.param


@pytest.fixture
def desk(open_desk, request):
    """The page with the Lab; fails the test during which the console showed an error."""
    open_desk.complaints.clear()
    yield open_desk
    if request.node.stash.get(FAILED, False):
        open_desk.screenshot(f"failed-{request.node.name}")
    assert open_desk.complaints == []
