"""The configurations in deploy/, in a real nginx: what it answers is what our own server answers."""

import http.client
import re
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from bench import servers
from incidents.choices import ComponentStatus
from status.publishing.files import file_name
from status.publishing.publisher import publish
from status.serving import app
from tests.deploy.origin import Origin
from tests.factories import make_component, make_incident, make_page

pytestmark = [
    pytest.mark.skipif(servers.NGINX is None, reason="nginx is not installed (Debian: apt-get install nginx-light)"),
    pytest.mark.django_db,
]

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = (ROOT / "deploy" / "nginx.conf").read_text()
COMPARED = (
    "Content-Type",
    "Content-Encoding",
    "Content-Length",
    "Last-Modified",
    "Vary",
    "Cache-Control",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Content-Security-Policy",
    "X-Frame-Options",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Access-Control-Allow-Origin",
    "Location",
    "Set-Cookie",
)


class Asker:
    """Asks one server, keeping the path as it is written."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, target: str, *, method: str = "GET", host: str = "status.example.test", **headers: str):
        """The status, the headers and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two pages, published and served by both: our own layer, and nginx over the same folder."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        from django.conf import settings
        from django.db import transaction

        patch.setattr(settings, "PUBLISH_ROOT", folder / "published")
        patch.setattr(settings, "MEDIA_ROOT", folder / "media")
        (folder / "media" / "logos").mkdir(parents=True)
        (folder / "media" / "logos" / "ours.png").write_bytes(b"\x89PNG picture")
        with transaction.atomic():
            page = make_page()
            component = make_component(page, name="Website")
            incidents = [
                make_incident(page, name=f"Trouble {n}", affecting={component: ComponentStatus.MAJOR_OUTAGE})
                for n in range(3)
            ]
            other = make_page(name="Second page", hosts=["second.example.test"])
            make_incident(other, name="Only on the second")
            call_command("publish", all=True, verbosity=0)
            found = {"code": incidents[0].code, "component": component.code, "other": other.incidents.get().code}
            (folder / "published" / "static" / "css" / "look.0123456789ab.css").write_text("p { margin: 0 } " * 40)
            transaction.set_rollback(True)
    port = servers.free_port()
    with (
        Origin(folder / "published") as origin,
        servers.nginx(
            CONFIGURATION,
            servers.nginx_over(folder / "published", port, origin.port),
            folder / "nginx",
            f"http://127.0.0.1:{port}/",
        ),
    ):
        yield Asker(origin.port), Asker(port), found, folder / "published"


def seen(answer):
    """What has to be alike of an answer."""
    status, headers, body = answer
    return status, {name: headers[name] for name in COMPARED}, body


DOCUMENTS = [
    "/",
    "/index.html",
    "/incidents/{code}",
    "/incidents/{code}.json",
    "/api/v2/incidents/{code}.json",
    "/history",
    "/history?utm=x",
    "/history?page=1",
    "/history?page=1&component={component}",
    "/history?component={component}&utm=x",
    "/uptime",
    "/uptime?page=1",
    "/api",
    "/api/v2/summary.json",
    "/api/v2/status.json?callback=x",
    "/api/v2/scheduled-maintenances/upcoming.json",
    "/feed.json",
    "/feed.json?since=",
    "/feed.json?since=0",
    "/feed.json?since=2&x=y",
    "/changes/1.json",
    "/history.atom",
    "/history.rss",
    "/history.ics",
    "/badge.svg",
    "/brand.css",
    "/embed.js",
    "/embed.css",
    "/version.json",
    "/static/css/look.0123456789ab.css",
    "/media/logos/ours.png",
]
UNKNOWN = [
    "/nowhere",
    "/nowhere.json",
    "/404",
    "/404.html",
    "/.version.json",
    "/.heads",
    "/incidents/.x",
    "/incidents",
    "/incidents/{other}",
    "/History",
    "/FEED.JSON",
    "/history?page=0",
    "/history?page=01",
    "/history?page=7",
    "/history?page=999999",
    "/history?page=x",
    "/history?component=../..",
    "/history?component=nosuchcode00",
    "/uptime?page=99",
    "/feed.json?since=x",
    "/feed.json?since=-1",
    "/feed.json?since=100",
    "/feed.json?since=99999999999",
    "/feed/99.json",
    "/changes/2.json",
    "/caf%C3%A9",
    "/\\..\\x",
    "/-/missing",
    "/-/unpublished",
    "/current/index.html",
    "/archive/x",
    "/static.html",
]


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
@pytest.mark.parametrize("target", DOCUMENTS)
def test_documents_are_the_same(site, target, coding):
    ours, nginx, found, _ = site
    if coding == "br" and not servers.BROTLI.is_file():
        pytest.skip("nginx's brotli module is not installed (Debian: libnginx-mod-http-brotli-static)")
    target, headers = target.format(**found), {"Accept_Encoding": coding} if coding else {}

    expected = ours.get(target, **headers)

    assert expected[0] == 200
    assert seen(nginx.get(target, **headers)) == seen(expected)


@pytest.mark.parametrize("target", UNKNOWN)
def test_unknown_addresses_are_the_same(site, target):
    ours, nginx, found, _ = site
    expected = ours.get(target.format(**found))

    answer = nginx.get(target.format(**found))

    assert expected[0] == 404
    assert (answer[0], answer[2]) == (404, expected[2])
    kept = {name: expected[1][name] for name in COMPARED if name != "Last-Modified"}
    assert {name: answer[1][name] for name in kept} == kept


@pytest.mark.parametrize(
    "host", ["second.example.test", "SECOND.example.test:8000", "second.example.test.", "any.example.test", "[::1]:80"]
)
def test_host_names_lead_to_their_pages(site, host):
    ours, nginx, found, _ = site

    for target in ("/", "/api/v2/status.json", "/incidents/{other}", "/incidents/{code}"):
        assert nginx.get(target.format(**found), host=host)[::2] == ours.get(target.format(**found), host=host)[::2]


