"""The form for a further place."""

import re
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from status.models import PublishTarget


def test_the_folder_that_is_given_as_an_example_is_taken(page, console):
    shown = console.get(reverse("publishing:add-target")).context["form"].fields["location"].help_text
    (example,) = re.findall(r"A folder: (/.*?)\. An object store", shown)

    answer = console.post(
        reverse("publishing:add-target"), {"name": "Copy", "kind": "folder", "location": example, "branch": "unsaid"}
    )

    assert answer.status_code == 302
    assert PublishTarget.objects.get().location == example
    assert Path(example).is_relative_to(settings.VAR_DIR / "copies")


def test_without_folders_that_are_allowed_none_is_given_as_an_example(page, console, settings):
    settings.TARGET_FOLDERS = []

    answer = console.get(reverse("publishing:add-target"))

    assert "A folder:" not in answer.content.decode()
    assert "An object store: s3://bucket/prefix." in answer.content.decode()
