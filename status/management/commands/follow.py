"""`manage.py follow SOURCE…`: keep this machine's publish folder the same as another one's."""

import signal
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from incidents.one_line_command import OneLineCommand
from status.targets.editions import Source
from status.targets.flat import MANIFEST, FlatSource
from status.targets.folders import FolderSource
from status.targets.following import LOOK_EVERY, Follower, Messages
from status.targets.naming import Naming
from status.targets.places import PlaceRefused, open_bucket


class Command(OneLineCommand):
    """A small process that runs for ever; it needs no database."""

    help = (
        "Keep PUBLISH_ROOT the same as a source: a publish folder, or an object store that a page is published to "
        "(s3://bucket/prefix). Several sources can be given, one for each page. Woken through REDIS_URL if it answers."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """The sources, and how to reach an object store."""
        parser.add_argument("source", nargs="+", help="A folder, or s3://bucket/prefix.")
        parser.add_argument("--endpoint", default="", help="The object store's address, unless it is Amazon's.")
        parser.add_argument("--region", default="", help="The object store's region.")
        parser.add_argument("--credentials", default="", help="NAME, for TARGET_<NAME>_HOST, _USER and _SECRET.")
        parser.add_argument("--every", type=float, default=LOOK_EVERY, help="Seconds between two looks (0.5).")
        parser.add_argument("--once", action="store_true", help="Look once and stop; exit code 1 if that failed.")

    def handle(self, **options: Any) -> None:
        """Follow until SIGTERM or SIGINT."""
        if not 0.05 <= options["every"] <= 60:
            raise CommandError("--every is from 0.05 to 60 seconds.", returncode=2)
        root, stop = Path(settings.PUBLISH_ROOT), Event()
        sources = [self._source(given, options) for given in options["source"]]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        follower = Follower(sources, root, stop)
        if options["once"]:
            if not follower.look():
                raise CommandError("A source could not be read.")
            return
        self.stdout.write(f"Following {', '.join(options['source'])} into {root}")
        self.stdout.flush()
        follower.run(Messages(settings.REDIS_URL, every=options["every"]))

    @staticmethod
    def _source(given: str, options: dict[str, Any]) -> Source:
        if given.startswith("s3://"):
            try:
                where = open_bucket(given.rstrip("/"), options["endpoint"], options["region"], options["credentials"])
            except PlaceRefused as refused:
                raise CommandError(f"{given}: {refused.message}", returncode=2) from None
            return FlatSource(where, Naming.ADDRESSES)
        folder = Path(given).resolve()
        if not folder.is_dir():
            raise CommandError(f"{given} is no folder.", returncode=2)
        if folder == Path(settings.PUBLISH_ROOT).resolve():
            raise CommandError(f"{given} is PUBLISH_ROOT itself; set PUBLISH_ROOT to another folder.", returncode=2)
        if (folder / MANIFEST).is_file():
            from django.core.files.storage import FileSystemStorage

            return FlatSource(FileSystemStorage(folder), Naming.FILES)
        return FolderSource(folder)
