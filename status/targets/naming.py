"""What published files are called where there are no symbolic links and no rewriting. Pure.

*addresses*: as the public path says it, so that an object store behind a CDN answers with the object of that key:
`incidents/x` for `/incidents/x`. *files*: with `.html`, as static hosting from a repository expects it. In both, the
first page of what `?page=N` continues also lies where the bare path looks for it.
"""

from enum import Enum

from status.publishing.files import PAGED

KEPT = ("index.html", "404.html")
"""Names that hosts look for as they are."""


class Naming(Enum):
    """How published files are named."""

    ADDRESSES = "addresses"
    FILES = "files"


def keys(name: str, naming: Naming) -> list[str]:
    """Where a published file lies, its own place first."""
    found = [_key(name, naming)]
    for path in PAGED:
        if name == f"{path[1:]}/1.html":
            found.append(_key(f"{path[1:]}.html", naming))
    return found


def _key(name: str, naming: Naming) -> str:
    is_paged = name.startswith(tuple(f"{path[1:]}/" for path in PAGED))
    if naming is Naming.FILES or name in KEPT or is_paged:
        return name
    return name.removesuffix(".html")


def name_of(key: str) -> str:
    """The published file that a key was made from, as far as its type goes."""
    return key if "." in key.rsplit("/", 1)[-1] else f"{key}.html"
