"""The static files that documents link to, and the fingerprint of all that documents are made with."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from incidents.models import PostmortemImage

FOLDERS = ("css", "js", "icons")


class StaticFilesMissing(Exception):
    """Documents can't link to static files yet; the message says what to run."""


def check_collected() -> None:
    """Refuse to make documents before `collectstatic` has named the files that they link to."""
    names_are_hashed = hasattr(staticfiles_storage, "hashed_files")
    if names_are_hashed and not staticfiles_storage.hashed_files:
        raise StaticFilesMissing("the static files aren't collected; run manage.py collectstatic, then publish")


def assets() -> dict[str, Path]:
    """Each file's published name, and where it lies: our style sheets, scripts and icons, and what `media` finds.

    The console's are among them: a browser asks for the modules of the postmortem editor all at once, which are more
    than the doorway lets into Django.
    """
    root = Path(settings.STATICFILES_DIRS[0])
    found = {}
    for folder in FOLDERS:
        for file in (root / folder).rglob("*"):
            if file.is_file():
                name = str(file.relative_to(root))
                built = settings.STATIC_ROOT / staticfiles_storage.url(name).removeprefix(settings.STATIC_URL)
                found[f"static/{built.relative_to(settings.STATIC_ROOT)}"] = built if built.is_file() else file
    return found | media()


def media() -> dict[str, Path]:
    """Uploaded files that the public may see: pages' logos, and the images that published postmortems show."""
    root = Path(settings.MEDIA_ROOT)
    found = {f"media/logos/{file.name}": file for file in (root / "logos").glob("*")}
    shown = PostmortemImage.objects.public().values_list("file", flat=True)
    return found | {f"media/{name}": root / name for name in shown if (root / name).is_file()}


@cache
def layout() -> str:
    """A fingerprint of the templates, static files and code; when it changes, everything is made again."""
    digest = hashlib.sha256()
    for folder in ("templates", "static", "status", "incidents"):
        for file in sorted((settings.BASE_DIR / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(file.read_bytes())
    digest.update(settings.SITE_URL.encode())
    return digest.hexdigest()[:16]
