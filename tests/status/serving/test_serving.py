"""The layer ahead of Django, as a web server calls it."""

import gzip
import json
import os
import shutil
import socket
from datetime import timedelta
from urllib.parse import quote_from_bytes

import brotli
import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.choices import IncidentStatus
from incidents.lifecycle import post_update
from incidents.models import Incident
from status.publishing.publisher import publish, publish_archive
from tests.factories import make_incident, make_page


@pytest.fixture(scope="module")
def public_incident(module_db, tmp_path_factory):
    """A page with an incident, all published; and the folder that it is published in."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "break_glass").mkdir()
    with override_settings(PUBLISH_ROOT=folder / "published", BREAK_GLASS_ROOT=folder / "break_glass"):
        page = make_page()
        found = make_incident(page, name="Pages load slowly")
        publish(page)
        publish_archive(page)
    return found, folder


@pytest.fixture
def incident(public_incident, db, root, settings):
    """The same on a folder of the test's own."""
    found, folder = public_incident
    for name, place in (("published", root), ("break_glass", settings.BREAK_GLASS_ROOT)):
        shutil.copytree(folder / name, place, symlinks=True, dirs_exist_ok=True)
    return Incident.objects.get(pk=found.pk)


def test_documents_come_without_django_cookies_or_queries(incident, reader, django_assert_num_queries):
    with django_assert_num_queries(0):
        for target in ("/", f"/incidents/{incident.code}", "/history", "/brand.css", "/version.json"):
            answer = reader.get(target)
            assert (answer.status, answer.from_django) == (200, False), target
            assert answer.headers["Set-Cookie"] is None
            assert answer.headers["Vary"] == "Accept-Encoding"


def test_headers_of_a_document(incident, reader):
    answer = reader.get("/")

    cache = "public, max-age=15, s-maxage=15, stale-while-revalidate=60, stale-if-error=86400"
    assert answer.headers["Cache-Control"] == cache
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert int(answer.headers["X-Snapshot-Age"]) < 3_600
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_codings_have_the_same_text_and_tags_of_their_own(incident, reader):
    plain, zipped, brotlied = (reader.get("/", accept_encoding=value) for value in ("", "gzip", "br, gzip"))

    assert gzip.decompress(zipped.body) == brotli.decompress(brotlied.body) == plain.body
    assert (zipped.headers["Content-Encoding"], brotlied.headers["Content-Encoding"]) == ("gzip", "br")
    assert len({plain.headers["ETag"], zipped.headers["ETag"], brotlied.headers["ETag"]}) == 3


@pytest.mark.parametrize("suffix", [".gz", ".br"])
@pytest.mark.parametrize(
    "other", [gzip.compress(b"another", mtime=0), brotli.compress(b"another"), b"", b"\x00 broken"]
)
def test_a_form_that_is_not_of_this_document_is_not_served_as_it(incident, root, reader, suffix, other):
    file = root / "pages" / incident.page.code / "current" / f"index.html{suffix}"
    file.unlink()  # other generations share it
    file.write_bytes(other)

    answer = reader.get("/", accept_encoding={".gz": "gzip", ".br": "br"}[suffix])

    assert (answer.status, answer.headers["Content-Encoding"]) == (200, None)
    assert b"Pages load slowly" in answer.body


def test_head_says_what_get_says_without_a_body(incident, reader):
    got, headed = reader.get("/"), reader.get("/", method="HEAD")

    assert headed.body == b""
    assert dict(headed.headers) == dict(got.headers)


def test_what_the_reader_has_is_not_sent_again(incident, reader):
    first = reader.get("/", accept_encoding="gzip")
    again = reader.get("/", accept_encoding="gzip", if_none_match=f'"other", {first.headers["ETag"]}')
    by_date = reader.get("/", if_modified_since=first.headers["Last-Modified"])

    assert (again.status, again.body, by_date.status) == (304, b"", 304)
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["Content-Length"] is None
    assert reader.get("/", if_none_match='"other"').status == 200
    assert reader.get("/", accept_encoding="br", if_none_match=first.headers["ETag"]).status == 200


