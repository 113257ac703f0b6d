"""`manage.py import_statuspage`: take over a Statuspage site from its documents."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from incidents.importing.refusal import ImportRefused
from incidents.importing.run import import_source
from incidents.one_line_command import OneLineCommand
from incidents.stored_metrics import BATCH, repair_stale_metrics

REFUSED = 2
"""Exit code when nothing was written because a document is damaged or can't be had."""


class Command(OneLineCommand):
    """Import Statuspage documents from a file, a folder, or a site."""

    help = "Import a Statuspage site: a JSON file, a folder of them, or the site's address. Twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """SOURCE, and what may be said of it."""
        parser.add_argument("source", metavar="SOURCE", help="a file, a folder of .json files, or https://...")
        parser.add_argument("--page", metavar="NAME", help="call the page NAME; give it again with every import")
        parser.add_argument(
            "--allow-private", action="store_true", help="also read from addresses of a private network"
        )

    def handle(self, *, source: str, page: str | None, allow_private: bool, **_: Any) -> None:
        """Import everything, or nothing."""
        try:
            tallies = import_source(source, name=page, allow_private=allow_private, report=self.stdout.write)
        except ImportRefused as error:
            raise CommandError(f"{error}. Nothing was imported.", returncode=REFUSED) from error
        while repair_stale_metrics() == BATCH:
            pass
        for tally in tallies:
            self.stdout.write(tally.page_name)
            for line in tally.lines():
                self.stdout.write(f"  {line}")
