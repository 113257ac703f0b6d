"""Forms for opening incidents and posting updates."""

from collections.abc import Iterable

from django import forms

from incidents.choices import OPEN_STATUSES, Impact, IncidentStatus, Moment, MomentSource, Precision
from incidents.models import Component, Incident, Update
from incidents.transitions import NEXT

from .fields import CodeField, ComponentStatusesMixin
from .instants import InstantField
from .overtaken import OvertakenMixin

OVERRIDES = [("", "From its components"), *[choice for choice in Impact.choices if choice[0] != Impact.MAINTENANCE]]


def body_field(**options: object) -> forms.CharField:
    """The words of an update, in Markdown."""
    options.setdefault("label", "What should people know?")
    return forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), max_length=25_000, help_text="Markdown works here.", **options
    )


def status_choices(statuses: Iterable[IncidentStatus]) -> list[tuple[str, str]]:
    """Statuses as choices, in the order of the enumeration."""
    wanted = set(statuses)
    return [(status.value, status.label) for status in IncidentStatus if status in wanted]


class ReportForm(ComponentStatusesMixin, forms.Form):
    """Report an incident: now, backdated, after the fact, or as a drill."""

    code = CodeField()
    name = forms.CharField(max_length=255, label="Name", help_text="What people notice, in a few words.")
    status = forms.ChoiceField(
        choices=status_choices([*OPEN_STATUSES, IncidentStatus.RESOLVED]), initial="investigating"
    )
    body = body_field()
    started_at = InstantField(label="Impact began", help_text="Left empty: when this update is posted.")
    detected_at = InstantField(label="Detected")
    detected_by_alert = forms.BooleanField(required=False, label="An alert detected it")
    posted_at = InstantField(label="Posted", help_text="Left empty: now.")
    next_update_by = InstantField(label="Next update by", help_text="A promise that the page shows and we watch.")
    impact_override = forms.ChoiceField(choices=OVERRIDES, required=False, label="Impact")
    notify = forms.BooleanField(required=False, initial=True, label="Notify subscribers")
    backfilled = forms.BooleanField(
        required=False, label="This is over already", help_text="Entered after the fact: nobody is notified."
    )
    is_drill = forms.BooleanField(
        required=False,
        label="This is a drill",
        help_text="Goes the whole way on a hidden page; the public sees nothing.",
    )

    def __init__(self, *args: object, components: Iterable[Component], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.add_component_fields(components)

    def moments(self) -> dict[Moment, object]:
        """The moments that were typed."""
        return {Moment.STARTED: self.cleaned_data["started_at"], Moment.DETECTED: self.cleaned_data["detected_at"]}

    def moment_source(self) -> MomentSource:
        """Where they come from."""
        return MomentSource.ALERT if self.cleaned_data["detected_by_alert"] else MomentSource.MANUAL


class UpdateForm(ComponentStatusesMixin, forms.Form):
    """The composer: one update on an incident or maintenance."""

    status = forms.ChoiceField(widget=forms.RadioSelect)
    body = body_field()
    posted_at = InstantField(label="Posted", help_text="Left empty: now.")
    next_update_by = InstantField(label="Next update by", help_text="A promise that the page shows and we watch.")
    notify = forms.BooleanField(required=False, initial=True, label="Notify subscribers")
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: object, incident: Incident, components: Iterable[Component], said: dict[int, str], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = status_choices(NEXT[IncidentStatus(incident.status)])
        self.fields["status"].initial = incident.status
        self.fields["seen_version"].initial = incident.version
        self.add_component_fields(components, said=said)

    def component_statuses(self) -> dict[Component, object]:
        """Only what changes: a component shown as last said says nothing new."""
        return {
            component: status
            for component, status in super().component_statuses().items()
            if f"component_{component.code}" in self.changed_data
        }


class ReopenForm(ComponentStatusesMixin, forms.Form):
    """Reopen a resolved incident, saying what is broken again."""

    status = forms.ChoiceField(choices=status_choices(OPEN_STATUSES), initial="investigating")
    body = body_field()
    impact_resumed_at = InstantField(label="Impact resumed", help_text="Left empty: now.")
    reason = forms.CharField(max_length=500, required=False, label="Why it is reopened", help_text="Internal.")
    next_update_by = InstantField(label="Next update by", help_text="A promise that the page shows and we watch.")
    notify = forms.BooleanField(required=False, initial=True, label="Notify subscribers")

    def __init__(self, *args: object, components: Iterable[Component], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.add_component_fields(components)
        self.order_fields(["status", "body", *self.component_fields])


class UpdateEditForm(OvertakenMixin):
    """Correct an update that was posted."""

    watched = ("body", "posted_at")
    body = body_field(label="Text")
    posted_at = InstantField(label="Posted", required=True)

    def __init__(self, *args: object, update: Update, **kwargs: object) -> None:
        super().__init__(*args, initial={"body": update.body, "posted_at": update.posted_at}, **kwargs)


class IncidentEditForm(OvertakenMixin):
    """Rename an incident or override its impact."""

    watched = ("name", "impact_override")
    name = forms.CharField(max_length=255)
    impact_override = forms.ChoiceField(choices=OVERRIDES, required=False, label="Impact")


class MomentForm(OvertakenMixin):
    """Record or correct one moment."""

    watched = ("value",)
    value = InstantField(label="When", help_text="Left empty: not known.")
    precision = forms.ChoiceField(choices=Precision.choices, initial=Precision.EXACT, label="How well it is known")
    source = forms.ChoiceField(
        choices=[choice for choice in MomentSource.choices if choice[0] in ("manual", "alert")], label="Where from"
    )
    reason = forms.CharField(
        max_length=500, required=False, label="Why it changes", help_text="Needed for a correction."
    )


class OutageForm(OvertakenMixin):
    """The real outage of one component, settled after the fact."""

    watched = ("status", "started_at", "ended_at")
    status = forms.ChoiceField(
        choices=[
            ("", "Not affected"),
            ("degraded_performance", "Degraded performance"),
            ("partial_outage", "Partial outage"),
            ("major_outage", "Major outage"),
        ],
        required=False,
        label="What it really was",
    )
    started_at = InstantField(label="From")
    ended_at = InstantField(label="To")

    def clean(self) -> dict[str, object]:
        """An outage needs both its ends."""
        data = super().clean()
        if data.get("status"):
            for name in ("started_at", "ended_at"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Give both ends of the outage.")
        return data
