"""No test reaches anything but this machine, and none sees the keys of whoever runs it."""

from __future__ import annotations

import ipaddress
import os
import shutil
import sys
from collections.abc import Generator
from typing import Any, cast

import pytest

_PRIVATE = ("_API_KEY", "_API_BASE", "_BASE_URL", "_PROXY", "_proxy")

for _name in list(os.environ):
    if _name.endswith(_PRIVATE) or _name == "MATCHREPORT_MODEL":
        del os.environ[_name]


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in {"", "localhost"}


def _refuse_other_machines(event: str, args: tuple[object, ...]) -> None:
    """An audit hook (it patches nothing): connections and look-ups of names stay on loopback.

    Raises:
        RuntimeError: And not an OSError, which a client would take for a fault worth another try.
    """
    if event not in {"socket.connect", "socket.getaddrinfo"}:
        return
    # (socket, (host, port)), where a path stands for a local socket; or (host, port, ...)
    address = cast("tuple[object, ...]", args[1]) if isinstance(args[1], tuple) else args
    host = address[0]
    if isinstance(host, str) and not _is_here(host):
        raise RuntimeError(f"a test tried to reach {host}")


sys.addaudithook(_refuse_other_machines)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """A real browser, for the tests of pages."""
    webdriver: Any = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no Chromium with chromedriver found: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,700", f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    yield started
    started.quit()
