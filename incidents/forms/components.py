"""Forms for components and groups."""

from django import forms

from incidents.choices import ComponentStatus
from incidents.models import Component, ComponentGroup

from .instants import check_year
from .overtaken import OvertakenMixin


class ComponentForm(OvertakenMixin, forms.ModelForm):
    """What is written of a component."""

    class Meta:
        model = Component
        fields = ("name", "group", "description", "showcase", "only_show_if_degraded", "start_date")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "start_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    watched = Meta.fields

    def __init__(self, *args: object, groups: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups
        self.fields["group"].empty_label = "No group"
        self.fields["start_date"].validators.append(check_year)


class GroupForm(OvertakenMixin, forms.ModelForm):
    """What is written of a group."""

    class Meta:
        model = ComponentGroup
        fields = ("name", "description")
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    watched = Meta.fields


class ComponentStatusForm(forms.Form):
    """The baseline that a responder sets by hand."""

    status = forms.ChoiceField(choices=ComponentStatus.choices, label="Status")
