"""Publishing: what a change touches goes live, all of it together, and nothing that is stale stays so."""

import errno
import json
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import open_drill, open_incident, post_update, schedule_maintenance, update_component
from incidents.models import Page
from status.journal import last_number
from status.models import JournalEntry, PageJournal, Publication
from status.publishing import publisher, registry
from status.publishing import store as stores
from status.publishing.clock import publish_due
from status.publishing.files import point, write_whole
from status.publishing.publisher import bring_up_to_date, publish, publish_archive, publish_stale
from tests.factories import make_component, make_incident, make_page


def text(published, page, name):
    return published.read(page.code, name).decode()


def test_a_change_is_live_when_its_function_returns(live_page, published):
    incident = make_incident(live_page, name="Pages load slowly")

    assert "Pages load slowly" in text(published, live_page, "index.html")
    assert "Pages load slowly" in text(published, live_page, f"incidents/{incident.code}.html")
    assert "Pages load slowly" in text(published, live_page, "history/1.html")
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="It was the cache.", by=None)
    assert "It was the cache." in text(published, live_page, "index.html")


def test_numbers_follow_the_changes_and_the_version_says_the_last(live_page, published):
    incident = make_incident(live_page)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None)

    numbers = list(JournalEntry.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert published.version(live_page.code).number == numbers[-1]
    said = json.loads((published.root / "pages" / live_page.code / "version.json").read_text())
    assert said["number"] == numbers[-1]


def test_a_refused_change_leaves_no_number(page, root):
    incident = make_incident(page)
    before = JournalEntry.objects.count()

    with pytest.raises(Exception, match="empty"):
        post_update(incident=incident, status=IncidentStatus.RESOLVED, body="  ", by=None)

    assert JournalEntry.objects.count() == before


def test_drills_are_neither_numbered_nor_published(live_page, published):
    open_drill(page=live_page, name="Fire drill", body="Practice.", by=None)

    assert not JournalEntry.objects.filter(page__drill_for__isnull=False).exists()
    assert [folder.name for folder in (published.root / "pages").glob("*")] in ([], [live_page.code])


def test_only_touched_documents_are_made(live_page, published):
    bystander = make_incident(live_page, name="Another one")
    publish_archive(live_page)
    incident = make_incident(live_page)
    file = published.root / "pages" / live_page.code / "archive" / "incidents" / f"{bystander.code}.html"
    before = file.stat().st_ino

    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Found.", by=None)

    made = Publication.objects.latest("pk").documents
    assert file.stat().st_ino == before
    assert made < len(registry.HEADS) + 12


def test_the_number_made_does_not_grow_with_history(live_page, root):
    made = []
    for _ in range(3):
        with transaction.atomic():
            for number in range(26):
                old = timezone.now() - timedelta(days=400 + number)
                resolved = IncidentStatus.RESOLVED
                open_incident(page=live_page, name="Old", body="x", by=None, at=old, status=resolved, backfilled=True)
        incident = make_incident(live_page)
        post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Over.", by=None)
        made.append(Publication.objects.latest("pk").documents)

    assert made[1] == made[2]


def test_what_touches_everything_is_finished_by_the_repair(live_page, published):
    component = make_component(live_page, name="Website")
    incident = make_incident(live_page, affecting={component: ComponentStatus.MAJOR_OUTAGE})
    publish_stale()
    update_component(component=component, name="Shop window", by=None, group=None)
    version = published.version(live_page.code)
    assert version.archive_number < version.number

    publish_stale()

    version = published.version(live_page.code)
    assert version.archive_number == version.number
    assert "Shop window" in text(published, live_page, f"incidents/{incident.code}.html")
    assert not bring_up_to_date(live_page, timezone.now())


def test_a_full_disk_keeps_what_was_live_and_says_so(live_page, published, monkeypatch):
    incident = make_incident(live_page, name="Before")
    whole = stores.write_whole

    def full(path, data, **options):
        if path.name.startswith("index.html"):
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(path, data, **options)

    monkeypatch.setattr(stores, "write_whole", full)
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Never seen yet.", by=None)

    assert "Never seen yet." not in text(published, live_page, "index.html")
    assert "Never seen yet." not in text(published, live_page, f"incidents/{incident.code}.html")
    assert Publication.objects.latest("pk").error == "No space left on device"

    monkeypatch.setattr(stores, "write_whole", whole)
    publish_stale()

    assert "Never seen yet." in text(published, live_page, "index.html")
    assert Publication.objects.latest("pk").error == ""


def test_while_a_renderer_is_slow_or_broken_the_old_page_stays(live_page, published, reader, monkeypatch):
    """What is published is never made on request, so a stampede meets no renderer at all."""
    incident = make_incident(live_page, name="Before")
    is_rendering, may_go_on = threading.Event(), threading.Event()
    home = registry.HEADS["/"]

    def slow(page, at):
        is_rendering.set()
        assert may_go_on.wait(20)
        return home(page, at)

    def post():
        from django.db import connection

        post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Said slowly.", by=None)
        connection.close()

    monkeypatch.setitem(registry.HEADS, "/", slow)
    thread = threading.Thread(target=post)
    thread.start()
    assert is_rendering.wait(20)
    for path in ("/", "/feed.json", f"/incidents/{incident.code}") * 20:
        answer = reader.get(path)
        assert (answer.status, answer.from_django) == (200, False)
        assert b"Said slowly." not in answer.body
    may_go_on.set()
    thread.join()
    assert b"Said slowly." in reader.get("/").body

    def broken(page, at):
        raise LookupError("no such template")

    monkeypatch.setitem(registry.HEADS, "/", broken)
    post_update(incident=incident, status=IncidentStatus.MONITORING, body="Never rendered.", by=None)
    assert b"Said slowly." in reader.get("/").body
    assert b"Never rendered." not in reader.get(f"/incidents/{incident.code}").body
    assert Publication.objects.latest("pk").error == "LookupError: no such template"

    monkeypatch.setitem(registry.HEADS, "/", home)
    publish_stale()
    assert b"Never rendered." in reader.get("/").body


def test_two_versions_are_never_dated_the_same_second(live_page, published):
    """Readers with If-Modified-Since, and nginx with its ETag of date and size, could not tell them apart."""
    incident = make_incident(live_page)
    seen = {}
    for body in ("Word one.", "Word two.", "Word six."):
        post_update(incident=incident, status=IncidentStatus.INVESTIGATING, body=body, by=None)
        for name in ("index.html", f"incidents/{incident.code}.html", f"incidents/{incident.code}.json"):
            file = published.root / "pages" / live_page.code / "current" / name
            assert int(file.stat().st_mtime) > seen.get(name, 0), name
            seen[name] = int(file.stat().st_mtime)


def test_a_new_day_is_published_without_a_change(live_page, published):
    make_incident(live_page)
    publish_stale()
    today = published.version(live_page.code).day

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert publish_stale() == [live_page]

    assert published.version(live_page.code).day > today


def test_what_the_clock_starts_and_ends_is_published_though_nobody_recorded_it(live_page, published):
    website = make_component(live_page, name="Website")
    start = (timezone.now() + timedelta(days=1)).replace(hour=12)  # far from midnight, which is due as well
    with time_machine.travel(start - timedelta(hours=1), tick=False):
        maintenance = schedule_maintenance(
            page=live_page,
            name="Restart",
            body="We restart.",
            scheduled_for=start,
            scheduled_until=start + timedelta(hours=1),
            components=[website],
            by=None,
        )
        publish_stale()
    report = f"incidents/{maintenance.code}.html"

    for at, state, status in (
        (start - timedelta(seconds=1), "All Systems Operational", "Scheduled"),
        (start, "Service Under Maintenance", "In progress"),
        (start + timedelta(hours=1), "All Systems Operational", "Completed"),
    ):
        with time_machine.travel(at, tick=False):
            assert publish_due(at) == ([] if at < start else [live_page.code])
            assert publish_due(at) == []
        assert f"<title>{state}" in text(published, live_page, "index.html")
        assert f"<title>{status}" in text(published, live_page, report)
    maintenance.refresh_from_db()
    assert maintenance.status == IncidentStatus.SCHEDULED


def test_a_new_layout_makes_everything_again(live_page, published, monkeypatch):
    incident = make_incident(live_page)
    publish_stale()
    file = published.root / "pages" / live_page.code / "archive" / "incidents" / f"{incident.code}.html"
    before = file.stat().st_ino

    monkeypatch.setattr(publisher, "layout", lambda: "another")
    publish_stale()

    version = published.version(live_page.code)
    assert file.stat().st_ino != before
    assert (version.layout, version.archive_number) == ("another", version.number)


def test_a_database_from_yesterdays_backup_is_published_as_it_is(live_page, published):
    incident = make_incident(live_page, name="Forgotten by the backup")
    for number in range(3):
        post_update(incident=incident, status=IncidentStatus.INVESTIGATING, body=f"Word {number}", by=None)
    incident.delete()
    PageJournal.objects.update(last_number=1)
    JournalEntry.objects.filter(number__gt=1).delete()

    make_incident(live_page, name="After the backup")

    home = text(published, live_page, "index.html")
    assert "After the backup" in home
    assert "Forgotten by the backup" not in home
    publish_stale()
    version = published.version(live_page.code)
    assert version.number == version.archive_number == last_number(live_page)


def test_two_processes_at_once_publish_both_changes(live_page, published):
    incidents = [make_incident(live_page, name=f"Trouble {number}") for number in range(2)]

    def work(incident):
        from django.db import connection

        try:
            for count in range(5):
                status = IncidentStatus.IDENTIFIED if count % 2 else IncidentStatus.INVESTIGATING
                post_update(incident=incident, status=status, body=f"Word {count} of {incident.name}", by=None)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[incident]) for incident in incidents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    home = text(published, live_page, "index.html")
    for incident in incidents:
        assert f"Word 4 of {incident.name}" in home
    assert published.version(live_page.code).number == JournalEntry.objects.filter(page=live_page).count()


