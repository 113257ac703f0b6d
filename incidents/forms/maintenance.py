"""Forms for scheduled maintenance."""

from django import forms

from incidents.models import Component
from incidents.recurrence import RuleError, check_rule

from .fields import CodeField
from .instants import InstantField
from .overtaken import OvertakenMixin
from .updates import body_field

REMINDERS = [("", "No reminder"), ("60", "1 hour before"), ("1440", "1 day before"), ("10080", "1 week before")]


class WindowMixin(forms.Form):
    """A window of time that ends after it starts."""

    scheduled_for = InstantField(label="Starts", required=True)
    scheduled_until = InstantField(label="Ends", required=True)

    def clean(self) -> dict[str, object]:
        """Refuse a window that ends before it starts."""
        data = super().clean()
        start, end = data.get("scheduled_for"), data.get("scheduled_until")
        if start and end and end <= start:
            self.add_error("scheduled_until", "The window must end after it starts.")
        return data


class ScheduleForm(WindowMixin):
    """Announce a maintenance, once or by a rule."""

    code = CodeField()
    name = forms.CharField(max_length=255, label="Name", help_text="For example: Database upgrade.")
    body = body_field(label="Announcement")
    components = forms.ModelMultipleChoiceField(
        queryset=Component.objects.none(),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    auto_start = forms.BooleanField(required=False, initial=True, label="Start by itself")
    auto_complete = forms.BooleanField(required=False, initial=True, label="End by itself")
    remind_before_minutes = forms.ChoiceField(choices=REMINDERS, required=False, initial="60", label="Reminder")
    notify = forms.BooleanField(required=False, initial=True, label="Notify subscribers")
    rrule = forms.CharField(
        max_length=500,
        required=False,
        label="Repeats",
        help_text="An RFC 5545 rule such as FREQ=WEEKLY;BYDAY=SU or FREQ=MONTHLY;BYDAY=1TU. Left empty: once.",
    )
    field_order = ("name", "body", "scheduled_for", "scheduled_until", "components", "rrule")

    def __init__(self, *args: object, components: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["components"].queryset = components

    def clean_rrule(self) -> str:
        """Refuse what isn't a rule, with an example of one."""
        rule = self.cleaned_data["rrule"].strip()
        if rule:
            try:
                check_rule(rule)
            except RuleError as error:
                raise forms.ValidationError(str(error)) from error
        return rule

    def clean_remind_before_minutes(self) -> int | None:
        """Minutes, or none."""
        minutes = self.cleaned_data["remind_before_minutes"]
        return int(minutes) if minutes else None


class RescheduleForm(OvertakenMixin, WindowMixin):
    """Move a maintenance to another window."""

    watched = ("scheduled_for", "scheduled_until")
    body = body_field(label="What people are told", initial="This maintenance was moved to another time.")
    notify = forms.BooleanField(required=False, initial=True, label="Notify subscribers")


class CancelForm(forms.Form):
    """Call a maintenance off."""

    body = body_field(label="What people are told", initial="This maintenance was called off.")
    notify = forms.BooleanField(required=False, initial=True, label="Notify subscribers")
