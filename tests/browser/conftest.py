"""Real processes and a real browser: the web server, a Celery worker and beat on a folder and database of their own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from re import Pattern
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.db import connections
from playwright.sync_api import Browser, BrowserType, Page, Route, StorageState, expect, sync_playwright

from status.publishing.store import FolderStore
from tests.once import once

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PASSWORD = "correct horse battery"

PREPARE = f"""
from django.core.management import call_command
from tests.factories import make_user
call_command("collectstatic", interactive=False, verbosity=0)
make_user("demo", password="{PASSWORD}")
call_command("load_demo")
# On some days the maintenance of each month would begin or end while the tests run.
from incidents.models import Incident, MaintenanceSeries
Incident.objects.filter(series__isnull=False).delete()
MaintenanceSeries.objects.all().delete()
"""

_numbers = count(1)

expect.set_options(timeout=30_000)


class Stack:
    """Allclear as `make run` starts it, each process under our hand."""

    def __init__(self, folder: Path, copied_from: "Stack | None" = None) -> None:
        self.folder = folder
        self.port = copied_from.port if copied_from else _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._shell: subprocess.Popen[str] | None = None
        self.log = folder / "log.txt"
        self.env = os.environ | {
            "VAR_DIR": str(folder),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "DEBUG": "0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self.database = ""
        if copied_from:
            # Published documents hold the address, which is why the port stays.
            shutil.copytree(copied_from.folder, folder, symlinks=True, dirs_exist_ok=True)
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            self.database = f"allclear_stack_{os.getpid()}_{next(_numbers)}"
            template = f'TEMPLATE "{copied_from.database}"' if copied_from else ""
            self._administer(f'CREATE DATABASE "{self.database}" {template}')
            self.env["DATABASE_URL"] = _with_path(os.environ["DATABASE_URL"], self.database)
        if os.environ.get("REDIS_URL"):
            self.env["REDIS_URL"] = _with_path(os.environ["REDIS_URL"], str(_redis_number()))
            redis.Redis.from_url(self.env["REDIS_URL"]).flushdb()

    def manage(self, *arguments: str) -> str:
        """Run a management command and give what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        """Run Python as `manage.py shell` does and give what it printed. One process does so for all of a stack's
        life, since to start one takes longer than most of what is asked of it.
        """
        if self._shell is None:
            with self.log.open("ab") as log:
                self._shell = subprocess.Popen(
                    [sys.executable, "-m", "tests.browser.shell"],
                    cwd=ROOT,
                    env=self.env,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        print(json.dumps(code), file=self._shell.stdin, flush=True)
        printed, error = json.loads(self._shell.stdout.readline())
        assert not error, error
        return printed

    def publish(self) -> None:
        """Publish whatever is stale."""
        self.shell("from django.core.management import call_command; call_command('publish')")

    def confirm(self) -> None:
        """Say that what is published is current, as beat does each minute."""
        store = FolderStore(self.folder / "published")
        for page in store.pages():
            with store.lock(page):
                store.confirm(page)

    def start(self, name: str) -> None:
        """Start web, worker or beat."""
        tools = Path(sys.executable).parent
        celery = [str(tools / "celery"), "-A", "config"]
        command = {
            "web": [
                str(tools / "granian"),
                *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1", "--no-ws"),
                "config.wsgi:application",
            ],
            "worker": [
                *(*celery, "worker", "--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            "beat": [*celery, "beat", "--pidfile="],
        }[name]
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        if name == "web":
            self._wait_for_web()

    def stop(self, name: str) -> None:
        """Stop one process and whatever it started."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        """End everything at once, however it takes that, and leave nothing behind."""
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if self._shell:
            self._shell.communicate()  # it ends with its input
        for process in self.processes.values():
            process.wait()
        if self.database:
            self._administer(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def _wait_for_web(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until and self.processes["web"].poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                return
            time.sleep(0.1)
        raise AssertionError(f"the web server did not start:\n{self.log.read_text()[-2000:]}")

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(statement)


def _redis_number() -> int:
    """A database of Redis that no other pytest worker's stack uses: they would take each other's tasks."""
    return 10 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 6


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _with_path(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _load_demo(migrated: Path, folder: Path) -> None:
    shutil.copyfile(migrated, folder / "db.sqlite3")
    Stack(folder).manage("shell", "-c", PREPARE)
    shutil.rmtree(folder / "published")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated: Path | None) -> Iterator[Stack]:
    """Allclear with the demo, set up once and never started: what every module's stack begins as a copy of."""
    first = Stack(tmp_path_factory.mktemp("prepared"))
    try:
        if migrated is None:
            first.manage("migrate", "--verbosity", "0")
            first.manage("shell", "-c", PREPARE)
        else:
            # Only the address is another in each pytest process, and with it what is published.
            shutil.copytree(once("demo", partial(_load_demo, migrated)), first.folder, dirs_exist_ok=True)
        first.manage("publish", "--all")
        yield first
    finally:
        first.close()


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, prepared: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Allclear with the demo, running: all of it, or what the module names in PROCESSES."""
    running = Stack(tmp_path_factory.mktemp("stack"), prepared)
    try:
        for name in getattr(request.module, "PROCESSES", ("web", "worker", "beat")):
            running.start(name)
        yield running
    finally:
        running.close()


@pytest.fixture(autouse=True)
def confirmed(request: pytest.FixtureRequest) -> None:
    """Where no beat runs, nothing that a test sees may be out of date because of how long the tests before it took."""
    if "stack" in request.fixturenames:
        stack: Stack = request.getfixturevalue("stack")
        if "beat" not in stack.processes:
            stack.confirm()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome as installed, else the one that Playwright brought."""
    # Playwright has tests run in a context of its own, where Django connects anew. Nobody else would close the
    # connection of the context that is left, and PostgreSQL drops no database that somebody is connected to.
    connections.close_all()
    with sync_playwright() as playwright:
        chromium = launch(playwright.chromium)
        yield chromium
        chromium.close()
        connections.close_all()


def launch(kind: BrowserType, **options: Any) -> Browser:
    """A browser of its own, with what else a test needs to be otherwise."""
    installed = next((path for path in map(shutil.which, BROWSERS) if path), None)
    return kind.launch(executable_path=installed, args=["--no-sandbox", "--disable-background-networking"], **options)


@pytest.fixture
def reader(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Somebody of the public."""
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    yield page
    leave(page)


@pytest.fixture(scope="module")
def signed_in(browser: Browser, stack: Stack) -> StorageState:
    """The cookies of a responder who signed in."""
    context = browser.new_context(base_url=stack.url)
    sign_in(context.new_page())
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module")
def colleague(stack: Stack):
    """A second person who may sign in."""
    stack.shell(f"from tests.factories import make_user; make_user('rina', password='{PASSWORD}')")


@pytest.fixture
def responder_page(browser: Browser, stack: Stack, signed_in: StorageState) -> Iterator[Page]:
    """A responder, signed in."""
    context = browser.new_context(base_url=stack.url, storage_state=signed_in)
    page = context.new_page()
    page.goto("/console/")
    yield page
    leave(page)


def leave(page: Page) -> None:
    """Close a page with all that it shares, and what answers for a server at that moment with it."""
    if not page.is_closed():
        page.unroute_all(behavior="ignoreErrors")
    page.context.close()


def rewrite(page: Page, script: Pattern[str], changes: dict[str, str]) -> None:
    """Have a page get a script in which some text stands otherwise, such as a time that is long to wait for."""

    def changed(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        for written, instead in changes.items():
            assert body.count(written) == 1, written
            body = body.replace(written, instead)
        route.fulfill(response=answer, body=body)

    page.route(script, changed)


def sign_in(page: Page, name: str = "demo") -> None:
    """Sign in through the form."""
    page.goto("/console/")
    page.get_by_label("Login").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Report an incident")).to_be_visible()


def reference_history() -> str:
    """The page of history that tells of October 2022, three months a page back from now."""
    now = datetime.now(UTC)
    months = (now.year - 2022) * 12 + now.month - 10
    return f"/history?page={months // 3 + 1}"
