"""A second host with nothing but the files: no database, no Django, and every link leads somewhere."""

import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from incidents.lifecycle import open_incident
from status.publishing.publisher import publish, publish_archive
from status.targets.keeping import bring_up_to_date
from tests.factories import make_component

READ = """
import json, sys
from status.serving.alone import application

answers = {}
for line in sys.stdin:
    path, _, query = line.strip().partition("?")
    found = {}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "second.example.test"}
    body = b"".join(application(environ, lambda status, headers: found.update(status=status, headers=dict(headers))))
    answer = {"status": found["status"], "type": found["headers"]["Content-Type"]}
    print(json.dumps(answer | {"body": body.decode("utf-8", "replace")}), flush=True)
assert not [name for name in sys.modules if name.split(".")[0] in ("django", "celery", "sqlite3", "psycopg", "redis")]
"""


class SecondHost:
    """A Python of its own that serves a folder and has nothing else."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READ],
            env={"PUBLISH_ROOT": str(root), "PATH": "", "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def get(self, target: str) -> dict[str, str]:
        """Its answer."""
        self.process.stdin.write(f"{target}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> int:
        """End it; 0 when nothing but the files was used."""
        self.process.stdin.close()
        return self.process.wait(30)


class Links(HTMLParser):
    """Whatever a document leads to or loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, scripts, style sheets, images and icons."""
        self.found |= {value for name, value in attrs if name in ("href", "src") and value}


@pytest.fixture
def history(live_page):
    """Years of it, so that there is a second page, and a component to choose."""
    component = make_component(live_page, name="Website")
    for years in range(1, 3):
        open_incident(
            page=live_page,
            name=f"{years} years ago",
            body="It was the cache.",
            by=None,
            at=timezone.now() - timedelta(days=365 * years),
            component_statuses={component: "major_outage"},
            backfilled=True,
        )
    publish(live_page)
    publish_archive(live_page)
    return live_page


def test_the_files_alone_serve_the_whole_page(history, add, places, tmp_path):
    row = add("folder", str(places / "copy"))
    assert bring_up_to_date(row.pk)
    shutil.move(places / "copy", tmp_path / "elsewhere")  # as rsync would: symbolic links and all
    host = SecondHost(tmp_path / "elsewhere")

    chosen = f"/history?page=1&component={history.components.get().code}"
    seen, queue, loaded = {}, ["/", "/feed.json", "/api/v2/summary.json", "/embed.js", "/brand.css", chosen], set()
    while queue:
        target = queue.pop()
        if target in seen:
            continue
        answer = seen[target] = host.get(target)
        assert answer["status"] == "200 OK", target
        assert answer["body"] or target == "/brand.css", target
        links = Links(answer["body"]).found if answer["type"].startswith("text/html") else set()
        if answer["type"].startswith("text/css"):
            links = set(re.findall(r"url\(['\"]?([^'\")]+)", answer["body"]))
        for link in links:
            parts = urlsplit(urljoin(f"http://second.example.test{target}", link))
            if parts.netloc == "second.example.test" and parts.scheme == "http":
                queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))
                loaded.add(parts.path.rsplit(".", 1)[-1] if parts.path.startswith("/static/") else "")

    assert host.close() == 0
    assert "Pages load slowly" in seen["/"]["body"]
    assert "/history?page=2" in seen
    assert any("1 years ago" in answer["body"] for target, answer in seen.items() if "component=" in target)
    assert sum(target.startswith("/incidents/") for target in seen) == 3
    assert json.loads(seen["/feed.json"]["body"])["items"]
    assert {"css", "js", "svg"} <= loaded


def test_a_place_in_the_flat_layout_can_become_a_publish_folder_again(
    history, add, repository, places, tmp_path, settings
):
    row = add("git", str(repository))
    assert bring_up_to_date(row.pk)
    subprocess.run(["git", "clone", "--quiet", str(repository), str(tmp_path / "checkout")], check=True)

    settings.PUBLISH_ROOT = tmp_path / "restored"
    call_command("follow", str(tmp_path / "checkout"), once=True)

    host = SecondHost(tmp_path / "restored")
    assert "Pages load slowly" in host.get("/")["body"]
    assert host.get("/history?page=2")["status"] == "200 OK"
    assert host.close() == 0