def test_a_change_is_seen_by_the_next_request(incident, reader):
    before = reader.get("/").headers["ETag"]
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="It was the cache.", by=None)
    publish(incident.page)

    answer = reader.get("/", if_none_match=before)

    assert answer.status == 200
    assert b"It was the cache." in answer.body
    assert b"It was the cache." in reader.get(f"/incidents/{incident.code}").body


def test_other_bytes_have_a_later_date_though_nothing_was_reported(incident, reader):
    """Midnight and an upgrade change documents, and two changes may come within one second."""
    page, first = incident.page, reader.get("/")
    tomorrow = timezone.now() + timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        publish(page)

    second = reader.get("/", if_modified_since=first.headers["Last-Modified"])

    assert second.status == 200
    assert second.body != first.body
    with time_machine.travel(tomorrow, tick=False):
        publish(page)
    assert reader.get("/", if_modified_since=second.headers["Last-Modified"]).status == 304
    with time_machine.travel(tomorrow, tick=False):
        post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="At that very second.", by=None)
        publish(page)
    assert reader.get("/", if_modified_since=second.headers["Last-Modified"]).status == 200


@given(
    st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=60),
    st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=40),
    st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "get", "PROPFIND"]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_request_gets_a_whole_answer(incident, reader, path, text, method):
    """Whatever bytes a server passes on, in the path, the query, the host name and the conditions."""
    answer = reader.get(
        "/" + quote_from_bytes(path.encode("latin-1")) + "?" + text.replace("?", ""),
        method=method,
        host=text,
        accept_encoding=text,
        if_none_match=text,
        if_modified_since=text,
    )

    assert answer.status in (200, 204, 301, 304, 404, 405)
    assert not answer.headers.defects
    for value in answer.headers.values():
        assert value.isprintable()
    if "Content-Length" in answer.headers and method != "HEAD":
        assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_unknown_parameters_change_nothing(incident, reader):
    assert reader.get("/?utm_source=x&page=7").body == reader.get("/").body
    assert reader.get("/history?utm=x").body == reader.get("/history").body
    assert reader.get("/history?page=1&x=y").body == reader.get("/history").body


@pytest.mark.parametrize(
    "target",
    [
        "/../../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/.version.json",
        "/incidents/../.version.json",
        "/incidents//x",
        "//evil.test/",
        "/%00",
        "/index.html%00.json",
        "/\\..\\x",
        "/%ff%fe",
        "/caf%C3%A9",
        "/" + "a" * 7_000,
        "/" + "a/" * 3_000,
        "/incidents",
        "/404",
        "/history?page=0",
        "/history?page=01",
        "/history?page=2",
        "/history?page=99999999999999999999",
        "/history?page=x",
        "/history?component=../..",
        "/history?component=nosuchcode00",
        "/nowhere",
        "/consolex",
    ],
)
def test_hostile_and_unknown_paths_get_the_way_home(incident, reader, target):
    answer = reader.get(target)

    assert answer.status == 404
    assert not answer.from_django
    assert b'href="/"' in answer.body
    assert b"root:" not in answer.body


def test_an_address_without_end_is_refused(incident, reader):
    assert reader.get("/" + "a" * 64_000).status == 414
    assert reader.get("/?" + "a" * 64_000).status == 414


def test_a_slash_too_many_leads_to_the_document(incident, reader):
    answer = reader.get(f"/incidents/{incident.code}/")

    assert (answer.status, answer.headers["Location"]) == (301, f"/incidents/{incident.code}")


@pytest.mark.parametrize(
    "path",
    [
        "/console/",
        "/console",
        "/healthz",
        "/readyz",
        "/static/x.css",
        "/static/css/none.0123456789ab.css",
        "/static/../hosts/x.0123456789ab.css",
        "/media/logos/x.png",
        "/media/logos/page.html",
    ],
)
def test_what_is_never_published_goes_to_django(incident, reader, path):
    assert reader.get(path).from_django


