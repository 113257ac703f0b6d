"""Web servers on loopback ports: our own as the Procfile starts it, and nginx with a configuration of `deploy/`."""

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")

MAIN = """\
daemon off;
{user}
worker_processes 2;
pid {folder}/pid;
error_log {folder}/error.log;
{modules}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], url: str, log: Path, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A server and whatever it starts, from when `url` is answered to the end of the block."""
    with log.open("ab") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True, **options)
    try:
        for _ in range(1_800):
            with suppress(OSError):
                if is_answered(url):
                    break
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            raise RuntimeError(f"{command[0]} doesn't answer at {url}:\n{log.read_text()[-2000:]}")
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} ended:\n{log.read_text()[-2000:]}")
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def is_answered(url: str) -> bool:
    """Whether a server answers there at all, whatever it says."""
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    return True


@contextmanager
def allclear(port: int, environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The web server with exactly the options that the Procfile gives it."""
    [line] = [line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("web:")]
    options = line.partition(".venv/bin/granian ")[2].replace("$PORT", str(port))
    command = [str(Path(sys.executable).with_name("granian")), *shlex.split(options)]
    with running(command, f"http://127.0.0.1:{port}/healthz", log, cwd=ROOT, env=dict(environment)) as process:
        yield process


@contextmanager
def nginx(site: str, changes: Mapping[str, str], folder: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """nginx with a configuration such as those in `deploy/`, in which a few words are changed to what there is here."""
    modules = ""
    if BROTLI.is_file():
        modules = f"load_module {BROTLI};"
        changes = {"#brotli_static on;": "brotli_static on;", **changes}
    for ours, here in changes.items():
        if ours not in site and not ours.startswith("#"):
            raise RuntimeError(f"the configuration doesn't hold {ours}")
        site = site.replace(ours, here)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.conf").write_text(site)
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, modules=modules, user=user))
    command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with running(command, url, folder / "log.txt") as process:
        yield process


def nginx_over(published: Path, port: int, allclear_port: int) -> dict[str, str]:
    """The words of deploy/nginx.conf that differ here."""
    return {
        "/srv/allclear/var/published": str(published),
        "127.0.0.1:8000": f"127.0.0.1:{allclear_port}",
        "listen 80;": f"listen 127.0.0.1:{port};",
    }
