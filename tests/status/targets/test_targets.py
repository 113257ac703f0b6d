"""Places of each kind: what they hold after a change, and what a reader of them can see."""

import json
import shutil
import subprocess
import urllib.request
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from incidents.models import Incident
from status.publishing import registry
from status.publishing.files import file_name
from status.publishing.publisher import publish, publish_archive
from status.targets.editions import Superseded
from status.targets.flat import FlatSource, FlatTarget
from status.targets.folders import FolderEdition, FolderSource, FolderTarget
from status.targets.git import message
from status.targets.keeping import bring_up_to_date, source
from status.targets.naming import Naming, keys, name_of
from status.targets.places import open_bucket, target_of
from tests.factories import make_incident
from tests.status.conftest import Reader

from .conftest import post, s3


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def put_by_s3(client, bucket):
    return {each["Key"]: each for each in client.list_objects_v2(Bucket=bucket).get("Contents", [])}


def test_a_folder_holds_the_same_documents_in_each_form(add, places, live_page, published):
    row = add("folder", str(places / "copy"))

    assert bring_up_to_date(row.pk)

    copy = Reader(places / "copy")
    incident = Incident.objects.get()
    original = Reader(published.root)
    for target in ("/", f"/incidents/{incident.code}", "/history", "/feed.json", "/api/v2/summary.json"):
        for coding in ("", "gzip", "br"):
            there, here = (r.get(target, accept_encoding=coding) for r in (copy, original))
            assert (there.status, there.body) == (200, here.body)
            assert there.headers["ETag"] == here.headers["ETag"]
            assert there.headers["Last-Modified"] == here.headers["Last-Modified"]
    row.refresh_from_db()
    assert (row.number, row.error) == (published.version(live_page.code).number, "")


def test_a_change_costs_a_folder_what_it_touches_only(add, places, live_page, published, monkeypatch):
    bystander = make_incident(live_page, name="Another one")
    row = add("folder", str(places / "copy"))
    make_incident(live_page, name="The one that changes")
    publish(live_page)
    bring_up_to_date(row.pk)
    read, document = [], FolderEdition.document
    monkeypatch.setattr(FolderEdition, "document", lambda self, name: read.append(name) or document(self, name))

    changed = post("It was the cache.")
    assert bring_up_to_date(row.pk)

    assert f"incidents/{changed.code}.html" in read
    assert f"incidents/{bystander.code}.html" not in read
    assert len(read) < len(registry.HEADS) + 12
    assert b"It was the cache." in Reader(places / "copy").get(f"/incidents/{changed.code}").body


def test_a_folder_loses_what_was_taken_away(add, places, live_page, published):
    incident = make_incident(live_page, name="Taken away")
    publish(live_page)
    row = add("folder", str(places / "copy"))
    bring_up_to_date(row.pk)
    incident.delete()

    publish(live_page)
    publish_archive(live_page)
    bring_up_to_date(row.pk)

    assert Reader(places / "copy").get(f"/incidents/{incident.code}").status == 404


