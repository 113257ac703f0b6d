"""`manage.py break_glass`: tell the public with the database, Redis and the broker gone."""

import getpass
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from incidents.choices import CLOSED_STATUSES, ComponentStatus, IncidentStatus
from incidents.errors import LifecycleError
from incidents.models import Page
from incidents.one_line_command import OneLineCommand
from status.break_glass import places, posting, records, standby
from status.break_glass.posting import Asked, Told
from status.publishing.publisher import publish

REFUSED = 2
"""Exit code when what was asked for can't be done as it was asked; nothing is written then."""

FAILED = 1
MOST = 25_000
STATUSES = [status for status in IncidentStatus if status not in (IncidentStatus.SCHEDULED, IncidentStatus.POSTMORTEM)]
OPTION_OF = {
    "status": "--status",
    "body": "--body",
    "name": "--new",
    "component_statuses": "--component",
    "next_update_by": "--next-update-in",
}


class Command(OneLineCommand):
    """Publish an update from what is published, and bring it into the timeline when the database is back."""

    help = (
        "Publish an update with the database, Redis and the broker gone. It is written to a signed file, goes live at "
        "once, and is brought into the timeline with its true time when the database is back."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to tell, and what else can be asked."""
        parser.add_argument("--incident", metavar="CODE", help="post on this incident (the end of its address)")
        parser.add_argument("--new", metavar="TITLE", help="open a new incident with this title")
        parser.add_argument("--status", metavar="STATUS", help=", ".join(STATUSES))
        parser.add_argument("--body", metavar="TEXT", help="the update's text, in Markdown; - reads it from the input")
        parser.add_argument(
            "--component",
            metavar="NAME=STATUS",
            action="append",
            default=[],
            help=f"a component's name or code and its status ({', '.join(ComponentStatus.values)}); may be repeated",
        )
        parser.add_argument("--as", metavar="NAME", dest="author", help="who posts it (default: your login name)")
        parser.add_argument("--next-update-in", metavar="MINUTES", help="promise the next update")
        parser.add_argument("--no-notify", action="store_true", help="tell no subscribers once the database is back")
        parser.add_argument("--page", metavar="CODE", help="which page, where there are several")
        parser.add_argument("--dry-run", action="store_true", help="say what would become public; write nothing")
        parser.add_argument("--list", action="store_true", help="what is open, and what isn't in the timeline yet")
        parser.add_argument("--again", action="store_true", help="publish what is written down but isn't public")
        parser.add_argument("--reconcile", action="store_true", help="bring it into the timeline; needs the database")

    def handle(self, **options: Any) -> None:
        """Do the one thing asked for."""
        if options["reconcile"]:
            self._reconcile()
            return
        asked = None if options["list"] or options["again"] else _asked(options)
        page = _page_code(options["page"])
        try:
            if options["list"]:
                self._list(page)
            elif options["again"]:
                self._again(page)
            else:
                self._post(page, asked, is_only_tried=options["dry_run"])
        except posting.Unknown as error:
            raise CommandError(f"{error.option}: {error}", returncode=REFUSED) from error
        except LifecycleError as error:
            option = OPTION_OF.get(error.field or "", "--incident")
            raise CommandError(f"{option}: {error.message}", returncode=REFUSED) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=REFUSED) from error
        except posting.NotPublic as error:
            raise CommandError(f"{error}. Put that right, then: manage.py break_glass --again") from error
        except TimeoutError as error:
            raise CommandError(f"{error}; nothing was written. Stop the worker, restart web, and try again.") from error
        except (standby.NoCopy, posting.CopyIsBehind) as error:
            raise CommandError(str(error), returncode=FAILED) from error

    def _post(self, page: str, asked: Asked, *, is_only_tried: bool) -> None:
        say = self.stdout.write
        told = posting.preview(page, asked) if is_only_tried else posting.post(page, asked)
        say(f"{'This would be public:' if is_only_tried else 'Public now:'} {told.status}: {told.name}")
        self._say_what(told, asked)
        if is_only_tried:
            say("Nothing was written. Leave --dry-run away to publish it.")
            return
        say("  also on the home page, in history and uptime, in /api/v2, the feeds, the badge and /changes")
        self._bring_places(page)
        say(f"Written down, signed, in {told.record}; leave it there.")
        notified = "Subscribers are notified then." if asked.notify else "No subscriber is notified."
        say(
            "When the database is back, beat brings it into the timeline with this time within 20 seconds, once; so do "
            f"`manage.py publish` and `manage.py break_glass --reconcile`. {notified}"
        )
        for sentence in records.refused():
            self.stderr.write(f"Refused, and not part of this: {sentence}")
        if asked.status not in CLOSED_STATUSES:
            say(f"Next: manage.py break_glass --incident {told.incident} --status STATUS --body TEXT")

    def _say_what(self, told: Told, asked: Asked) -> None:
        self.stdout.write(f"  {told.address}")
        when = f"{told.posted_at:%Y-%m-%d %H:%M:%S} UTC"
        self.stdout.write(f"  posted {when} by {asked.author}; impact {told.impact.lower()}")
        for name, status in told.components:
            self.stdout.write(f"  {name}: {status.lower()}")

    def _list(self, page: str) -> None:
        say, found = self.stdout.write, posting.overview(page)
        say(f"{found.name} ({found.page}), published {found.made_at}")
        say("Open and planned:" if found.open else "Nothing is open or planned.")
        for code, status, name in found.open:
            say(f"  {code}  {status}: {name}")
        say("Components:")
        for code, name in found.components:
            say(f"  {code}  {name}")
        waits = "Published by break glass, not in the timeline yet:"
        say(waits if found.pending else "Nothing waits for the database.")
        for record in found.pending:
            told = record.published
            when = f"{told.posted_at:%Y-%m-%d %H:%M:%S} UTC"
            say(f"  {record.serial:06}  {when}  {told.incident}  {told.status.label} by {told.author}: {told.name}")
        for sentence in records.refused():
            say(f"Refused: {sentence}")

    def _again(self, page: str) -> None:
        again = posting.publish_again(page)
        self.stdout.write(f"Published again, with {len(again)} update(s) that wait for the database.")
        self._bring_places(page)

    def _bring_places(self, page: str) -> None:
        """Say of each further place whether it got there; the page itself is public whatever becomes of them."""
        self.stdout.flush()
        try:
            outcomes = places.bring_places(page)
        except Exception as error:
            self.stderr.write(f"Further places: not tried, {_line(error)}")
            return
        if outcomes:
            self.stdout.write("Further places:")
        for outcome in outcomes:
            became = f"NOT there: {outcome.problem}" if outcome.problem else "there"
            self.stdout.write(f"  {outcome.name} ({outcome.kind.lower()}, {outcome.location}): {became}")
        if any(outcome.problem for outcome in outcomes):
            self.stdout.write(
                "Beat brings the others when the database is back; --again tries them now, posting nothing."
            )

    def _reconcile(self) -> None:
        try:
            waiting = records.pending()
            for page in Page.objects.public():
                if records.pending(page.code):
                    publish(page)
        except DatabaseError as error:
            raise CommandError(f"The database can't be used yet, and nothing is lost: {_line(error)}") from error
        except OSError as error:
            raise CommandError(f"It is in the timeline, but can't be published: {error.strerror or error}") from error
        left = {record.published.code for record in records.pending()}
        for record in waiting:
            if record.published.code not in left:
                self.stdout.write(f"{record.published.incident}: {record.published.status.label} is in the timeline.")
        if not waiting:
            self.stdout.write("Nothing waits for the database.")
        for sentence in records.refused():
            self.stdout.write(f"Refused: {sentence}")


def _page_code(given: str | None) -> str:
    codes = standby.page_codes()
    if given is not None and given not in codes:
        raise CommandError(f"--page: there is no copy of {given}; give one of: {', '.join(codes)}.", returncode=REFUSED)
    if given is None and len(codes) != 1:
        if not codes:
            raise CommandError(f"There is no standby copy in {settings.BREAK_GLASS_ROOT}: no page was published here.")
        raise CommandError(f"--page: there are several; give one of: {', '.join(codes)}.", returncode=REFUSED)
    return given or codes[0]


def _asked(options: dict[str, Any]) -> Asked:
    """What was asked for, each option checked by itself; refuses by name what can't be read."""
    if bool(options["incident"]) == bool(options["new"]):
        _refuse("--incident", "give the code of an incident, or --new with a title; --list shows what is open.")
    if len(options["new"] or "") > 255:
        _refuse("--new", "a title has 255 characters at most.")
    return Asked(
        incident=options["incident"] or "",
        name=(options["new"] or "").strip(),
        status=_status(options),
        body=_body(options["body"]),
        author=(options["author"] or getpass.getuser()).strip(),
        components=tuple(_component(given) for given in options["component"]),
        notify=not options["no_notify"],
        next_update_by=_promise(options["next_update_in"]),
    )


def _status(options: dict[str, Any]) -> IncidentStatus:
    given = options["status"] or ("investigating" if options["new"] else "")
    if given not in STATUSES:
        _refuse("--status", f"give one of {', '.join(STATUSES)}.")
    return IncidentStatus(given)


def _body(given: str | None) -> str:
    text = sys.stdin.read() if given == "-" else given or ""
    if not text.strip():
        _refuse("--body", "say what to tell the public, or give - and the text on the input.")
    if len(text) > MOST:
        _refuse("--body", f"an update has {MOST} characters at most; this has {len(text)}.")
    return text.strip()


def _component(given: str) -> tuple[str, ComponentStatus]:
    name, _, status = given.rpartition("=")
    if not name.strip() or status.strip() not in ComponentStatus.values:
        _refuse("--component", f"write {given!r} as NAME=STATUS, with one of {', '.join(ComponentStatus.values)}.")
    return name.strip(), ComponentStatus(status.strip())


def _promise(given: str | None) -> Any:
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 9 and 0 < int(given) <= 10_080):
        _refuse("--next-update-in", "give a number of minutes, up to 10080 (a week).")
    return timezone.now() + timedelta(minutes=int(given))


def _refuse(option: str, message: str) -> None:
    raise CommandError(f"{option}: {message}", returncode=REFUSED)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
