"""Uploaded images, served as images and nothing else."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join

from incidents.models import PostmortemImage

SERVED_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
OF_POSTMORTEMS = "postmortems/"


def serve_media(request: HttpRequest, path: str) -> FileResponse:
    """One uploaded image. Anything that isn't a known raster image, or lies outside the folder, is not found.

    An image of a postmortem is for those who are signed in until a published text shows it.
    """
    content_type = mimetypes.guess_type(path)[0]
    if content_type not in SERVED_TYPES:
        raise Http404
    file = _within(settings.PUBLISH_ROOT / "media", path)  # needs no database
    is_public = file is not None
    if file is None:
        file = _within(settings.MEDIA_ROOT, path)
        is_public = not path.startswith(OF_POSTMORTEMS) or PostmortemImage.objects.public().filter(file=path).exists()
    if file is None or not (is_public or request.user.is_authenticated):
        raise Http404
    response = FileResponse(file.open("rb"), content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=86400" if is_public else "private, no-store"
    return response


def _within(root: object, path: str) -> Path | None:
    try:
        file = Path(safe_join(root, path))
    except ValueError as error:
        raise Http404 from error
    return file if file.is_file() else None