def test_what_documents_link_to_comes_without_django_too(incident, root, reader):
    (root / "static" / "css").mkdir(parents=True, exist_ok=True)
    (root / "static" / "css" / "look.0123456789ab.css").write_text("p {}")
    (root / "static" / "css" / "look.css").write_text("p {}")
    (root / "media" / "logos").mkdir(parents=True)
    for name in ("ours.png", "page.html"):
        (root / "media" / "logos" / name).write_bytes(b"bytes")

    for _ in range(2):
        look = reader.get("/static/css/look.0123456789ab.css")
        logo = reader.get("/media/logos/ours.png")
        assert (look.status, look.body, look.from_django) == (200, b"p {}", False)
        assert look.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert look.headers["Content-Type"] == "text/css; charset=utf-8"
        assert (logo.status, logo.headers["Content-Type"]) == (200, "image/png")
        assert logo.headers["Cache-Control"] == "public, max-age=86400"
    again = reader.get("/static/css/look.0123456789ab.css", if_none_match=look.headers["ETag"])
    assert again.status == 304
    without_digest = reader.get("/static/css/look.css")
    assert (without_digest.body, without_digest.from_django) == (b"p {}", False)
    assert without_digest.headers["Cache-Control"].startswith("public, max-age=15,")
    for path in ("/static/css/elsewhere.css", "/media/logos/page.html"):
        assert reader.get(path).from_django
    assert reader.get("/static/css/look.0123456789ab.css", method="POST").from_django


def test_a_host_name_is_found_within_a_second_of_being_claimed(incident, reader):
    """Until then it gets the default page."""
    other = make_page(name="Second page", hosts=["second.example.test"])
    assert b"Second page" not in reader.get("/", host="second.example.test").body
    publish(other)
    reader.layer._shelf._unclaimed["second.example.test"] -= 1

    assert b"Second page" in reader.get("/", host="second.example.test").body


def test_host_names_without_end_are_not_remembered(incident, reader):
    from status.serving.shelf import MAX_UNCLAIMED

    for number in range(MAX_UNCLAIMED + 50):
        assert reader.get("/", host=f"h{number}.example.test").status == 200

    assert len(reader.layer._shelf._unclaimed) <= MAX_UNCLAIMED


def test_documents_can_only_be_read(incident, reader):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = reader.get("/", method=method)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert reader.get("/", method="OPTIONS").status == 204


@pytest.mark.parametrize(
    "host",
    [
        "",
        "_",
        "..",
        "\x00",
        "a\r\nb",
        "status.example.test.",
        "xn--caf-dma.test",
        "[",
        "a/../b",
        "[::1]:8000",
        "x" * 300,
        "localhost:8000",
        "EXAMPLE.test",
    ],
)
def test_any_host_name_gets_the_default_page(incident, reader, host):
    assert b"Pages load slowly" in reader.get("/", host=host).body


def test_before_anything_is_published_django_answers(root, reader):
    assert reader.get("/").from_django


def test_a_cold_process_serves_without_a_database(incident, root, monkeypatch):
    from tests.status.conftest import Reader

    def refuse(*arguments: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert b"Pages load slowly" in Reader(root).get("/").body


def test_staleness_is_said(incident, root, reader):
    file = root / "pages" / incident.page.code / "version.json"
    os.utime(file, (0, 1_000_000_000))

    assert int(reader.get("/").headers["X-Snapshot-Age"]) > 1_000_000
    said = json.loads(reader.get("/version.json").body)
    assert set(said) == {"number", "published_at", "checked_at"}
    assert reader.get("/version.json").headers["Cache-Control"] == "no-cache"


def test_memory_is_bounded(incident, root, monkeypatch):
    from status.serving import shelf
    from tests.status.conftest import Reader

    monkeypatch.setattr(shelf, "MAX_BYTES", 20_000)
    reader = Reader(root)
    for _ in range(3):
        for target in ("/", "/history", f"/incidents/{incident.code}", *(f"/nowhere{number}" for number in range(50))):
            reader.get(target)

    kept = reader.layer._shelf._held
    assert sum(held.size for held in kept.values()) <= 20_000
    assert len(kept) < 10
