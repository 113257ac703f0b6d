"""Small questions that console templates ask."""

from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest

from incidents.choices import IncidentStatus
from incidents.models import Incident

register = template.Library()


@register.filter
def label_at(incident: Incident, at: datetime) -> str:
    """The word for a maintenance's status by the clock; a cancelled one says so."""
    return "Called off" if incident.cancelled_at else IncidentStatus(incident.status_at(at)).label


@register.simple_tag
def other_parameters(request: HttpRequest) -> str:
    """The address's parameters without `page`, encoded and ready to be followed by it."""
    kept = [(name, value) for name, value in request.GET.items() if name != "page" and value]
    return f"{urlencode(kept)}&" if kept else ""
