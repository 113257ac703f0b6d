"""The documents of a live site, from the base address of its status page."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from incidents.outgoing import Outgoing, RequestRefused

from .reading import MAX_BYTES
from .refusal import ImportRefused

PATHS = (
    "/api/v2/summary.json",
    "/api/v2/components.json",
    "/api/v2/incidents.json",
    "/api/v2/scheduled-maintenances.json",
)
NEEDED = {"/api/v2/summary.json", "/api/v2/incidents.json"}
"""One of these must be there, or it is no status page."""

SECONDS = 30.0


def fetch_site(base: str, *, allow_private: bool = False) -> Iterator[tuple[str, bytes]]:
    """The address and content of each document that a site has; an address that ends in .json is that one document.

    Raises ImportRefused when the site can't be read or has neither a summary nor incidents.
    """
    single = urlsplit(base).path.endswith(".json")
    addresses = {base: base} if single else {path: base.rstrip("/") + path for path in PATHS}
    found = {}
    with Outgoing(max_bytes=MAX_BYTES, seconds=SECONDS, allow_private=allow_private) as outgoing:
        for path, address in addresses.items():
            content = _fetch(outgoing, address, may_be_missing=not single)
            if content is not None:
                found[path] = (address, content)
    if not single and not NEEDED & found.keys():
        raise ImportRefused(base, "No status page answers there: it has neither a summary nor incidents")
    yield from found.values()


def _fetch(outgoing: Outgoing, address: str, *, may_be_missing: bool) -> bytes | None:
    try:
        answer = outgoing.get(address)
    except RequestRefused as error:
        raise ImportRefused(address, str(error)) from None
    if answer.status_code == 404 and may_be_missing:
        return None
    if answer.status_code != 200:
        raise ImportRefused(address, f"The server answered with status {answer.status_code}")
    return answer.body
