"""The standby copy: what a page's documents are made from, in an SQLite file that needs no server.

The publisher brings it up to date with every change before the change goes live, so that it is never behind what the
public reads. What only the console reads is left out: drafts, people, reasons, evidence, private action items. It also
knows the further places, by the name of their credentials only; how far each has come is asked of the place. Never
serve it.
"""

import os
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from itertools import islice
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf
from django.db.utils import ConnectionHandler

from incidents.models import (
    ActionItem,
    Component,
    ComponentChange,
    ComponentGroup,
    Incident,
    IncidentComponent,
    MomentRecord,
    Page,
    PageHost,
    Postmortem,
    PostmortemCorrection,
    PostmortemRevision,
    Reopening,
    StatusClaim,
    Update,
)
from status.models import JournalEntry, PageJournal, PublishTarget

WHOLE_AT_ONCE = 200
"""Changes, or incidents, up to which the copy is brought up to date while a responder waits."""

OF_PAGE = (
    (Page, "pk"),
    (PageHost, "page"),
    (ComponentGroup, "page"),
    (Component, "page"),
    (PageJournal, "page"),
    (PublishTarget, "page"),
)
"""Rows that are copied with every change, and the way from each to its page."""

OF_INCIDENT = (
    (Incident, "pk", "page", {}),
    (IncidentComponent, "incident", "incident__page", {}),
    (Update, "incident", "incident__page", {}),
    (ComponentChange, "update__incident", "update__incident__page", {}),
    (StatusClaim, "incident", "component__page", {}),
    (MomentRecord, "incident", "incident__page", {}),
    (Reopening, "incident", "incident__page", {}),
    (Postmortem, "incident", "incident__page", {"published_at__isnull": False}),
    (PostmortemRevision, "postmortem__incident", "postmortem__incident__page", {"is_published": True}),
    (PostmortemCorrection, "postmortem__incident", "postmortem__incident__page", {}),
    (ActionItem, "incident", "incident__page", {"is_public": True}),
)
"""Rows of an incident: the way from each to its incident and to its page, and which of them the public may read."""

PROGRESS = (
    *("number", "state", "brought_at", "confirmed_at"),
    *("error", "failed_at", "failures", "retry_at", "held_by", "held_until"),
)

COPIED = {model for model, *_ in (*OF_PAGE, *OF_INCIDENT)} | {JournalEntry}
BLANKED = {
    ("incidents_actionitem", "cause"),
    ("incidents_actionitem", "detail"),
    ("incidents_actionitem", "evidence"),
    ("incidents_actionitem", "from_line"),
    ("incidents_actionitem", "tracker_key"),
    ("incidents_actionitem", "tracker_url"),
    ("incidents_actionitem", "wont_do_reason"),
    ("incidents_incident", "cause"),
    ("incidents_momentrecord", "reason"),
    ("incidents_postmortem", "approved_body"),
    ("incidents_postmortem", "draft"),
    ("incidents_postmortem", "generated_timeline"),
    ("incidents_postmortem", "no_action_reason"),
    ("incidents_postmortem", "pending_body"),
    ("incidents_postmortem", "pending_note"),
    ("incidents_postmortemrevision", "body"),
    ("incidents_postmortemrevision", "generated_timeline"),
    ("incidents_postmortemrevision", "note"),
    ("incidents_reopening", "reason"),
    *(("status_publishtarget", column) for column in PROGRESS),
}
"""Columns that only the console reads, and those that are out of date as soon as they are copied."""

REWORDED = {("incidents_actionitem", "title"): Coalesce(NullIf("public_title", Value("")), "title")}
"""Columns of which the public reads something else."""


class NoCopy(Exception):
    """There is no standby copy that could be published from; says why."""


def path_of(page_code: str) -> Path:
    """The file of a page's copy."""
    return settings.BREAK_GLASS_ROOT / f"{page_code}.sqlite3"


def page_codes() -> list[str]:
    """The pages that a copy was made of."""
    return sorted(path.stem for path in settings.BREAK_GLASS_ROOT.glob("[!.]*.sqlite3"))