def test_no_change_goes_live_while_the_version_is_confirmed(live_page, published, monkeypatch):
    bring_up_to_date(live_page, timezone.now())
    confirm, is_free = stores.FolderStore.confirm, []

    def confirming(self, page, *rest, **more):
        try:
            with self.lock(page, patience=0):
                is_free.append(True)
        except TimeoutError:
            is_free.append(False)
        confirm(self, page, *rest, **more)

    monkeypatch.setattr(stores.FolderStore, "confirm", confirming)

    assert publish_stale() == []
    assert is_free == [False]


def test_threads_that_write_the_same_files_leave_one_another_alone(tmp_path):
    errors = []

    def write(number):
        try:
            for _ in range(100):
                write_whole(tmp_path / "version.json", b"%d" % number)
                point(tmp_path / "current", str(number))
        except OSError as error:
            errors.append(error)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert errors == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["current", "version.json"]


def test_everything_can_be_made_again_and_what_is_gone_goes(live_page, published, capsys):
    incident = make_incident(live_page, name="Kept")
    archive = published.root / "pages" / live_page.code / "archive"
    (archive / "incidents").mkdir(parents=True, exist_ok=True)
    (archive / "incidents" / "nosuchthing0.html").write_text("left over")

    call_command("publish", all=True)

    assert "published" in capsys.readouterr().out
    assert published.read(live_page.code, "incidents/nosuchthing0.html") is None
    assert "Kept" in text(published, live_page, f"incidents/{incident.code}.html")


