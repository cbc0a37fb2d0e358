"""Takes the pictures of docs/images: Jarvis in Home Assistant's Assist dialog."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
from queue import Empty, Queue
import re
import shutil
import signal
import socket
import subprocess
import sys
from tempfile import TemporaryDirectory
from threading import Thread
import time

from playwright.sync_api import Locator, Page, expect, sync_playwright

from scripts.house.client import PASSWORD, USERNAME

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"

SENTENCES = ("Allume la lumière de la cuisine", "How warm is it in the living room?")

START_SECONDS = 240
STOP_SECONDS = 30
PAGE_MILLISECONDS = 60_000
REPLY_SECONDS = 60
QUIET_SECONDS = 1.5
"""A reply that has not grown for so long is complete."""


class CannotTakePictureError(Exception):
    """Something is missing that the person who started this can bring."""


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(
        "scripts/screenshot",
        description=__doc__,
        epilog="Everything else goes to scripts/run: --ollama URL, --model NAME.",
    )
    parser.add_argument("--browser", help="Chromium's path; otherwise found on PATH")
    parser.add_argument("--url", help="a house that runs already")
    parser.add_argument("--language", default="en", help="of the user interface")
    options, more = parser.parse_known_args()
    try:
        browser = _browser(options.browser)
        if options.url:
            take(options.url, browser, options.language)
        else:
            with house(more) as url:
                take(url, browser, options.language)
    except CannotTakePictureError as err:
        print(f"scripts/screenshot: {err}", file=sys.stderr)
        return 1
    return 0


def take(url: str, browser: str, language: str) -> None:
    """Take the pictures of a house that runs."""
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses to work for root, as in a container.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=browser, args=flags)
        context = chromium.new_context(
            viewport={"width": 1120, "height": 720},
            device_scale_factor=2,
            locale=language,
            service_workers="block",
        )
        page = context.new_page()
        page.set_default_timeout(PAGE_MILLISECONDS)
        _log_in(page, url)
        dialog = _open_assist(page)
        for sentence in SENTENCES:
            _say(dialog, sentence)
        IMAGES.mkdir(parents=True, exist_ok=True)
        path = IMAGES / "assist.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        print(path.relative_to(ROOT))
        chromium.close()


@contextmanager
def house(arguments: list[str]) -> Iterator[str]:
    """Offer the address of a new house that lives as long as the block."""
    with TemporaryDirectory(prefix="jarvis-") as state:
        port = str(_free_port())
        process = subprocess.Popen(
            [ROOT / "scripts" / "run", "--port", port, "--state", state, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield _address(process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _address(process: subprocess.Popen[str]) -> str:
    """Wait for the address that scripts/run prints when the house is ready."""
    lines = Queue[str]()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)
        lines.put("")

    Thread(target=read, daemon=True).start()
    end = time.monotonic() + START_SECONDS
    while (left := end - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except Empty:
            break
        if found := re.search(r"http://[\w.:]+", line):
            return found[0]
        if not line:
            message = "scripts/run ended before the house was ready."
            raise CannotTakePictureError(message)
    message = f"The house was not ready after {START_SECONDS} seconds."
    raise CannotTakePictureError(message)


def _browser(wanted: str | None) -> str:
    for name in [wanted] if wanted else ["chromium", "chromium-browser"]:
        if path := shutil.which(name):
            return path
    message = "Chromium is not on PATH (Debian: apt install chromium)."
    raise CannotTakePictureError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _log_in(page: Page, url: str) -> None:
    page.goto(url)
    page.locator("input[name=username]").fill(USERNAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("home-assistant-main")).to_be_visible()
    page.wait_for_url(re.compile(re.escape(url) + r"/(?!auth/)\w+"))


def _open_assist(page: Page) -> Locator:
    """Open the dialog with the key that Home Assistant gives it."""
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    dialog = page.locator("ha-voice-command-dialog ha-assist-chat")
    expect(dialog.locator("input")).to_be_visible()
    return dialog


def _say(dialog: Locator, sentence: str) -> None:
    """Type a sentence and wait until its reply is complete."""
    field = dialog.locator("input")
    replies = dialog.locator(".message.hass ha-markdown-element")
    before = replies.count()
    field.fill(sentence)
    field.press("Enter")
    end = time.monotonic() + REPLY_SECONDS
    text, since = "", time.monotonic()
    while time.monotonic() < end:
        dialog.page.wait_for_timeout(100)
        newest = replies.last.inner_text().strip() if replies.count() > before else ""
        if newest != text:
            text, since = newest, time.monotonic()
        elif len(text) > 1 and time.monotonic() - since > QUIET_SECONDS:
            break
    else:
        message = f"No reply to «{sentence}» within {REPLY_SECONDS} seconds."
        raise CannotTakePictureError(message)
    if dialog.locator(".message.error").count():
        message = f"The reply to «{sentence}» was an error: {text}"
        raise CannotTakePictureError(message)


if __name__ == "__main__":
    sys.exit(main())
