"""The WSGI entry that the web server imports: published documents first, Django for everything else."""

import os
from functools import partial

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from status.serving.app import PublishedPages
from status.serving.doorway import Doorway
from status.serving.headers import public_headers
from status.serving.shelf import Shelf

headers = partial(public_headers, hsts_seconds=settings.SECURE_HSTS_SECONDS)
application = PublishedPages(Doorway(get_wsgi_application()), Shelf(str(settings.PUBLISH_ROOT), headers))

from status.publishing import clock  # noqa: E402 - its models can't be imported before Django is set up

clock.watch()
