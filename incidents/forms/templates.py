"""The form for update templates."""

from django import forms

from incidents.choices import IncidentStatus

from .overtaken import OvertakenMixin
from .updates import body_field


class UpdateTemplateForm(OvertakenMixin):
    """Words that an update can start from."""

    watched = ("name", "title", "status", "body")

    name = forms.CharField(max_length=100, help_text="What responders pick it by.")
    title = forms.CharField(
        max_length=255, required=False, label="Incident name", help_text="Proposed when an incident starts from it."
    )
    status = forms.ChoiceField(choices=[choice for choice in IncidentStatus.choices if choice[0] != "postmortem"])
    body = body_field(label="Text")
