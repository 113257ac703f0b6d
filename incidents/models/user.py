"""The people who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A responder or manager. Signs in with e-mail or user name."""

    email = models.EmailField("e-mail", unique=True)

    @property
    def display_name(self) -> str:
        """What colleagues see: the full name, else the user name."""
        return self.get_full_name() or self.username
