"""Small questions that console templates ask."""

from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from incidents.choices import ActionItemKind, ActionItemStatus, IncidentStatus, Priority, TargetMetric
from incidents.models import ActionItemChange, Incident

register = template.Library()


@register.simple_block_tag
def listing(content: SafeString, label: str, *columns: str) -> SafeString:
    """A table of the rows between `{% listing "Name" "Column" … %}` and `{% endlisting %}`, which scrolls by itself.

    It can be scrolled by keyboard, and has its name for those who don't see what it is of. On a phone each row is a
    block, in which a `<span class="fact">Column: </span>` ahead of a value says what the heads say elsewhere.
    """
    heads = format_html_join("", '<th scope="col">{}</th>', ((column,) for column in columns))
    return format_html(
        '<div class="table-scroll listing" tabindex="0" role="region" aria-label="{}">'
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        label,
        heads,
        content,
    )


@register.filter
def label_at(incident: Incident, at: datetime) -> str:
    """The word for a maintenance's status by the clock; a cancelled one says so."""
    return "Called off" if incident.cancelled_at else IncidentStatus(incident.status_at(at)).label


@register.simple_tag
def other_parameters(request: HttpRequest) -> str:
    """The address's parameters without `page`, encoded and ready to be followed by it."""
    kept = [(name, value) for name, value in request.GET.items() if name != "page" and value]
    return f"{urlencode(kept)}&" if kept else ""


@register.filter
def value_words(value: str, change: ActionItemChange) -> str:
    """A value of the history in words."""
    choices = {"status": ActionItemStatus, "kind": ActionItemKind, "priority": Priority, "metric": TargetMetric}
    if change.field in choices and value in choices[change.field].values:
        return choices[change.field](value).label
    return {"True": "yes", "False": "no"}.get(value, value) if change.field == "is_public" else value