def test_each_host_name_leads_to_its_page(live_page, published, reader):
    other = make_page(name="Second page", hosts=["second.example.test"])
    for each in Page.objects.all():
        publish(each)

    assert b"Second page" in reader.get("/", host="second.example.test").body
    assert b"Second page" in reader.get("/", host="SECOND.example.test:8000").body
    assert b"Second page" in reader.get("/", host="second.example.test.:8000").body
    assert b"Second page" not in reader.get("/", host="anything.example.test").body
    assert other.hosts.exists()


def test_every_module_of_the_editor_is_served_without_django(live_page, root, settings):
    publish(live_page)

    modules = {file.name for file in (settings.BASE_DIR / "static/js/editor").glob("*.js")}
    assert "main.js" in modules
    assert modules <= {file.name for file in (root / "static/js/editor").iterdir()}


def test_a_change_before_static_files_are_collected_waits_and_is_kept(live_page, published, settings, tmp_path, caplog):
    hashed = {"BACKEND": "config.static.CollectedFiles"}
    settings.STATIC_ROOT = tmp_path / "uncollected"
    settings.STORAGES = settings.STORAGES | {"staticfiles": hashed}
    before = published.version(live_page.code).number

    make_incident(live_page)

    assert published.version(live_page.code).number == before
    assert last_number(live_page) == before + 1
    assert "run manage.py collectstatic" in caplog.text
    with pytest.raises(CommandError, match="collectstatic"):
        call_command("publish")


def test_every_page_of_history_knows_of_an_older_one(live_page, published):
    now = timezone.now()
    make_incident(live_page, at=now - timedelta(days=200))
    assert "Earlier months" not in text(published, live_page, "history/3.html")

    make_incident(live_page, at=now - timedelta(days=800))

    assert "Earlier months" in text(published, live_page, "history/3.html")
    assert str((now - timedelta(days=800)).year) in text(published, live_page, "history/2.html")
