"""A real Chromium, driven over its own pipe: pages opened, buttons pressed, as a person does.

The DevTools protocol is JSON ended by a zero byte on file descriptors 3 and 4; nothing
else is needed. Waiting is for events of the browser, never for a time.
"""

import json
import os
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]

PATIENCE = 60
"""Seconds without any event after which the browser is taken for dead."""
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-extensions", "--remote-debugging-pipe"),
)


@dataclass(slots=True)
class Chromium:
    """One page of a running browser."""

    asking: int
    answering: int
    session: str = ""
    _last: int = 0
    _rest: bytes = b""
    _events: list[Json] = field(default_factory=list)

    def open(self, address: str, until: str) -> None:
        """Go to an address, and wait for a page whose address starts with ``until``."""
        self._and_wait(lambda: self.call("Page.navigate", url=address), until)

    def press(self, selector: str, until: str) -> None:
        """Press a button or a link, and wait for the page it leads to in the end."""
        press = f"document.querySelector({json.dumps(selector)}).click()"
        self._and_wait(lambda: self.told(press), until)

    def write(self, selector: str, text: str) -> None:
        """Write into a field."""
        place = f"document.querySelector({json.dumps(selector)})"
        self.told(f"{place}.value = {json.dumps(text)}")

    def told(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page holds
        """Return what an expression is in the page."""
        found = self.call(
            "Runtime.evaluate",
            expression=expression,
            userGesture=True,
            returnByValue=True,
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    @property
    def text(self) -> str:
        """What a person reads on the page."""
        return str(self.told("document.body.innerText"))

    @property
    def address(self) -> str:
        """The address of the page."""
        return str(self.told("location.href"))

    def call(self, method: str, **params: object) -> Json:
        """Give the browser an order and return its answer."""
        self._last += 1
        asked: Json = {"id": self._last, "method": method, "params": params}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self.asking, json.dumps(asked).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._last:
                assert "error" not in found, found
                result: Json = found["result"]
                return result
            self._events.append(found)

    def _and_wait(self, act: Callable[[], object], until: str) -> None:
        self._events.clear()
        act()
        while True:
            event = self._events.pop(0) if self._events else self._next()
            if event.get("method") != "Page.loadEventFired":
                continue
            if self.address.startswith(until):
                return

    def _next(self) -> Json:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self.answering], [], [], PATIENCE)
            part = os.read(self.answering, 1 << 16) if ready else b""
            assert part, "the browser does not answer"
            self._rest += part
        text, _, self._rest = self._rest.partition(b"\0")
        found: Json = json.loads(text)
        return found


@contextmanager
def running(folder: Path) -> Iterator[Chromium]:
    """Start a browser with a profile of its own; skip the test where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    there, asking = os.pipe()
    answering, back = os.pipe()
    script = f'exec "$@" 3<&{there} 4>&{back}'
    command = ["bash", "-c", script, "chromium", program, *FLAGS]
    with (folder / "chromium.log").open("w") as log:
        process = subprocess.Popen(
            [*command, f"--user-data-dir={folder / 'profile'}", "about:blank"],
            stdout=log,
            stderr=log,
            pass_fds=(there, back),
        )
    os.close(there)
    os.close(back)
    browser = Chromium(asking, answering)
    try:
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        browser.session = attached["sessionId"]
        browser.call("Page.enable")
        yield browser
    finally:
        process.kill()
        process.wait()
        os.close(asking)
        os.close(answering)
