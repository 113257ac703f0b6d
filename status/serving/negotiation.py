"""What a request may be answered with: content codings and conditions (RFC 9110 sections 12.5.3 and 13). Pure."""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime

PREFERRED = ("br", "gzip")


def coding(accept_encoding: str, offered: Sequence[str]) -> str:
    """The content coding to answer with, of those offered; empty for the plain bytes, which are always acceptable.

    The greatest q-value wins, and brotli before gzip before none where they are equal.
    """
    wanted = _qualities(accept_encoding)
    anything = wanted.get("*", 0.0)
    best, best_quality = "", wanted.get("identity", 0.001)
    for name in PREFERRED:
        quality = wanted.get(name, wanted.get("x-gzip", anything) if name == "gzip" else anything)
        if name in offered and quality > 0 and (quality > best_quality or (not best and quality == best_quality)):
            best, best_quality = name, quality
    return best


def _qualities(accept_encoding: str) -> dict[str, float]:
    found = {}
    for part in accept_encoding[:1000].lower().split(","):
        name, _, parameters = part.partition(";")
        quality = 1.0
        key, _, value = parameters.strip().partition("=")
        if key.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
        if name.strip():
            found[name.strip()] = quality
    return found


def is_unchanged(etag: str, modified: int, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether 304 is the answer to a GET or HEAD; If-None-Match wins, and compares weakly (RFC 9110, 13.1.2)."""
    if if_none_match is not None:
        tags = [tag.strip().removeprefix("W/") for tag in if_none_match[:4000].split(",")]
        return "*" in tags or etag in tags
    if if_modified_since is None:
        return False
    try:
        return modified <= parsedate_to_datetime(if_modified_since).timestamp()
    except (ValueError, TypeError, OverflowError):
        return False
