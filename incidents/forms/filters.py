"""The filters above console lists; all live in the address, so a list can be linked and shared."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone

from incidents.choices import Impact, IncidentStatus
from incidents.models import Component
from incidents.querysets import IncidentQuerySet


class IncidentFilter(forms.Form):
    """Search and filters over incidents or maintenances; what can't be read is ignored, and said beside the field."""

    q = forms.CharField(required=False, label="Search", widget=forms.SearchInput)
    status = forms.ChoiceField(required=False)
    impact = forms.ChoiceField(required=False)
    component = forms.ModelChoiceField(
        queryset=Component.objects.none(), required=False, to_field_name="code", empty_label="Any"
    )
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), label="From")
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), label="To")

    def __init__(
        self, *args: object, components: object, statuses: tuple[IncidentStatus, ...], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["component"].queryset = components
        self.fields["status"].choices = [("", "Any"), ("open", "Not closed"), *[(s.value, s.label) for s in statuses]]
        self.fields["impact"].choices = [("", "Any"), *Impact.choices]
        if IncidentStatus.SCHEDULED in statuses:
            del self.fields["impact"]

    def narrow(self, incidents: IncidentQuerySet) -> IncidentQuerySet:
        """The incidents that pass."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("q"):
            words = wanted["q"]
            incidents = incidents.filter(
                Q(name__icontains=words) | Q(code=words.lower()) | Q(updates__body__icontains=words)
            ).distinct()
        if wanted.get("status") == "open":
            incidents = incidents.exclude(status__in=("resolved", "postmortem", "completed"))
        elif wanted.get("status"):
            incidents = incidents.filter(status=wanted["status"])
        if wanted.get("impact"):
            incidents = incidents.filter(impact=wanted["impact"])
        if wanted.get("component"):
            incidents = incidents.affecting(wanted["component"])
        if wanted.get("since"):
            incidents = incidents.filter(started_at__gte=_midnight(wanted["since"]))
        if wanted.get("until"):
            incidents = incidents.filter(started_at__lt=_midnight(wanted["until"] + timedelta(days=1)))
        return incidents


def _midnight(day: object) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
