"""The WSGI entry of a machine that only serves published files: no Django, no database, no settings but PUBLISH_ROOT.

PUBLISH_ROOT=/srv/status granian --interface wsgi status.serving.alone:application
"""

import os

from .app import Environ, PublishedPages, StartResponse
from .headers import public_headers
from .shelf import Shelf


def _nothing(environ: Environ, start_response: StartResponse) -> list[bytes]:
    """What isn't published isn't here."""
    body = b"This address isn't published here.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("404 Not Found", headers)
    return [body]


application = PublishedPages(_nothing, Shelf(os.environ.get("PUBLISH_ROOT", "var/published"), public_headers))
