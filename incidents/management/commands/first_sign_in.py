"""`manage.py first_sign_in`: an account for whoever starts this for the first time."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction

from incidents.models import User
from incidents.one_line_command import OneLineCommand

USERNAME = "demo"
EMAIL = "demo@allclear.test"


class Command(OneLineCommand):
    """Make the first account if there is none, and print how to sign in with it.

    Its password is random and kept in the state folder, readable by its owner only, until that file is deleted.
    """

    help = "Make the first account if there is none, and print how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to say anything."""
        parser.add_argument("--quiet", action="store_true", help="print nothing")

    def handle(self, *, quiet: bool, **_: Any) -> None:
        """Make the account and print the addresses."""
        path = settings.VAR_DIR / "demo-sign-in.txt"
        if not User.objects.exists():
            password = secrets.token_urlsafe(9)
            with transaction.atomic():
                User.objects.create_superuser(USERNAME, EMAIL, password, first_name="Demo", last_name="Responder")
                path.unlink(missing_ok=True)
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(password)
        if quiet:
            return
        self.stdout.write(f"\n  Public page   {settings.SITE_URL}/")
        self.stdout.write(f"  Console       {settings.SITE_URL}/console/")
        if path.exists() and User.objects.filter(username=USERNAME).exists():
            self.stdout.write(f"  Sign in as    {USERNAME}")
            self.stdout.write(f"  Password      {path.read_text()}")
        self.stdout.write("\n  Ctrl-C stops everything.\n")
