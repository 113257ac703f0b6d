"""Our server and nginx side by side over the same published files: requests a second, and processor time for each."""

import json
import re
import shutil
import statistics
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from os import sysconf
from pathlib import Path

from . import servers

SECONDS = 1
ROUNDS = 5
CONNECTIONS = 32
TICKS = sysconf("SC_CLK_TCK")

BARE = """
server {{
    listen 127.0.0.1:{port};
    root {published}/hosts/_/current;
    gzip_static on;
    sendfile on;
    tcp_nopush on;
    types {{ text/html html; application/json json; }}
    location / {{ try_files $uri ../archive$uri $uri.html /index.html; }}
}}
"""
"""The least that nginx can do: no headers, no host names, no clean addresses beyond what is measured."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and the process whose children do its work."""

    name: str
    url: str
    pid: int


@dataclass(slots=True)
class Measured:
    """What one server did with one kind of request, a figure for each round."""

    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second, the median."""
        return statistics.median(self.rates)

    @property
    def cost(self) -> float:
        """Microseconds of processor time for one request, the median."""
        return statistics.median(self.costs)


@contextmanager
def side_by_side(folder: Path, environment: dict[str, str]) -> Iterator[list[Server]]:
    """Our server, and nginx twice where it is installed: as deploy/nginx.conf has it, and bare."""
    published = folder / "published"
    port = servers.free_port()
    with ExitStack() as stack:
        ours = stack.enter_context(servers.allclear(port, environment | {"PORT": str(port)}, folder / "web.log"))
        found = [Server("allclear", f"http://127.0.0.1:{port}", ours.pid)]
        if servers.NGINX:
            at = servers.free_port()
            changes = servers.nginx_over(published, at, port)
            url = f"http://127.0.0.1:{at}"
            site = (servers.ROOT / "deploy" / "nginx.conf").read_text()
            process = stack.enter_context(servers.nginx(site, changes, folder / "nginx", f"{url}/"))
            found.append(Server("nginx", url, process.pid))
            at = servers.free_port()
            url = f"http://127.0.0.1:{at}"
            bare = BARE.format(port=at, published=published)
            process = stack.enter_context(servers.nginx(bare, {}, folder / "bare", f"{url}/"))
            found.append(Server("bare nginx", url, process.pid))
        yield found


def measure(found: list[Server], paths: dict[str, str]) -> dict[tuple[str, str], dict[str, Measured]]:
    """Each document as it is, compressed and unchanged, in turn by every server, several rounds."""
    cases = [(document, form) for document in paths for form in ("plain", "gzip", "304")]
    results = {case: {server.name: Measured() for server in found} for case in cases}
    for _ in range(ROUNDS):
        for document, form in cases:
            for server in found:
                url = server.url + paths[document]
                rate, cost = _load(server, url, _headers(url, form))
                results[document, form][server.name].rates.append(rate)
                results[document, form][server.name].costs.append(cost)
    return results


def _headers(url: str, form: str) -> dict[str, str]:
    """The request headers for a form of a document, once it is sure that the server answers with that form."""
    plain = _ask(url, {})
    given = {"plain": {}, "gzip": {"Accept-Encoding": "gzip"}, "304": {"If-None-Match": plain[1]["etag"]}}[form]
    status, headers, size = _ask(url, given)
    is_meant = {
        "plain": status == 200 and size == plain[2] > 0 and "content-encoding" not in headers,
        "gzip": status == 200 and headers.get("content-encoding") == "gzip",
        "304": status == 304 and size == 0,
    }[form]
    if not is_meant:
        raise SystemExit(f"bench: {url} doesn't answer as {form}, but {status} with {size} bytes.")
    return given


def _ask(url: str, given: dict[str, str]) -> tuple[int, dict[str, str], int]:
    request = urllib.request.Request(url, headers=given)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, len(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, len(error.read())


def _load(server: Server, url: str, headers: dict[str, str]) -> tuple[float, float]:
    """Requests a second as wrk counts them, and microseconds of the server's processor time for each."""
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    before = _processor_seconds(server.pid)
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *given, url], capture_output=True, text=True, check=True
    )
    used = _processor_seconds(server.pid) - before
    count = re.search(r"(\d+) requests in", done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout or not (count and rate and int(count[1])):
        raise SystemExit(f"bench: {url} was not answered as it should:\n{done.stdout}")
    return float(rate[1]), used / int(count[1]) * 1e6


def _processor_seconds(pid: int) -> float:
    """Processor time of a process and all its children, in user and system mode."""
    ticks = 0
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def family(pid: int) -> list[int]:
    """A process and its children, and theirs."""
    found = [pid]
    for each in found:
        found += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    return found


def memory(server: Server) -> list[tuple[str, float, float]]:
    """Resident and proportional megabytes of each of the server's working processes."""
    found = []
    for pid in family(server.pid)[1:]:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        rss, pss = (int(re.search(rf"^{word}:\s+(\d+)", text, re.MULTILINE)[1]) / 1000 for word in ("Rss", "Pss"))
        found.append((name, rss, pss))
    return found


def incident_path(published: Path) -> str:
    """The report that the home page links to first."""
    feed = json.loads((published / "hosts" / "_" / "current" / "feed.json").read_bytes())
    return "/incidents/" + feed["items"][0]["url"].rpartition("/")[2]


def wrk_is_there() -> bool:
    """Whether the load generator is installed."""
    return shutil.which("wrk") is not None
