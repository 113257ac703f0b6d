"""Images within postmortems."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from incidents.errors import LifecycleError
from incidents.images import size_of
from incidents.models import Incident, PostmortemImage, User

from .postmortem_writing import postmortem_of
from .writing import check_not_empty

MAX_IMAGES = 50
"""Of one postmortem, so that no review fills a disk."""


def add_postmortem_image(
    *, incident: Incident, png: bytes, alt: str, by: User | None, at: datetime | None = None
) -> PostmortemImage:
    """Keep an image that was written anew as PNG, for the text to show. Not public until a published text does."""
    postmortem = postmortem_of(incident)
    alt = check_not_empty(" ".join(alt.split()), field="alt", what="What the image shows")
    if "[" in alt or "]" in alt:
        raise LifecycleError("Leave brackets out of the description.", field="alt")
    if postmortem.images.count() >= MAX_IMAGES:
        raise LifecycleError(f"A postmortem holds at most {MAX_IMAGES} images.", field="image")
    image = PostmortemImage(postmortem=postmortem, alt=alt, uploaded_by=by, uploaded_at=at or timezone.now())
    width, height = size_of(png)
    name = f"{image.code}-{width}x{height}.png"  # `markdown` reads the size there
    with transaction.atomic():
        image.file.save(name, ContentFile(png), save=False)
        image.full_clean()
        image.save(force_insert=True)
    return image
