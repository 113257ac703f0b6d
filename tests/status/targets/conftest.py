"""Places to publish to: folders, a real server that speaks S3, and git repositories."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from incidents.choices import IncidentStatus
from incidents.lifecycle import post_update
from incidents.models import Incident
from status.journal import last_number
from status.models import PublishTarget, TargetKind
from status.publishing.publisher import publish
from status.targets.listing import save_target
from tests.factories import make_incident, make_page


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """The address of moto's server, a process on loopback."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise AssertionError("moto's server did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def s3(address: str) -> object:
    """A client of the object store, to look at what lies there."""
    return boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )


@pytest.fixture
def bucket(object_store, settings, request) -> str:
    """A new bucket, and credentials for it called `store`."""
    settings.TARGET_SECRETS = {"store": {"host": "127.0.0.1", "user": "id", "secret": "secret"}}
    name = f"b{abs(hash(request.node.nodeid)) % 10**12}"
    s3(object_store).create_bucket(Bucket=name)
    return name


@pytest.fixture
def places(settings, tmp_path) -> Path:
    """The folder that folders and repositories may lie in."""
    settings.TARGET_FOLDERS = [tmp_path / "places"]
    settings.TARGET_CLONES = tmp_path / "clones"
    (tmp_path / "places").mkdir()
    return tmp_path / "places"


@pytest.fixture
def live_page(db, root):
    """A page with an incident, published."""
    page = make_page()
    make_incident(page, name="Pages load slowly")
    publish(page, last_number(page))
    return page


def post(body: str) -> Incident:
    """Post an update on the newest incident, and publish it."""
    incident = Incident.objects.latest("pk")
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body=body, by=None)
    publish(incident.page, last_number(incident.page))
    return incident


@pytest.fixture
def add(live_page, places) -> Callable[..., PublishTarget]:
    """Add a place of the page."""

    def add(kind: str, location: str, **fields: object) -> PublishTarget:
        return save_target(page=live_page, name=f"A {kind}", kind=TargetKind(kind), location=location, **fields)

    return add


@pytest.fixture
def repository(places) -> Path:
    """An empty bare repository."""
    path = places / "copy.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)
    return path
