"""What the configurations in deploy/ repeat of Allclear, read from both, so that neither changes without the other."""

import re
from pathlib import Path

import pytest

from config import urls
from status.serving import app, doorway

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PUBLISHED_TOO = {"media", "static"}
"""Paths of which a part is published: nginx-proxy.conf keeps them as it does documents."""


def alternatives(pattern):
    """The names in the one group of a regular expression: `^/(?:console|healthz)(?:/|$)`."""
    return set(re.search(r"\(\?:([\w/|]+)\)", pattern)[1].split("|"))


def to_django(configuration):
    """The names that a configuration hands to Django, from the one location that lists `console`."""
    (pattern,) = re.findall(r"location ~ (\^/\(\?:\S*console\S*) \{", configuration)
    return alternatives(pattern)


def seconds(configuration, directive):
    """Every value of a time directive, in seconds."""
    return [int(found) for found in re.findall(rf"\b{directive} (\d+)s;", configuration)]


@pytest.fixture
def proxy():
    """nginx-proxy.conf without its comments."""
    return re.sub(r"#.*", "", (DEPLOY / "nginx-proxy.conf").read_text())


def test_both_configurations_hand_to_django_what_our_own_layer_does(proxy):
    ours = alternatives(app.DJANGO.pattern)

    assert to_django((DEPLOY / "nginx.conf").read_text()) == ours
    assert to_django(proxy) == ours - PUBLISHED_TOO


def test_whatever_django_answers_besides_documents_is_handed_to_it():
    patterns = [str(each.pattern) for each in urls.urlpatterns if str(each.pattern)]

    assert len(patterns) > 10
    assert [pattern for pattern in patterns if not app.DJANGO.match(f"/{pattern}")] == []


def test_what_is_never_kept_out_by_the_doorway_is_never_kept_by_nginx(proxy):
    assert {path.strip("/") for path in doorway.OPEN_TO_ALL} <= to_django(proxy)


def test_nginx_waits_longer_than_the_doorway_does(proxy):
    """Else it would answer 504 for a request that was about to be let in, or turned away with Retry-After."""
    waits = seconds(proxy, "proxy_read_timeout")

    assert waits
    assert min(waits) > doorway.PATIENCE
    assert not seconds((DEPLOY / "nginx.conf").read_text(), "proxy_read_timeout")  # nginx's own 60 s


def test_nginx_answers_from_what_it_has_when_the_doorway_turns_it_away(proxy):
    """503 is what the doorway says; a reader gets the last document instead."""
    (cases,) = re.findall(r"proxy_cache_use_stale ([^;]+);", proxy)

    assert {"http_503", "timeout", "error", "updating"} <= set(cases.split())
