"""Images within postmortems."""

from django.conf import settings
from django.db import models

from incidents.querysets import PostmortemImageQuerySet

from .fields import code_field
from .postmortem import Postmortem


class PostmortemImage(models.Model):
    """One uploaded image, written anew as PNG; public exactly while a published text shows it."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="images")
    code = code_field()
    file = models.ImageField(upload_to="postmortems/")
    alt = models.CharField(max_length=255)
    is_public = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = PostmortemImageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="postmortemimage_has_alt",
                condition=~models.Q(alt=""),
                violation_error_message="Say in words what the image shows.",
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    @property
    def path(self) -> str:
        """Where it is read, as a text names it."""
        return f"/media/{self.file.name}"
