"""What templates of figures ask: durations with their sign, days of stored instants, places in a drawing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from incidents.instants import format_day, rfc3339
from incidents.models import ActionItem
from incidents.reporting.charts.dot_plot import RADIUS, Dot
from incidents.reporting.sentences import about
from incidents.reporting.spans import month_words
from incidents.reporting.summaries import Timed

CODE = "code0of0one0"
"""Stands for an incident's code: an address is looked up once, and not for each of hundreds of dots."""

register = template.Library()
register.filter("about", about)
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
def dots(placed: Sequence[tuple[Dot, Timed]]) -> SafeString:
    """A linked, titled dot for each incident.

    Joined here, since a template's loop over hundreds of dots takes longer than all the figures. The table behind the
    drawing holds the same links for the keyboard.
    """
    return format_html_join(
        "\n",
        f'<a href="{{}}" tabindex="-1"><title>{{}}: {{}}, {{}}</title>'
        f'<circle class="dot" cx="{{}}%" cy="{{}}" r="{RADIUS}"/></a>',
        _told(placed),
    )


@register.simple_tag
def arrows(placed: Sequence[tuple[Dot, Timed]]) -> SafeString:
    """A linked, titled arrow for each incident that has not ended."""
    return format_html_join(
        "\n",
        '<a href="{}" tabindex="-1"><title>{}: at least {}, {}</title>'
        '<use class="running-mark" href="#running-mark" x="{}%" y="{}"/></a>',
        _told(placed),
    )


def _told(placed: Sequence[tuple[Dot, Timed]]) -> Iterator[tuple[object, ...]]:
    """Of each: its address, name, duration, day and place."""
    zone = timezone.get_current_timezone()
    before, after = reverse("console:incident", args=[CODE]).split(CODE)
    for dot, (record, seconds) in placed:
        day = format_day(datetime.fromtimestamp(record.started, UTC), zone)
        yield f"{before}{record.code}{after}", record.name, about(seconds), day, dot.x, dot.y
