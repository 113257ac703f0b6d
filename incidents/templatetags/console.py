"""Small questions that console templates ask."""

from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest

from incidents.choices import ActionItemKind, ActionItemStatus, IncidentStatus, Priority, TargetMetric
from incidents.models import ActionItemChange, Incident

register = template.Library()

FIELDS = {
    "due_on": "Due",
    "is_public": "Public",
    "metric": "Figure it should move",
    "public_title": "Public wording",
    "tracker_url": "Tracker",
}


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
def field_words(change: ActionItemChange) -> str:
    """The name of the field that changed, as forms call it."""
    return FIELDS.get(change.field, change.field.replace("_", " ").capitalize())


@register.filter
def value_words(value: str, change: ActionItemChange) -> str:
    """A value of the history in words."""
    choices = {"status": ActionItemStatus, "kind": ActionItemKind, "priority": Priority, "metric": TargetMetric}
    if change.field in choices and value in choices[change.field].values:
        return choices[change.field](value).label
    return {"True": "yes", "False": "no"}.get(value, value) if change.field == "is_public" else value
