"""Whether a change is live is asked of the public address, and said in the console, with the reason when it isn't."""

import errno
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from incidents import contributions
from incidents.choices import IncidentStatus
from incidents.contributions import RoomPanel, room_panels
from incidents.heartbeats import hear
from incidents.lifecycle import open_drill, post_update
from incidents.models import Incident, PageHost
from status import tasks
from status.live_changes import of_incident, of_page, places_of
from status.liveness import confirm, read
from status.models import Publication, PublishTarget, TargetKind
from status.publishing import store as stores
from status.publishing.publisher import publish
from status.targets.listing import save_target
from tests.factories import make_incident, make_page
from tests.status.conftest import Reader


class Front:
    """A web server before the published files, which can be broken in several ways."""

    def __init__(self, root: object) -> None:
        self.reader = Reader(root)
        self.status = 200
        self.kept: bytes | None = None
        front = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = front.kept if front.kept is not None else front.reader.get(self.path).body
                self.send_response(front.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def front(root, settings) -> Iterator[Front]:
    """The page's public address."""
    running = Front(root)
    settings.SITE_URL = running.url
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.dummy.DummyCache"} for name in ("default", "files")
    }
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def incident(page, root) -> Incident:
    """An incident, published."""
    found = make_incident(page, name="Pages load slowly")
    publish(page)
    return found


