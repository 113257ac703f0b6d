"""What templates of figures ask: durations with their sign, days of stored instants, places in a drawing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from html import escape

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from incidents.instants import format_day, rfc3339
from incidents.models import ActionItem
from incidents.reporting.charts.columns import Column, Row
from incidents.reporting.charts.dot_plot import RADIUS, Dot
from incidents.reporting.packed import Timed
from incidents.reporting.sentences import about, between, count_of
from incidents.reporting.spans import month_words

CODE = "code0of0one0"
"""Stands for an incident's code: an address is looked up once, and not for each of hundreds of dots."""

register = template.Library()
register.filter("about", about)
register.filter("between", between)
register.filter("count_of", count_of)
register.filter("month_words", month_words)


@register.filter
def when(epoch: int) -> SafeString:
    """The day of a stored instant in a `time` element, in the current zone."""
    at = datetime.fromtimestamp(epoch, UTC)
    return format_html('<time datetime="{}">{}</time>', rfc3339(at), format_day(at, timezone.get_current_timezone()))


@register.filter
def of_kind(by_kind: Mapping[str, list[ActionItem]], kind: str) -> list[ActionItem]:
    """The items of one kind, of some that are sorted by kind."""
    return by_kind.get(kind, [])


@register.filter
def short_month(month: date) -> str:
    """`2026-10`, as addresses name a month."""
    return f"{month:%Y-%m}"


@register.simple_tag
def columns(row: Row) -> SafeString:
    """A titled column for each month of a row that has any, and its count above it where there is room."""
    return _joined(_column(row.key, column) for column in row.columns if column.count)


def _column(impact: str, column: Column) -> str:
    label = (
        f'<text class="tick" x="{column.middle}%" y="{column.y}" dy="-4" text-anchor="middle">{column.count}</text>'
        if column.is_labelled
        else ""
    )
    return (
        f"<g><title>{month_words(column.month)}: {column.count} {impact}</title>"
        f'<rect class="column impact-{impact}" x="{column.x}%" y="{column.y}" width="{column.width}%"'
        f' height="{column.height}" rx="1.5"/>{label}</g>'
    )


@register.simple_tag
def dots(placed: Sequence[tuple[Dot, Timed]]) -> SafeString:
    """A linked, titled dot for each incident.

    The table behind the drawing holds the same links for the keyboard.
    """
    return _joined(
        f'<a href="{href}" tabindex="-1"><title>{name}: {seconds}, {day}</title>'
        f'<circle class="dot" cx="{x}%" cy="{y}" r="{RADIUS}"/></a>'
        for href, name, seconds, day, x, y in _told(placed)
    )


@register.simple_tag
def arrows(placed: Sequence[tuple[Dot, Timed]]) -> SafeString:
    """A linked, titled arrow for each incident that has not ended."""
    return _joined(
        f'<a href="{href}" tabindex="-1"><title>{name}: at least {seconds}, {day}</title>'
        f'<use class="running-mark" href="#running-mark" x="{x}%" y="{y}"/></a>'
        for href, name, seconds, day, x, y in _told(placed)
    )


def _joined(marks: Iterable[str]) -> SafeString:
    """Marks of a drawing, made here since a template's loop over hundreds of them takes longer than all the figures."""
    return mark_safe("\n".join(marks))


def _told(placed: Sequence[tuple[Dot, Timed]]) -> Iterator[tuple[str, str, str, str, float, float]]:
    """Of each: its address, name, duration, day and place. The two that somebody may have typed are escaped here."""
    zone = timezone.get_current_timezone()
    before, after = reverse("console:incident", args=[CODE]).split(CODE)
    for dot, (record, seconds) in placed:
        day = format_day(datetime.fromtimestamp(record.started, zone), zone)
        yield f"{before}{escape(record.code)}{after}", escape(record.name), about(seconds), day, dot.x, dot.y
