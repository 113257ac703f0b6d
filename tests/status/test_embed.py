"""The banner's files; tests/browser/test_embed.py tries what they do."""

import gzip
import re

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from status import embed, feeds


@pytest.mark.parametrize("path", embed.HEADS)
def test_documents(page, path):
    document = embed.HEADS[path](page, timezone.now())

    assert document.path == path
    assert document.last_modified == page.updated_at
    assert document.content_type.startswith("text/css" if path.endswith(".css") else "text/javascript")
    assert b"{{" not in document.body


def test_both_scripts_are_the_same_small_one(page):
    bodies = {embed.HEADS[path](page, timezone.now()).body for path in ("/embed.js", "/embed/script.js")}

    (body,) = bodies
    assert len(gzip.compress(body)) < 3000
    assert b"innerHTML" not in body
    assert b"eval(" not in body


def test_every_feed_is_found_from_a_page(page):
    head = render_to_string("status/_alternates.html", {"page": page})

    found = dict(re.findall(r'type="([^"]+)"\s+title="[^"]+"\s+href="([^"]+)"', head))
    types = {make(page, timezone.now()).content_type.split(";")[0]: path for path, make in feeds.HEADS.items()}
    assert found == types
