"""The real programs some tests need: without them a test is skipped with a plain line; in CI it fails."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# Marker: the program's name, the variable that says where it is, and where it may be.
_REAL = {
    "libreoffice": (
        "LibreOffice",
        "SOFFICE",
        ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    ),
    "chromium": (
        "Chromium",
        "CHROMIUM",
        (
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ),
    ),
}
_FIXTURES = {"soffice": "libreoffice", "chromium_path": "chromium"}


@pytest.fixture(scope="session")
def soffice() -> Path:
    """LibreOffice's program; a test that asks for it is skipped where there is none."""
    return _required("libreoffice")


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium or Chrome; a test that asks for it is skipped where there is none."""
    return _required("chromium")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """A report's results are kept for the process that makes it; the next test is another report."""
    results = sys.modules.get("casebook.analysis.results")
    if results is not None:
        results._KNOWN.set(None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Asking for the program is enough: the marker follows."""
    for item in items:
        for fixture, marker in _FIXTURES.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in _markers(item):
        if _found(marker) is None:
            name, variable, _ = _REAL[marker]
            pytest.skip(f"{name} is not installed (or name it in {variable})")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where the real parts are required, a test of one that was skipped, for whatever reason, has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _markers(item) and _is_required():
        report.outcome = "failed"
        report.longrepr = f"skipped, but CASEBOOK_REQUIRE_REAL is set: {report.longrepr[-1]}"
    return report


def _markers(item: pytest.Item) -> list[str]:
    return [marker for marker in _REAL if item.get_closest_marker(marker)]


def _is_required() -> bool:
    return os.environ.get("CASEBOOK_REQUIRE_REAL", "") not in ("", "0")


def _required(marker: str) -> Path:
    found = _found(marker)
    assert found is not None  # the marker that came with the fixture has skipped the test otherwise
    return found


def _found(marker: str) -> Path | None:
    _, variable, places = _REAL[marker]
    for place in (os.environ.get(variable), *places):
        if place and (path := shutil.which(place)):
            return Path(path)
    return None
