"""The web server of the Procfile, started and kept running while database and broker are dead in every way."""

import asyncio
import http.client
import json
import select
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from bench import servers
from tests.faults.conftest import environment
from tests.faults.proxy import Proxy

pytestmark = pytest.mark.django_db

PATHS = (
    "/",
    "/history",
    "/uptime",
    "/api",
    "/feed.json",
    "/feed.json?since=0",
    "/changes/1.json",
    "/history.atom",
    "/history.rss",
    "/history.ics",
    "/api/v2/summary.json",
    "/api/v2/incidents/unresolved.json",
    "/badge.svg",
    "/embed.js",
    "/version.json",
)
P95 = 0.5
"""Seconds; 0.2 on an idle machine. Beside other tests, five times what it is when nothing hangs may be more."""


class Site:
    """The running web server, and the proxies where its database and its Redis would be."""

    def __init__(self, port: int, database: Proxy, redis: Proxy) -> None:
        self.port = port
        self.database = database
        self.redis = redis
        self.asked_at_start = (database.accepted, redis.accepted)

    def get(self, path: str, **headers: str):
        """The status, the headers and the body, over a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


@pytest.fixture(scope="module")
def running(published, tmp_path_factory):
    """Started with a database and a Redis that take connections and never answer."""
    folder, port = tmp_path_factory.mktemp("web"), servers.free_port()
    with Proxy() as database, Proxy() as redis:
        settings = environment(
            folder,
            PORT=port,
            PUBLISH_ROOT=published,
            DATABASE_URL=f"postgres://nobody:none@127.0.0.1:{database.port}/nothing",
            REDIS_URL=f"redis://127.0.0.1:{redis.port}/0",
        )
        with servers.allclear(port, settings, folder / "log.txt"):
            yield Site(port, database, redis)


@pytest.fixture
def site(running):
    """With both swallowing what they are sent, whatever a test before did to them."""
    for proxy in (running.database, running.redis):
        proxy.refuse()
        proxy.swallow()
    return running


def test_a_cold_start_and_all_public_reading_ask_no_service(site, published):
    current = published / "hosts" / "_" / "current"
    before = site.database.accepted, site.redis.accepted

    found = {path: site.get(path) for path in PATHS}
    [report] = json.loads(found["/api/v2/incidents/unresolved.json"][2])["incidents"]
    found["report"] = site.get(f"/incidents/{report['id']}")

    assert {path: answer[0] for path, answer in found.items()} == dict.fromkeys(found, 200)
    assert b"Pages load slowly" in found["report"][2]
    assert found["/"][2] == (current / "index.html").read_bytes()
    assert found["/api/v2/summary.json"][2] == (current / "api" / "v2" / "summary.json").read_bytes()
    assert all(site.get(path)[2] == answer[2] for path, answer in found.items() if path != "report")
    assert (site.database.accepted, site.redis.accepted) == before
    assert site.asked_at_start == (0, 0)


def test_nothing_that_a_browser_sends_along_makes_another_document(site):
    plain = site.get("/")
    sent = site.get("/?utm_source=x&fbclid=y", Cookie="allclear-session=abcdefgh; a=b", User_Agent="x", DNT="1")

    assert (sent[0], sent[2], sent[1]["ETag"]) == (200, plain[2], plain[1]["ETag"])
    for _, headers, _ in (plain, sent, site.get("/nowhere"), site.get("/feed.json")):
        assert headers["Set-Cookie"] is None
        assert headers["Vary"] == "Accept-Encoding"
        assert int(headers["X-Snapshot-Age"]) >= 0


def test_a_console_that_hangs_leaves_threads_for_the_public(site):
    """Sessions are in the database: each of these requests waits for it, and there are more of them than threads."""
    before = site.database.accepted
    quiet = _seconds_to_read(site)
    hanging = [_ask_for_the_console(site.port) for _ in range(30)]
    try:
        _wait_until(lambda: site.database.accepted >= before + 4)
        _wait_until(lambda: len(_answered(hanging)) > 10)
        answered = _answered(hanging)
        assert len(answered) < len(hanging), "nothing hung"

        seconds = _seconds_to_read(site)

        assert _p95(seconds) < max(P95, 5 * _p95(quiet))
        assert max(seconds) < 4  # a hanging request lasts five seconds
        assert site.get("/healthz")[0] == 200
        turned_away = [each.recv(65_536) for each in answered]
        assert all(answer.startswith(b"HTTP/1.1 503") and b"retry-after: 5" in answer for answer in turned_away)
    finally:
        site.database.refuse()
        for each in hanging:
            _read_to_the_end(each)


def test_refused_connections_fail_the_console_at_once_and_nothing_else(site):
    for proxy in (site.database, site.redis):
        proxy.refuse()

    began = time.monotonic()
    assert site.get("/console/", Cookie=f"allclear-session={'a' * 32}")[0] == 500
    status, _, body = site.get("/readyz")
    assert (status, json.loads(body)["database"], json.loads(body)["broker"]) == (503, "unreachable", "unreachable")
    assert time.monotonic() - began < 20
    assert {path: site.get(path)[0] for path in PATHS} == dict.fromkeys(PATHS, 200)


def test_five_hundred_readers_at_once_cost_no_rendering(site):
    """A published document is never made on request, so there is nothing to stampede for: see the database's count."""
    before = site.database.accepted

    with ThreadPoolExecutor(1) as apart:  # a browser test may have left a loop in this thread
        answers = apart.submit(asyncio.run, _all_at_once(site.port, 500)).result()

    assert set(answers) == {("200", site.get("/")[2])}
    assert site.database.accepted == before


async def _all_at_once(port: int, count: int) -> list[tuple[str, bytes]]:
    """Ask for the home page over `count` connections that are all open before the first request is sent."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, bytes]:
        writer.write(b"GET / HTTP/1.1\r\nHost: status.example.test\r\nConnection: close\r\n\r\n")
        answer = await reader.read(-1)
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.split()[1].decode(), body

    return await asyncio.gather(*(ask(*each) for each in opened))


def _ask_for_the_console(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    head = f"Host: localhost\r\nConnection: close\r\nCookie: allclear-session={'a' * 32}"
    connection.sendall(f"GET /console/ HTTP/1.1\r\n{head}\r\n\r\n".encode())
    return connection


def _read_to_the_end(connection: socket.socket) -> None:
    connection.settimeout(20)
    while connection.recv(65_536):
        pass
    connection.close()


def _answered(connections: list[socket.socket]) -> list[socket.socket]:
    """Those on which something has arrived by now."""
    return select.select(connections, [], [], 0)[0]


def _seconds_to_read(site: Site) -> list[float]:
    """How long each of a hundred public documents took."""
    seconds = []
    for number in range(100):
        began = time.monotonic()
        assert site.get(PATHS[number % len(PATHS)])[0] == 200
        seconds.append(time.monotonic() - began)
    return seconds


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _wait_until(is_so) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)
