"""Times, durations and Markdown in templates."""

from datetime import datetime, timedelta, tzinfo

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from incidents import durations, instants
from incidents import markdown as markdown_module

register = template.Library()


def _time(at: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', instants.rfc3339(at), words)


@register.simple_tag
def instant(at: datetime, zone: tzinfo | None = None) -> SafeString:
    """`Oct 04, 2022 - 08:39 UTC` in a `time` element; the zone defaults to the current one."""
    return _time(at, instants.format_instant(at, zone or timezone.get_current_timezone()))


@register.simple_tag
def clock(at: datetime, zone: tzinfo | None = None) -> SafeString:
    """`08:39 UTC` in a `time` element."""
    return _time(at, instants.format_time(at, zone or timezone.get_current_timezone()))


@register.simple_tag
def day(at: datetime, zone: tzinfo | None = None) -> SafeString:
    """`Oct 04, 2022` in a `time` element."""
    return _time(at, instants.format_day(at, zone or timezone.get_current_timezone()))


@register.simple_tag
def span(start: datetime, end: datetime, zone: tzinfo) -> SafeString:
    """`Oct 04, 2022 - 07:17 to 08:39 UTC`: two `time` elements that say a shared day once."""
    start_words, end_words = instants.format_span(start, end, zone)
    return format_html("{} to {}", _time(start, start_words), _time(end, end_words))


@register.filter
def duration(value: timedelta | float | str | None) -> str:
    """Seconds or a timedelta in words, such as `1 h 22 min`; "unknown" for a figure that isn't there."""
    if value is None or isinstance(value, str):
        return "unknown"
    return durations.in_words(value)


@register.filter
def since_impact(seconds: float | None) -> str:
    """The same, for figures that are counted from the beginning of the impact and may lie before it."""
    return "unknown" if seconds is None else durations.since_impact(seconds)


@register.filter(name="markdown")
def markdown_filter(text: str) -> SafeString:
    """Markdown as safe HTML."""
    return markdown_module.render(text)


@register.filter
def instant_text(at: datetime, zone: tzinfo) -> str:
    """`Oct 04, 2022 - 08:39 UTC` as plain text, for mails."""
    return instants.format_instant(at, zone)
