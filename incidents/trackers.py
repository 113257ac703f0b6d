"""Links to trackers, recognised by their shape: GitHub and GitLab issues, and Jira keys. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_GITHUB = re.compile(r"/([\w.-]+/[\w.-]+)/(?:issues|pull)/([1-9]\d{0,9})/?")
_GITLAB = re.compile(r"/((?:\w[\w.-]*/)+\w[\w.-]*)/(?:-/)?(?:issues|work_items)/([1-9]\d{0,9})/?")
_JIRA_PATH = re.compile(r"(?:/[\w.-]+)*/browse/([A-Z][A-Z0-9_]{1,30}-[1-9]\d{0,9})/?")
_JIRA_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,30}-[1-9]\d{0,9}")


@dataclass(frozen=True, slots=True)
class Link:
    """A linked tracker: which one (empty: some other address), what to show, where it leads, and its identity.

    Two addresses of one issue have the same `key`, whatever follows the number; only what a tracker can speak of has
    one.
    """

    tracker: str
    label: str
    url: str
    key: str = ""


def link_of(text: str) -> Link | None:
    """What was typed as a tracker link; None when it is empty or neither an http address nor a Jira key."""
    text = text.strip()
    if _JIRA_KEY.fullmatch(text):
        return Link("jira", text, "", f"jira:{text}")
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or re.search(r"\s", text):
        return None
    place = host if port is None else f"{host}:{port}"
    return _known(text, place, unquote(parts.path)) or Link("", place, text)


def _known(url: str, place: str, path: str) -> Link | None:
    if place in ("github.com", "www.github.com") and (match := _GITHUB.fullmatch(path)):
        return Link("github", f"{match[1]}#{match[2]}", url, f"github:{match[1].lower()}#{match[2]}")
    if match := _JIRA_PATH.fullmatch(path):
        return Link("jira", match[1], url, f"jira:{match[1]}")
    # GitLab is mostly self-hosted: told by its path, which no other tracker's addresses have ("/-/issues/7").
    if ("/-/" in path or place == "gitlab.com") and (match := _GITLAB.fullmatch(path)):
        return Link("gitlab", f"{match[1]}#{match[2]}", url, f"gitlab:{place}/{match[1].lower()}#{match[2]}")
    return None
