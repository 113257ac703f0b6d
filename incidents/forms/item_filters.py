"""The filters over action items; all live in the address, so that a list or board can be linked, shared and saved."""

from datetime import date
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef, Q

from incidents.choices import ActionItemKind, ActionItemStatus, Priority
from incidents.models import Component, IncidentComponent, User
from incidents.querysets import ActionItemQuerySet

from .action_items import NOBODY, people

ME = "me"
ALL = "all"
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
    incident = forms.CharField(required=False, max_length=32, label="Incident code")

    def __init__(self, *args: object, components: object, user: User, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today, self.unsaid = user, today, ""
        self.fields["component"].queryset = components
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
            items = items.filter(incident__code=wanted["incident"].lower())
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
