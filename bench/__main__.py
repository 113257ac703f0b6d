"""The driver of `make bench`: prints Markdown tables of what was measured, and how that stands to what we aim at.

About four minutes. Everything lies in a folder of its own and goes with it; only loopback addresses are asked.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from . import serving
from .servers import ROOT
from .serving import Measured

BAR = 0.6
"""Of nginx's requests a second over the same files (docs/benchmarks.md)."""

HISTORIES = (10, 1_000, 10_000)
POSTS = 12
GROWTH = 1.5
"""How much slower than against a thousand incidents an update may go live against ten thousand.

A page with ten has shorter documents: its lists and its 90 days aren't full yet.
"""

FIGURES = 1.5
"""How much more the figures of ten thousand incidents may take than those of a hundred."""


def main() -> None:
    """Measure, print, and end with 1 where a bar is missed."""
    began = time.monotonic()
    print(f"# Benchmark of {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}\n")
    print(f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}. {_load()}\n")
    with tempfile.TemporaryDirectory(prefix="allclear-bench-") as folder:
        passed = [measure_posting(Path(folder)), measure_serving(Path(folder) / "serving")]
    passed.append(measure_figures())
    print(f"{_load()} It took {time.monotonic() - began:.0f} s.")
    sys.exit(0 if all(passed) else 1)


def measure_serving(folder: Path) -> bool:
    """Public documents, by us and by nginx."""
    if not serving.wrk_is_there():
        print("Serving was left out: wrk is not installed, and could not be (Debian: apt-get install wrk).\n")
        return True
    environment = _installed(folder)
    _manage(environment, "publish", "--all")
    paths = {"home": "/", "incident": serving.incident_path(folder / "published"), "summary": "/api/v2/summary.json"}
    with serving.side_by_side(folder, environment) as found:
        results = serving.measure(found, paths)
        megabytes = serving.memory(found[0])
    has_nginx = len(found) > 1
    if not has_nginx:
        print(
            "nginx is not installed, and could not be (Debian: apt-get install nginx-light): nothing to compare with.\n"
        )
    worst = _print_serving(results, has_nginx=has_nginx)
    for name, rss, pss in megabytes:
        print(f"- memory of a web process after that ({name}): {rss:.0f} MB resident, {pss:.0f} MB proportional")
    print()
    if worst is None:
        return True
    print(f"The bar is {BAR} of nginx with deploy/nginx.conf; the lowest is {worst:.2f}: {_verdict(worst >= BAR)}.\n")
    return worst >= BAR


def _print_serving(results: Mapping[tuple[str, str], Mapping[str, Measured]], *, has_nginx: bool) -> float | None:
    """The table; the lowest ratio to nginx in it."""
    print(f"Requests a second, the median of {serving.ROUNDS} turns of {serving.SECONDS} s each, wrk -t1 ", end="")
    print(f"-c{serving.CONNECTIONS}; in brackets microseconds of the server's processor time for one.\n")
    print("| document | form | allclear | nginx, deploy/nginx.conf | ratio | nginx, bare | ratio |")
    print("| --- | --- | --: | --: | --: | --: | --: |")
    ratios = []
    for (document, form), by_server in results.items():
        cells = [_figures(by_server["allclear"])]
        for name in ("nginx", "bare nginx"):
            if has_nginx:
                ratio = by_server["allclear"].rate / by_server[name].rate
                cells += [_figures(by_server[name]), f"{ratio:.2f}"]
                ratios += [ratio] if name == "nginx" else []
            else:
                cells += ["", ""]
        print("|", " | ".join([document, form, *cells]), "|")
    print()
    return min(ratios, default=None)


def measure_figures() -> bool:
    """The console's figures over five years of few and of many incidents, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in ("VAR_DIR", "DATABASE_URL")}
    command = [sys.executable, "-m", "bench.metrics"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    print("Figures of five years, in milliseconds of processor time for one answer.\n")
    print("| page | asked | 100 incidents | 10,000 incidents | ratio |\n| --- | --- | --: | --: | --: |")
    ratios = []
    for page, asked in json.loads(done.stdout).items():
        for when, (small, large) in asked.items():
            ratios.append(large / small)
            print(f"| {page} | {when} | {small * 1000:.0f} | {large * 1000:.0f} | {ratios[-1]:.2f} |")
    worst = max(ratios)
    print(f"\nThe bar is {FIGURES}; the highest ratio is {worst:.2f}: {_verdict(worst <= FIGURES)}.\n")
    return worst <= FIGURES


def measure_posting(folder: Path) -> bool:
    """The time from a responder's update until it is live, against histories of different lengths, in turn."""
    with ExitStack() as stack:
        posting = {}
        for count in HISTORIES:
            environment = _installed(folder / f"history-{count}")
            posting[count] = stack.enter_context(_process(environment, count))
        for process in posting.values():
            _answer(process)
        found: dict[int, list[dict[str, float]]] = {count: [] for count in HISTORIES}
        for _ in range(POSTS):
            for count, process in posting.items():
                process.stdin.write("\n")
                process.stdin.flush()
                found[count].append(_answer(process))
    return _print_posting(found)


def _print_posting(found: dict[int, list[dict[str, float]]]) -> bool:
    print(f"From posting an update until it is live, {POSTS} updates each, in turn.\n")
    print("| incidents in the history | median | p90 | of it publishing | documents rendered |")
    print("| --: | --: | --: | --: | --: |")
    medians = []
    for count, posts in found.items():
        seconds = sorted(post["seconds"] for post in posts)
        publishing = statistics.median(post["publishing"] for post in posts)
        documents = statistics.median(post["documents"] for post in posts)
        medians.append(statistics.median(seconds))
        p90 = statistics.quantiles(seconds, n=10)[-1]
        print(f"| {count:,} | {medians[-1]:.3f} s | {p90:.3f} s | {publishing:.3f} s | {documents:.0f} |")
    growth = medians[-1] / medians[-2]
    print(f"\nTen times the history takes {growth:.2f} times as long; the bar is {GROWTH}: ", end="")
    print(f"{_verdict(growth <= GROWTH)}.\n")
    return growth <= GROWTH


def _installed(folder: Path) -> dict[str, str]:
    """A fresh Allclear in a folder with the demo in it, whatever the surroundings are set to; its environment."""
    environment = os.environ | {
        "VAR_DIR": str(folder),
        "PUBLISH_ROOT": str(folder / "published"),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "REDIS_URL": "",
        "SITE_URL": "http://127.0.0.1:8000",
        "DEBUG": "0",
    }
    folder.mkdir(parents=True)
    for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"], ["load_demo"]):
        _manage(environment, *command)
    return environment


def _manage(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")


def _process(environment: dict[str, str], count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.posting", str(count)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _answer(process: subprocess.Popen[str]) -> dict[str, float]:
    line = process.stdout.readline()
    if not line:
        raise SystemExit("bench: a process that posts updates ended; see above.")
    return json.loads(line)


def _figures(measured: Measured) -> str:
    return f"{measured.rate:,.0f} ({measured.cost:.0f})"


def _verdict(is_passed: bool) -> str:
    return "passed" if is_passed else "MISSED"


def _load() -> str:
    return f"Load of the last minute: {os.getloadavg()[0]:.1f}."


if __name__ == "__main__":
    main()