def room(console: Client, incident: Incident) -> str:
    """The room's panel, as htmx asks for it."""
    answer = console.get(reverse("publishing:changes", args=[incident.code]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_change_is_live_once_the_public_address_has_it(incident, front, console):
    assert "the public address is being asked" in console.get(reverse("console:incident", args=[incident.code])).text

    shown = room(console, incident)

    assert "<strong>Live</strong> since" in shown
    assert "Not live" not in shown
    assert "hx-get" not in shown
    assert Publication.objects.get().seen_at is not None


def test_what_a_cdn_keeps_is_said(incident, front, console):
    front.kept = front.reader.get("/version.json").body
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="It was the cache.", by=None)
    publish(incident.page)

    shown = room(console, incident)

    assert "<strong>Live</strong>" in shown  # the change before
    assert "<strong>Not live yet.</strong> It is written, but" in shown
    assert "still has change 2." in shown
    assert "hx-get" in shown
    front.kept = None
    assert "Not live" not in room(console, incident)


def test_a_broken_front_is_never_shown_as_live(incident, front, console):
    for broken, words in (
        ({"status": 502}, "It answers 502"),
        ({"status": 200, "kept": b"<h1>Welcome to nginx!</h1>"}, "something else than version.json"),
        ({"kept": b'{"number": "many"}'}, "something else than version.json"),
        ({"kept": b"[]"}, "something else than version.json"),
        ({"kept": b"x" * 20_000}, "larger than"),
    ):
        vars(front).update(broken)

        assert words in room(console, incident)
        page = " ".join(console.get(reverse("publishing:home")).text.split())
        assert "Not confirmed." in page
        assert words in page
        assert "<strong>Live" not in page


def test_a_front_that_is_down_is_said(incident, front, console):
    front.server.shutdown()
    front.server.server_close()

    assert "can&#x27;t be read: No answer" in room(console, incident)


def test_a_full_disk_is_said_and_the_old_page_stays(incident, front, console, monkeypatch):
    room(console, incident)
    whole = stores.write_whole

    def full(path, data, **options):
        if path.name.startswith("index.html"):
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(path, data, **options)

    monkeypatch.setattr(stores, "write_whole", full)
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Never seen yet.", by=None)
    with pytest.raises(OSError, match="No space"):
        publish(incident.page)

    assert "Publishing failed: No space left on device." in room(console, incident)
    assert "Not live yet.</strong> Publishing failed: No space left on device" in " ".join(
        console.get(reverse("publishing:home")).text.split()
    )
    assert b"Never seen yet." not in front.reader.get("/").body

    monkeypatch.setattr(stores, "write_whole", whole)
    answer = console.post(reverse("publishing:now"), follow=True)
    assert "Published." in answer.text
    assert "Not live" not in room(console, incident)


def test_publish_now_says_why_it_could_not(incident, front, console, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    make_incident(incident.page)
    monkeypatch.setattr(stores, "write_whole", full)

    assert (
        "could not be published: No space left on device" in console.post(reverse("publishing:now"), follow=True).text
    )


def test_a_host_name_that_was_only_typed_is_not_asked_inside_our_network(incident, front, settings):
    PageHost.objects.create(page=incident.page, host="localhost.localdomain")
    settings.ALLOWED_HOSTS = ["console.example.test"]
    PageHost.objects.update(host="localhost")

    found = read(incident.page, timezone.now())

    assert found.number is None
    assert "isn't on the public internet" in found.error
    settings.ALLOWED_HOSTS = ["localhost"]
    assert read(incident.page, timezone.now()).number == 2


def test_beat_confirms_what_nobody_looks_at(incident, front, monkeypatch):
    monkeypatch.setattr("status.tasks.lanes.run", lambda works: [work() for work in works.values()])

    tasks.confirm_live_pages()

    assert Publication.objects.get().seen_at is not None


def test_a_change_that_nobody_published_is_said(page, root, console, front):
    incident = make_incident(page)
    later = timezone.now() + timedelta(minutes=1)

    assert [row.reason for row in of_incident(incident, later).rows] == [
        "It has not been published yet. It is tried again every 20 seconds."
    ]
    assert "It is being published." in room(console, incident)


def test_asking_again_grows_slower(page, root, front):
    incident = make_incident(page)

    waits = [of_incident(incident, timezone.now(), attempt=attempt).asks_again_after for attempt in range(7)]

    assert waits == [2, 4, 8, 16, 30, 30, 30]


def test_drills_have_no_such_panel(page, console, root):
    drill = open_drill(page=page, name="Fire drill", body="Practice.", by=None)

    assert of_incident(drill, timezone.now()) is None
    assert "On the public page" not in console.get(reverse("console:incident", args=[drill.code])).text


def test_a_panel_that_fails_is_left_out(incident, console, monkeypatch):
    def fails(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(contributions, "_room_panels", [RoomPanel("nothing.html", fails)])

    assert room_panels(incident, timezone.now()) == []
    assert console.get(reverse("console:incident", args=[incident.code])).status_code == 200


def test_the_page_about_publishing_takes_as_many_queries_for_twenty_rows(
    incident, front, console, settings, tmp_path, django_assert_max_num_queries
):
    settings.TARGET_FOLDERS = [tmp_path]
    hear("beat")
    hear("worker")

    def add(number: int) -> None:
        save_target(
            page=incident.page, name=f"{number}", kind=TargetKind.FOLDER, location=str(tmp_path / f"copy{number}")
        )

    add(0)
    confirm(incident.page, timezone.now())
    with django_assert_max_num_queries(30) as one:
        console.get(reverse("publishing:home"))
    for number in range(1, 20):
        add(number)
        Publication.objects.create(page=incident.page, number=1, at=timezone.now())
    confirm(incident.page, timezone.now())
    with django_assert_max_num_queries(30) as twenty:
        answer = console.get(reverse("publishing:home"))

    assert len(twenty.captured_queries) == len(one.captured_queries)
    assert answer.text.count("Has nothing yet.") == 20


def test_the_room_takes_as_many_queries_for_twenty_changes(incident, front, console, django_assert_max_num_queries):
    address = reverse("publishing:changes", args=[incident.code])
    console.get(address)
    with django_assert_max_num_queries(20) as one:
        console.get(address)
    for number in range(20):
        post_update(incident=incident, status=IncidentStatus.INVESTIGATING, body=f"Word {number}", by=None)
    publish(incident.page)
    console.get(address)
    with django_assert_max_num_queries(20) as twenty:
        answer = console.get(address)

    assert len(twenty.captured_queries) <= len(one.captured_queries)
    assert answer.text.count('live-change"') == 5


def test_a_place_that_lags_says_how_far_and_since_when(incident, front, console, settings, tmp_path):
    settings.TARGET_FOLDERS = [tmp_path]
    row = save_target(page=incident.page, name="Second", kind=TargetKind.FOLDER, location=str(tmp_path / "copy"))
    PublishTarget.objects.filter(pk=row.pk).update(
        number=2, state="older", error="Connection refused", failures=3, failed_at=timezone.now()
    )
    for number in range(2):
        post_update(incident=incident, status=IncidentStatus.INVESTIGATING, body=f"Word {number}", by=None)
        publish(incident.page)

    (place,) = places_of(incident.page)
    shown = " ".join(console.get(reverse("publishing:home")).text.split())
    shown_to_htmx = console.get(reverse("publishing:home"), headers={"HX-Request": "true"}).text

    assert (place.behind, place.is_current) == (2, False)
    assert place.behind_since == Publication.objects.get(number=3).at
    assert "Is at change 2, 2 behind since" in shown
    assert "The last attempt failed" in shown
    assert "Connection refused" in shown
    for text, forms in ((shown, 4), (shown_to_htmx, 2)):  # signing out, publishing now, testing, copying again
        assert text.count('method="post"') == text.count("csrfmiddlewaretoken") == forms


def test_places_are_added_changed_tested_and_removed(incident, front, console, settings, tmp_path):
    settings.TARGET_FOLDERS = [tmp_path]
    page = incident.page
    data = {"name": "Second", "kind": "folder", "location": "/etc"}
    refused = console.post(reverse("publishing:add-target"), data)
    assert "TARGET_FOLDERS says so" in refused.text
    assert 'value="/etc"' in refused.text
    assert not page.publish_targets.exists()

    console.post(reverse("publishing:add-target"), data | {"location": str(tmp_path / "copy")})
    row = page.publish_targets.get()
    tested = console.post(reverse("publishing:test-target", args=[row.code]), follow=True)
    assert "Second can be reached and written to." in tested.text
    PublishTarget.objects.update(state="something", number=1)
    moved = data | {"name": "Moved", "location": str(tmp_path / "elsewhere")}
    console.post(reverse("publishing:edit-target", args=[row.code]), moved)
    row.refresh_from_db()
    assert (row.name, row.state, row.number) == ("Moved", "", None)
    PublishTarget.objects.update(state="something", number=1)
    console.post(reverse("publishing:copy-again", args=[row.code]))
    row.refresh_from_db()
    assert (row.state, row.number) == ("", None)
    assert "stays there and grows old" in console.get(reverse("publishing:remove-target", args=[row.code])).text
    console.post(reverse("publishing:remove-target", args=[row.code]))
    assert not page.publish_targets.exists()


def test_it_is_all_behind_the_sign_in_and_of_ones_own_page(incident, console, settings, tmp_path):
    settings.TARGET_FOLDERS = [tmp_path]
    other = make_page("Other")
    theirs = make_incident(other)
    row = save_target(page=other, name="Theirs", kind=TargetKind.FOLDER, location=str(tmp_path / "theirs"))
    stranger = Client(headers={"host": "localhost"})
    patterns = [p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "publishing"]
    assert len(patterns[0].url_patterns) == 8

    for pattern in patterns[0].url_patterns:
        arguments = ["started" for _ in pattern.pattern.converters]
        assert stranger.get(reverse(f"publishing:{pattern.name}", args=arguments)).status_code == 302
    assert console.get(reverse("publishing:changes", args=[theirs.code])).status_code == 404
    for name in ("test-target", "copy-again", "remove-target"):
        assert console.post(reverse(f"publishing:{name}", args=[row.code])).status_code == 404
    for name in ("now",):
        assert console.get(reverse(f"publishing:{name}")).status_code == 405


def test_the_state_of_a_page_is_live_only_when_the_public_has_the_last_change(incident, front):
    assert of_page(incident.page, confirm(incident.page, timezone.now())).is_live
    make_incident(incident.page, name="Not published yet")

    state = of_page(incident.page, confirm(incident.page, timezone.now()))

    assert (state.is_live, state.last_number, state.reading.number) == (False, 3, 2)
