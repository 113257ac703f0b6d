"""`manage.py publish [--all]`: make what the public reads."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from incidents.models import Page
from incidents.one_line_command import OneLineCommand
from status.publishing.assets import StaticFilesMissing
from status.publishing.publisher import bring_up_to_date, publish, publish_archive


class Command(OneLineCommand):
    """Publish what is stale, or everything."""

    help = "Publish the documents that are stale; with --all, every document of every page."

    def add_arguments(self, parser: CommandParser) -> None:
        """--all."""
        parser.add_argument("--all", action="store_true", help="Make every document again, stale or not.")

    def handle(self, **options: Any) -> None:
        """Say for each page what was done; stop with exit code 1 when a page could not be published."""
        for page in Page.objects.public():
            try:
                self._publish(page, everything=options["all"])
            except StaticFilesMissing as error:
                raise CommandError(f"{page.name} can't be published: {error}.") from error
            except OSError as error:
                raise CommandError(f"{page.name} can't be published: {error.strerror or error}") from error

    def _publish(self, page: Page, *, everything: bool) -> None:
        if not everything:
            is_done = bring_up_to_date(page, timezone.now())
            self.stdout.write(f"{page.name}: {'published' if is_done else 'is up to date'}")
            return
        publish(page)
        count = publish_archive(page, self._progress)
        if self.stdout.isatty():
            self.stdout.write("\r", ending="")
        self.stdout.write(f"{page.name}: published, with {count} documents in its archive")

    def _progress(self, count: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{count} documents", ending="")
            self.stdout.flush()