def number(page_code: str) -> int:
    """The change that a page's copy is up to date with; -1 when there is none that fits this version of Allclear."""
    path = path_of(page_code)
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
        if file.execute("PRAGMA user_version").fetchone()[0] == _shape():
            found = file.execute(f"SELECT last_number FROM {PageJournal._meta.db_table}").fetchone()
            return found[0] if found else 0
    return -1


def follow(page: Page) -> None:
    """Bring the copy up to the page's journal if that is quick; else it is left to `take`. With the page's lock held.

    Raises OSError or sqlite3's and Django's errors, with the copy as it was.
    """
    have = number(page.code)
    if have < 0:
        if page.incidents.count() <= WHOLE_AT_ONCE:
            take(page).replace(path_of(page.code))
        return
    entries = list(page.journal_entries.filter(number__gt=have)[: WHOLE_AT_ONCE + 1])
    if len(entries) > WHOLE_AT_ONCE or any(entry.kind == "PageImported" for entry in entries):
        return
    _follow(path_of(page.code), page, entries)


def knows_places(page: Page) -> bool:
    """Whether a page's copy, if there is one, has the further places that the database has."""
    if number(page.code) < 0:
        return True
    columns = [field.column for field in PublishTarget._meta.concrete_fields if field.column not in PROGRESS]
    columns.remove("created_at")
    wanted = set(page.publish_targets.values_list(*columns))
    listed = f"SELECT {', '.join(columns)} FROM {PublishTarget._meta.db_table}"
    with closing(sqlite3.connect(f"{path_of(page.code).as_uri()}?mode=ro", uri=True)) as file:
        return set(file.execute(listed)) == wanted


def note_places(page: Page) -> None:
    """Bring the page's further places in the copy up to date; no change of the journal tells of them.

    With the page's lock held. Raises OSError or sqlite3's and Django's errors, with the copy as it was.
    """
    if number(page.code) >= 0:
        with _opened(path_of(page.code)) as copy, _changing(copy):
            rows = PublishTarget._base_manager.filter(page=page)
            _delete(copy, rows)
            _insert(copy, rows)


def catch_up(draft: Path, page: Page) -> None:
    """Bring a copy that `take` made up to what came meanwhile and put it in place. With the page's lock held."""
    with closing(sqlite3.connect(draft)) as file:
        have = file.execute(f"SELECT last_number FROM {PageJournal._meta.db_table}").fetchone()
    _follow(draft, page, list(page.journal_entries.filter(number__gt=have[0] if have else 0)))
    draft.replace(path_of(page.code))


def take(page: Page) -> Path:
    """Copy everything of a page into a new file; its place."""
    draft = settings.BREAK_GLASS_ROOT / f".{page.code}.{os.getpid()}.sqlite3"
    for left in settings.BREAK_GLASS_ROOT.glob(f".{page.code}.*"):
        if left == draft or time.time() - left.stat().st_mtime > 3600:
            left.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with _opened(draft) as copy, _changing(copy):
        with copy.cursor() as cursor:
            for statement in _tables():
                cursor.execute(statement)
        for model, path in OF_PAGE:
            _insert(copy, model._base_manager.filter(**{path: page.pk}))
        for model, _, path, only in OF_INCIDENT:
            _insert(copy, model._base_manager.filter(**{path: page.pk}, **only))
        _insert(copy, JournalEntry.objects.filter(page=page))
        copy.cursor().execute(f"PRAGMA user_version = {_shape()}")
    return draft


@cache
def _tables() -> tuple[str, ...]:
    """The statements that make a copy's tables; worked out once, which takes longer than copying most pages does."""
    with _opened(Path(":memory:")) as nowhere:
        # Its own transaction would be one of the real database.
        with nowhere.schema_editor(collect_sql=True, atomic=False) as editor:
            for app in ("incidents", "status"):
                for model in apps.get_app_config(app).get_models():
                    editor.create_model(model)
        return tuple(editor.collected_sql)


