"""Uploaded logos, served as images and nothing else."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join

SERVED_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")


def serve_media(request: HttpRequest, path: str) -> FileResponse:
    """One uploaded image. Anything that isn't a known raster image, or lies outside the folder, is not found."""
    content_type = mimetypes.guess_type(path)[0]
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
    except ValueError as error:
        raise Http404 from error
    if content_type not in SERVED_TYPES or not file.is_file():
        raise Http404
    response = FileResponse(file.open("rb"), content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