def test_an_object_store_can_be_served_by_a_cdn(add, object_store, bucket, live_page, published):
    row = add("s3", f"s3://{bucket}/site", endpoint=object_store, credentials="store")

    assert bring_up_to_date(row.pk)

    incident = Incident.objects.get()
    client = s3(object_store)
    for key, name, media_type in (
        ("index.html", "index.html", "text/html; charset=utf-8"),
        (f"incidents/{incident.code}", f"incidents/{incident.code}.html", "text/html; charset=utf-8"),
        ("history", "history/1.html", "text/html; charset=utf-8"),
        ("history/1.html", "history/1.html", "text/html; charset=utf-8"),
        ("feed.json", "feed.json", "application/feed+json; charset=utf-8"),
        ("api/v2/summary.json", "api/v2/summary.json", "application/json; charset=utf-8"),
    ):
        found = client.get_object(Bucket=bucket, Key=f"site/{key}")
        assert found["Body"].read() == published.read(live_page.code, name)
        assert found["ContentType"] == media_type
        assert found["CacheControl"].startswith("public, max-age=15, s-maxage=15")
        assert "ContentEncoding" not in found
    assert client.head_object(Bucket=bucket, Key="site/version.json")["CacheControl"] == "no-cache"
    # Not only for clients that know S3, once the bucket's owner lets them read:
    client.put_object_acl(Bucket=bucket, Key=f"site/incidents/{incident.code}", ACL="public-read")
    with urllib.request.urlopen(f"{object_store}/{bucket}/site/incidents/{incident.code}") as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_an_object_store_is_written_to_in_an_order_that_leads_nowhere_wrong(
    add, object_store, bucket, live_page, monkeypatch
):
    row = add("s3", f"s3://{bucket}", endpoint=object_store, credentials="store")
    bring_up_to_date(row.pk)
    incident = make_incident(live_page, name="New trouble")
    publish(live_page)
    written = []
    write = FlatTarget._write
    monkeypatch.setattr(FlatTarget, "_write", lambda self, key, *rest: written.append(key) or write(self, key, *rest))

    assert bring_up_to_date(row.pk)

    assert written[-2:] == ["published.json", "version.json"]
    assert written.index(f"incidents/{incident.code}") < written.index("index.html")
    assert len(written) == len(set(written)) < len(registry.HEADS) + 20


def test_an_object_store_keeps_other_peoples_objects(add, object_store, bucket, live_page, published):
    client = s3(object_store)
    client.put_object(Bucket=bucket, Key="site/theirs.txt", Body=b"theirs")
    incident = make_incident(live_page, name="Taken away")
    publish(live_page)
    row = add("s3", f"s3://{bucket}/site", endpoint=object_store, credentials="store")
    bring_up_to_date(row.pk)
    assert f"site/incidents/{incident.code}" in put_by_s3(client, bucket)
    incident.delete()

    publish(live_page)
    publish_archive(live_page)
    bring_up_to_date(row.pk)

    there = put_by_s3(client, bucket)
    assert f"site/incidents/{incident.code}" not in there
    assert "site/theirs.txt" in there


def test_a_half_written_object_store_is_not_taken_for_an_edition(add, object_store, bucket, live_page, places):
    row = add("s3", f"s3://{bucket}", endpoint=object_store, credentials="store")
    bring_up_to_date(row.pk)
    storage = open_bucket(f"s3://{bucket}", object_store, "", "store")
    here = FolderTarget(places / "mirror")
    there = FlatSource(storage, Naming.ADDRESSES)
    edition = there.edition(live_page.code)
    here.take(edition, "", {}, lambda: None)
    before = Reader(places / "mirror").get("/").body
    s3(object_store).put_object(Bucket=bucket, Key="index.html", Body=b"the next edition's, already")

    with pytest.raises(Superseded):
        here.take(there.edition(live_page.code), "", {}, lambda: None)

    assert Reader(places / "mirror").get("/").body == before


def test_git_gets_one_commit_for_each_change(add, repository, live_page, published):
    row = add("git", str(repository))
    assert bring_up_to_date(row.pk)
    incident = post("It was the cache.")

    assert bring_up_to_date(row.pk)
    row.refresh_from_db()
    assert row.error == ""

    subjects = git(repository, "log", "--format=%s").splitlines()
    assert len(subjects) == 2
    assert subjects[0] == "Pages load slowly: identified"
    home = git(repository, "show", "main:index.html")
    assert "It was the cache." in home
    assert "It was the cache." in git(repository, "show", f"main:incidents/{incident.code}.html")
    assert git(repository, "show", "main:history.html") == git(repository, "show", "main:history/1.html")
    number = json.loads(git(repository, "show", "main:version.json"))["number"]
    assert number == published.version(live_page.code).number


