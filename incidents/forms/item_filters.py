"""The filters over action items; all live in the address, so that a list or board can be linked, shared and saved."""

from datetime import date
from textwrap import shorten
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from incidents.choices import ActionItemKind, ActionItemStatus, Priority
from incidents.instants import format_day
from incidents.models import ActionItem, Component, Incident, IncidentComponent, User
from incidents.querysets import ActionItemQuerySet, IncidentQuerySet

from .action_items import NOBODY, people

ME = "me"
ALL = "all"
OFFERED = 50
"""Incidents that one can choose from; older ones lead to their items from their rooms."""

STATES = [
    ("", "Unfinished"),
    ("overdue", "Overdue"),
    *ActionItemStatus.choices,
    (ALL, "Any"),
]


class ItemFilter(forms.Form):
    """Search and filters over action items; what can't be read is ignored, and said beside the field."""

    q = forms.CharField(required=False, label="Search", widget=forms.SearchInput, max_length=200)
    status = forms.ChoiceField(required=False, choices=STATES)
    owner = forms.ChoiceField(required=False)
    component = forms.ModelChoiceField(
        queryset=Component.objects.none(), required=False, to_field_name="code", empty_label="Any"
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *ActionItemKind.choices])
    priority = forms.ChoiceField(required=False, choices=[("", "Any"), *Priority.choices])
    incident = forms.ModelChoiceField(queryset=Incident.objects.none(), required=False, to_field_name="code")

    def __init__(
        self,
        *args: object,
        components: object,
        incidents: IncidentQuerySet,
        user: User,
        today: date,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today, self.unsaid = user, today, ""
        self.fields["component"].queryset = components
        self.fields["incident"].queryset = incidents
        self.fields["incident"].choices = [("", "Any"), *self._incidents_offered(incidents)]
        names = [(person.username, person.display_name) for person in people()]
        self.fields["owner"].choices = [("", "Anybody"), (ME, "Me"), (NOBODY, "Nobody"), *names]

    def for_board(self) -> None:
        """A board has a column for each status, so that only being overdue is left to ask for."""
        self.fields["status"].choices = [("", "All columns"), ("overdue", "Overdue")]
        self.unsaid = ALL

    def narrow(self, items: ActionItemQuerySet) -> ActionItemQuerySet:
        """The items that pass."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("q"):
            words = wanted["q"]
            items = items.filter(
                Q(title__icontains=words)
                | Q(public_title__icontains=words)
                | Q(detail__icontains=words)
                | Q(incident__name__icontains=words)
                | Q(tracker_url__icontains=words)
            )
        for name in ("kind", "priority"):
            if wanted.get(name):
                items = items.filter(**{name: wanted[name]})
        if wanted.get("incident"):
            items = items.filter(incident=wanted["incident"])
        if wanted.get("component"):
            listed = IncidentComponent.objects.filter(incident=OuterRef("incident"), component=wanted["component"])
            items = items.filter(Exists(listed))
        items = self._of_owner(items, wanted.get("owner", ""))
        return self._in_state(items, wanted.get("status") or self.unsaid)

    def query(self) -> str:
        """The filters as they stand in the address, without what is empty or can't be read."""
        self.is_valid()
        named = {name: self[name].data for name in self.fields if self[name].data and name not in self.errors}
        return urlencode(named)

    def _incidents_offered(self, incidents: IncidentQuerySet) -> list[tuple[str, str]]:
        """The newest incidents that have action items, and the one that the address names, by their names and days."""
        having = incidents.filter(Exists(ActionItem.objects.filter(incident=OuterRef("pk"))))
        offered = [*having.order_by("-started_at", "-pk")[:OFFERED]]
        named = self["incident"].data
        if named and named not in {incident.code for incident in offered}:
            offered += incidents.filter(code=named)
        zone = timezone.get_current_timezone()
        return [(each.code, f"{shorten(each.name, 60)}, {format_day(each.started_at, zone)}") for each in offered]

    def _of_owner(self, items: ActionItemQuerySet, owner: str) -> ActionItemQuerySet:
        if owner == ME:
            return items.filter(owner=self.user)
        if owner == NOBODY:
            return items.unowned()
        return items.filter(owner__username=owner) if owner else items

    def _in_state(self, items: ActionItemQuerySet, state: str) -> ActionItemQuerySet:
        if state == ALL:
            return items
        if state == "overdue":
            return items.overdue(self.today)
        return items.filter(status=state) if state else items.unfinished()


class SavedViewForm(forms.Form):
    """A name for the filters that are set."""

    name = forms.CharField(max_length=80)
    is_shared = forms.BooleanField(required=False, label="Offer it to everybody")
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