def test_head_and_what_the_reader_has(site):
    _, nginx, _, _ = site
    for coding in ("identity", "gzip"):
        got = nginx.get("/", Accept_Encoding=coding)
        headed = nginx.get("/", method="HEAD", Accept_Encoding=coding)
        again = nginx.get("/", Accept_Encoding=coding, If_None_Match=f'"x", {got[1]["ETag"]}')

        assert (headed[0], headed[1]["Content-Length"], headed[2]) == (200, str(len(got[2])), b"")
        assert (again[0], again[2]) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
            assert again[1][name] == got[1][name], name
    assert nginx.get("/")[1]["ETag"] != nginx.get("/", Accept_Encoding="gzip")[1]["ETag"]


def test_scripts_of_other_sites_may_ask_first(site):
    _, nginx, _, _ = site
    status, headers, _ = nginx.get("/api/v2/summary.json", method="OPTIONS")

    assert (status, headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert nginx.get("/", method="POST")[0] == 405


def test_a_slash_too_many_leads_to_the_document_on_this_host(site):
    ours, nginx, found, _ = site
    for target in (f"/incidents/{found['code']}/", "/history/?page=1", "//evil.example/"):
        assert nginx.get(target)[0] == 301
        assert re.match(r"/(?!/)", nginx.get(target)[1]["Location"])
    slash = f"/incidents/{found['code']}/"
    assert nginx.get(slash)[1]["Location"] == ours.get(slash)[1]["Location"]


def test_the_console_and_its_like_go_to_allclear(site):
    _, nginx, _, _ = site
    names = re.search(r"\(\?:([\w/|]+)\)", app.DJANGO.pattern)[1].split("|")

    for name in names:
        for target in (f"/{name}", f"/{name}/", f"/{name}/x.css?y=%2F"):
            status, headers, body = nginx.get(target, method="POST" if name == "subscribe" else "GET")
            assert (status, headers.get_all("X-Django"), body) == (200, [target], b"django"), target
            assert headers["Cache-Control"] is None
            assert headers["Content-Security-Policy"] is None
        assert nginx.get(f"/{name}x")[0] == 404


def test_numbered_changes_are_found_by_any_number(site):
    """nginx can't add; its configuration has to come to the same file for all that."""
    _, nginx, _, published = site
    numbers = [*range(0, 1100, 37), 99, 100, 199, 899, 900, 989, 999, 1000, 9_899, 9_999, 10_000, 99_999, 109_999]
    numbers += [899_999, 999_999, 1_999_999, 9_999_999, 99_999_999, 123_456_789, 999_999_999]
    archive = next((published / "hosts" / "_").resolve().glob("archive"))
    made = []
    for number in numbers:
        name = file_name("/feed.json", f"since={number}")
        if not (archive / name).exists() and name != "changes/1.json":
            (archive / name).write_text(f'"{name}"')
            made.append(archive / name)

    try:
        for number in numbers:
            for text in (str(number), f"{number:09}"):
                status, _, body = nginx.get(f"/feed.json?since={text}")
                name = file_name("/feed.json", f"since={text}")
                assert status == 200, text
                assert name == "changes/1.json" or body.decode() == f'"{name}"', text
    finally:
        for file in made:
            file.unlink()


def test_before_anything_is_published_allclear_answers(tmp_path):
    port = servers.free_port()
    with (
        Origin(tmp_path / "published") as origin,
        servers.nginx(
            CONFIGURATION,
            servers.nginx_over(tmp_path / "published", port, origin.port),
            tmp_path / "nginx",
            f"http://127.0.0.1:{port}/",
        ),
    ):
        assert Asker(port).get("/history?page=2")[1]["X-Django"] == "/history?page=2"


def test_a_cache_in_front_stays_up_when_allclear_is_gone(tmp_path, settings):
    root = settings.PUBLISH_ROOT = tmp_path / "published"
    page = make_page()
    make_incident(page, name="Pages load slowly")
    publish(page)
    port = servers.free_port()
    with Origin(root, X_Accel_Expires="4") as origin:
        changes = {
            "127.0.0.1:8000": f"127.0.0.1:{origin.port}",
            "listen 80;": f"listen 127.0.0.1:{port};",
            "/var/cache/nginx/allclear": str(tmp_path / "cache"),
        }
        site = (ROOT / "deploy" / "nginx-proxy.conf").read_text()
        with servers.nginx(site, changes, tmp_path / "nginx", f"http://127.0.0.1:{port}/"):
            reader = Asker(port)
            targets = ("/", "/history?page=1&utm=x", "/api/v2/summary.json")
            before = [reader.get(target, Accept_Encoding="gzip") for target in targets]
            assert reader.get("/", Accept_Encoding="gzip, br;q=0")[1]["X-Cache-Status"] == "HIT"
            assert reader.get("/console/")[1]["X-Django"] == "/console/"
            origin.stop()
            for target, (status, headers, body) in zip(targets, before, strict=True):
                assert (status, headers["X-Cache-Status"]) == (200, "MISS")
                kept = _once_stale(reader, target)
                assert (kept[0], kept[2]) == (200, body)
                assert kept[1]["ETag"] == headers["ETag"]
            assert reader.get("/console/")[0] == 502


def _once_stale(reader: Asker, target: str):
    """The answer as soon as what is kept has run out."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        answer = reader.get(target, Accept_Encoding="gzip")
        if answer[1]["X-Cache-Status"] != "HIT":
            break
        time.sleep(0.05)
    assert answer[1]["X-Cache-Status"] in ("STALE", "UPDATING")
    return answer