@contextmanager
def as_database(page_code: str) -> Iterator[Page]:
    """Make a page's copy this process's database. Whatever is written to it is taken back at the end."""
    if number(page_code) < 0:
        raise NoCopy(f"There is no standby copy of the page in {settings.BREAK_GLASS_ROOT}.")
    with _opened(path_of(page_code)) as copy:
        present = connections["default"]
        connections["default"] = copy
        try:
            with transaction.atomic():
                try:
                    yield Page.objects.get(code=page_code)
                finally:
                    transaction.set_rollback(True)
        finally:
            connections["default"] = present


def _follow(path: Path, page: Page, entries: list[JournalEntry]) -> None:
    if not entries:
        return
    incidents = {entry.incident_id for entry in entries if entry.incident_id}
    replaced: list[tuple[models.QuerySet, dict]] = [
        (model._base_manager.filter(**{to_page: page.pk}), {}) for model, to_page in OF_PAGE
    ]
    if incidents:
        for model, to_incident, _, only in OF_INCIDENT:
            replaced.append((model._base_manager.filter(**{f"{to_incident}__in": incidents}), only))
    if any(entry.incident_id is None for entry in entries):
        replaced.append((StatusClaim.objects.filter(component__page=page, incident__isnull=True), {}))
    replaced.append((JournalEntry.objects.filter(pk__in=[entry.pk for entry in entries]), {}))
    with _opened(path) as copy, _changing(copy):
        for rows, _ in reversed(replaced):  # what hangs on others first: it is found through them
            _delete(copy, rows)
        for rows, only in replaced:
            _insert(copy, rows.filter(**only))


@contextmanager
def _opened(path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a copy, known to nobody else.

    Nothing checks what is copied: rows point to some that aren't, and lack reasons and people that they ought to have.
    """
    described = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA synchronous=FULL;",
        },
    }
    connection = ConnectionHandler({"default": described})["default"]
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _changing(copy: BaseDatabaseWrapper) -> Iterator[None]:
    """All of it, or nothing."""
    with copy.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def _delete(copy: BaseDatabaseWrapper, rows: models.QuerySet) -> None:
    """Delete the copy's own rows that a question finds there."""
    sql, parameters = rows.order_by().values("pk").query.get_compiler(connection=copy).as_sql()
    meta = rows.model._meta
    with copy.cursor() as cursor:
        cursor.execute(f"DELETE FROM {meta.db_table} WHERE {meta.pk.column} IN ({sql})", parameters)


def _insert(copy: BaseDatabaseWrapper, rows: models.QuerySet) -> None:
    """Copy the rows that a question finds in the database."""
    meta = rows.model._meta
    fields = meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})'
    keep = [_is_copied(field) for field in fields]
    values = [REWORDED.get((meta.db_table, field.column), field.attname) for field in fields]
    found = rows.order_by("pk").values_list(*values).iterator(chunk_size=1000)
    with copy.cursor() as cursor:
        while batch := list(islice(found, 1000)):
            cursor.executemany(
                statement,
                [
                    [
                        field.get_db_prep_save(value if kept else _nothing(field), copy)
                        for field, value, kept in zip(fields, row, keep, strict=True)
                    ]
                    for row in batch
                ],
            )


def _is_copied(field: models.Field) -> bool:
    """Whether a column's values mean anything in the copy: those that point to other tables do if those are there."""
    if (field.model._meta.db_table, field.column) in BLANKED:
        return False
    return not field.is_relation or field.related_model in COPIED


def _nothing(field: models.Field) -> object:
    return None if field.null else field.get_default()


def _shape() -> int:
    """A number that changes with the tables, columns and what is left out, so that no other version's copy is read."""
    told = sorted(
        f"{model._meta.db_table}.{field.column} {field.get_internal_type()} {field.null}"
        for app in ("incidents", "status")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
    )
    left_out = sorted(".".join(column) for column in (*BLANKED, *REWORDED))
    return zlib.crc32("\n".join(told + left_out).encode()) & 0x7FFFFFFF
