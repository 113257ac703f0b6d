"""A responder's update while database, Redis, worker and beat are gone, and the next one once the database is back."""

import re
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from django.db import connection

from bench import servers
from tests.factories import make_incident, make_page, make_user
from tests.faults.conftest import environment
from tests.faults.proxy import Proxy

PASSWORD = "correct horse battery"


class Database:
    """The tests' database as another process reaches it. Taken away is its file, or the way to its server."""

    def __init__(self) -> None:
        where = connection.settings_dict
        self._proxy = None
        self._file = Path(where["NAME"])
        self.url = f"sqlite:///{self._file}"
        if connection.vendor == "postgresql":
            self._proxy = Proxy((where["HOST"], int(where["PORT"] or 5432)))
            self._proxy.forward()
            self.url = f"postgres://{where['USER']}:{where['PASSWORD']}@127.0.0.1:{self._proxy.port}/{where['NAME']}"

    @contextmanager
    def away(self):
        """Unreachable for as long as the block lasts. The file alone is moved, as the README has people try it."""
        connection.close()
        elsewhere = self._file.with_name(f"away-{self._file.name}")
        if self._proxy:
            self._proxy.refuse()
        else:
            self._file.rename(elsewhere)
        try:
            yield
        finally:
            if self._proxy:
                self._proxy.forward()
            else:
                assert not self._file.exists(), "An empty database took the place of the one that was away."
                elsewhere.rename(self._file)

    def close(self) -> None:
        """Let nothing through any more."""
        if self._proxy:
            self._proxy.refuse()


@pytest.mark.django_db(transaction=True)
def test_the_next_update_goes_out_as_soon_as_the_database_is_back(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path / "published"
    make_user("demo", password=PASSWORD)
    code = make_incident(make_page(), name="Pages load slowly").code
    connection.close()
    database, port = Database(), servers.free_port()
    # Neither worker nor beat ever runs, and there is a Redis that takes connections and answers nothing.
    with Proxy() as redis:
        url = f"http://127.0.0.1:{port}"
        given = environment(
            tmp_path,
            PORT=port,
            SITE_URL=url,
            PUBLISH_ROOT=settings.PUBLISH_ROOT,
            DATABASE_URL=database.url,
            REDIS_URL=f"redis://127.0.0.1:{redis.port}/0",
        )
        with servers.allclear(port, given, tmp_path / "log.txt"), httpx.Client(base_url=url, timeout=30) as browser:
            _sign_in(browser)
            composer = f"/console/incidents/{code}/"
            form = _hidden(browser.get(composer).text, f"{composer}post/")
            form |= {"status": "identified", "body": "It was the cache."}
            before = browser.get("/").content

            with database.away():
                assert browser.post(f"{composer}post/", data=form).status_code == 500
                assert browser.get("/readyz").status_code == 503
                for path in ("/", f"/incidents/{code}", "/history", "/feed.json", "/api/v2/summary.json"):
                    assert browser.get(path).status_code == 200
                assert browser.get("/").content == before

            posted = browser.post(f"{composer}post/", data=form)
            assert posted.status_code == 302, posted.text
            for path in ("/", f"/incidents/{code}", "/history.atom", "/api/v2/incidents/unresolved.json"):
                assert "It was the cache." in browser.get(path).text
    database.close()


def _sign_in(browser: httpx.Client) -> None:
    form = _hidden(browser.get("/console/account/sign-in/").text, "")
    answer = browser.post("/console/account/sign-in/", data=form | {"login": "demo", "password": PASSWORD})
    assert answer.status_code == 302, answer.text


def _hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that leads to `action`, or of the page's first one."""
    form = next(part for part in re.split(r"(?=<form)", page)[1:] if action in part.partition(">")[0])
    fields = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", form, re.DOTALL)]
    return {field["name"]: field.get("value", "") for field in fields if field.get("type") == "hidden"}
