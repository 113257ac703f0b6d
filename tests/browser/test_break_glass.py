"""The worst hour, with real processes: a web server and the command with a database and a Redis that only swallow."""

import json
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest
from playwright.sync_api import expect

from .axe import faults
from .conftest import ROOT, Stack, sign_in

TIMELINE = """
import json
from django.core.management import call_command
from incidents.models import GlassPost
call_command("break_glass", "--reconcile")
told = [post.update for post in GlassPost.objects.order_by("update__posted_at")]
print(json.dumps([[each.incident.code, each.status, each.body] for each in told]))
"""


ADD_PLACE = """
from incidents.models import Page
from status.models import TargetKind
from status.targets.listing import save_target
save_target(page=Page.objects.get(is_default=True), name="Second", kind=TargetKind.FOLDER, location={!r})
"""


class Swallower:
    """A port that takes connections and never says a word, as a firewall that drops; it counts who came."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.came = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        while True:
            try:
                self.came.append(self.socket.accept())
            except OSError:
                return


@pytest.fixture
def swallower():
    """Where the database and Redis were."""
    port = Swallower()
    yield port
    port.socket.close()


@pytest.fixture
def stack(prepared, tmp_path):
    """Allclear on a folder and database of its own; nothing is running yet."""
    made = Stack(tmp_path / "stack", prepared)
    yield made
    made.close()


def test_an_update_goes_out_with_everything_down_and_comes_in_once(stack, swallower):
    alive = stack.env
    second = stack.folder / "copies" / "second"
    stack.manage("shell", "-v", "0", "-c", ADD_PLACE.format(str(second)))
    gone = {
        "DATABASE_URL": f"postgres://nobody@127.0.0.1:{swallower.port}/gone",
        "REDIS_URL": f"redis://127.0.0.1:{swallower.port}/0",
    }

    stack.env = alive | gone
    stack.start("web")
    opened = stack.manage(
        *("break_glass", "--new", "Pages load slowly", "--body", "We look into it.", "--as", "Jo"),
        *("--component", "Website=partial_outage"),
    )
    assert f"  Second (folder, {second}): there" in opened.splitlines()
    code = opened.split(f"{stack.url}/incidents/")[1].split()[0]
    stack.manage(
        *("break_glass", "--incident", code, "--status", "identified", "--body", "A *switch* broke.", "--as", "Kim"),
        *("--component", "Website=major_outage"),
    )

    assert swallower.came == []
    for path in ("/", f"/incidents/{code}"):
        assert "A <em>switch</em> broke." in get(stack, path)
    assert "Pages load slowly" in get(stack, "/history")
    assert "A switch broke." in get(stack, "/feed.json")
    summary = json.loads(get(stack, "/api/v2/summary.json"))
    assert [each["id"] for each in summary["incidents"]] == [code]
    assert {each["status"] for each in summary["components"] if each["name"] == "Website"} == {"major_outage"}
    published = get(stack, "/api/v2/incidents.json")
    copied = second / "hosts" / "_" / "current" / "index.html"
    assert "A <em>switch</em> broke." in copied.read_text()

    stack.env = alive
    command = [sys.executable, "manage.py", "break_glass", "--reconcile"]
    together = [subprocess.Popen(command, cwd=ROOT, env=stack.env) for _ in range(2)]
    assert [process.wait(60) for process in together] == [0, 0]
    third, timeline = stack.manage("shell", "-v", "0", "-c", TIMELINE).splitlines()[-2:]

    assert third == "Nothing waits for the database."
    assert json.loads(timeline) == [
        [code, "investigating", "We look into it."],
        [code, "identified", "A *switch* broke."],
    ]
    assert get(stack, "/api/v2/incidents.json") == published


def get(stack, path):
    with urllib.request.urlopen(stack.url + path, timeout=10) as answer:
        return answer.read().decode()


PUT_ASIDE = """
from status.break_glass import records
record, = records.pending()
records.put_aside(record, "the incident is closed to it")
"""


def test_what_a_refused_file_told_stays_open_while_the_page_renews_itself(stack, browser):
    stack.manage("break_glass", "--new", "Pages load slowly", "--body", "We look into it.", "--as", "Jo")
    stack.manage("shell", "-v", "0", "-c", PUT_ASIDE)
    stack.start("web")
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    page.clock.install()
    sign_in(page)
    page.goto("/console/publishing/")
    told = page.get_by_text("We look into it.")
    expect(told).to_be_hidden()

    page.get_by_text("What it told").click()
    expect(told).to_be_visible()
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        page.clock.fast_forward(30_000)
    page.wait_for_timeout(500)  # what came is in its place by then

    expect(told).to_be_visible()
    assert faults(page) == []
    context.close()