def test_git_starts_from_wherever_the_branch_is(add, repository, live_page, tmp_path):
    row = add("git", str(repository))
    bring_up_to_date(row.pk)
    other = tmp_path / "other"
    subprocess.run(["git", "clone", "--quiet", str(repository), str(other)], check=True)
    (other / "CNAME").write_text("status.example.test\n")
    git(other, "add", "CNAME")
    git(other, "-c", "user.name=x", "-c", "user.email=x@example.test", "commit", "--quiet", "-m", "Name it")
    git(other, "push", "--quiet", "origin", "main")

    post("It was the cache.")
    assert bring_up_to_date(row.pk)

    assert git(repository, "show", "main:CNAME") == "status.example.test"
    assert len(git(repository, "log", "--format=%s").splitlines()) == 3


def test_git_says_what_it_was_refused(add, repository, live_page):
    row = add("git", str(repository))
    (repository / "HEAD").unlink()

    assert not bring_up_to_date(row.pk)

    row.refresh_from_db()
    assert row.error.startswith("git ls-remote: fatal:")


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        ([], "Publish everything up to change 7"),
        (["Website: identified"], "Website: identified"),
        (["a", "b"], "Publish 2 changes up to 7"),
        (["x" * 100], "x" * 71 + "…"),
    ],
)
def test_commit_messages(told, subject):
    assert message(7, told).splitlines()[0] == subject


@pytest.mark.parametrize(
    ("name", "addresses", "files"),
    [
        ("index.html", ["index.html"], ["index.html"]),
        ("incidents/x.html", ["incidents/x"], ["incidents/x.html"]),
        ("history/1.html", ["history/1.html", "history"], ["history/1.html", "history.html"]),
        ("history/x/2.html", ["history/x/2.html"], ["history/x/2.html"]),
        ("uptime/1.html", ["uptime/1.html", "uptime"], ["uptime/1.html", "uptime.html"]),
        ("404.html", ["404.html"], ["404.html"]),
        ("api.html", ["api"], ["api.html"]),
        ("feed.json", ["feed.json"], ["feed.json"]),
    ],
)
def test_names_of_files_elsewhere(name, addresses, files):
    assert keys(name, Naming.ADDRESSES) == addresses
    assert keys(name, Naming.FILES) == files
    assert all(name_of(key).rpartition(".")[2] == name.rpartition(".")[2] for key in addresses)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node to run it")
def test_the_cdn_s_rule_leads_where_our_own_server_does():
    targets = ["/", "/history", "/history?page=2", "/history?page=3&component=abc1", "/history?component=abc1"]
    targets += ["/uptime?page=2", "/feed.json", "/feed.json?since=250", "/incidents/x", "/history?page=../x", "/?a=b"]
    requests = []
    for target in targets:
        parts = urlsplit(target)
        query = {name: {"value": value} for name, value in parse_qsl(parts.query)}
        requests.append({"uri": parts.path, "querystring": query})
    script = (Path(__file__).resolve().parents[3] / "docs" / "cdn" / "rewrite.js").read_text()
    call = f"console.log(JSON.stringify({json.dumps(requests)}.map((request) => handler({{ request }}).uri)))"

    printed = subprocess.run(["node", "-e", f"{script};{call}"], capture_output=True, text=True, check=True).stdout

    for target, uri in zip(targets, json.loads(printed), strict=True):
        parts = urlsplit(target)
        name = file_name(parts.path, parts.query) or file_name(parts.path)
        assert uri.removeprefix("/") in keys(name, Naming.ADDRESSES), target


def test_a_source_that_changes_while_it_is_read_is_read_again(add, places, live_page, monkeypatch):
    row = add("folder", str(places / "copy"))
    bring_up_to_date(row.pk)
    take, taken = FolderTarget.take, []

    def slow(self, edition, *rest):
        taken.append(edition.state)
        if len(taken) == 1:
            for number in range(4):  # as many as make the generation that is being read go away
                post(f"Word {number}")
        take(self, edition, *rest)

    monkeypatch.setattr(FolderTarget, "take", slow)
    post("First.")
    assert bring_up_to_date(row.pk)

    assert len(taken) >= 2
    assert target_of(row).state(live_page.code) == FolderSource(source().root).state(live_page.code)
