"""Fields that several forms share."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.utils import timezone

from incidents.choices import ComponentStatus
from incidents.codes import PATTERN, new_code
from incidents.models import Component

EARLIEST_YEAR, LATEST_YEAR = 1970, 9000
"""Years outside of these are mistyped, and no database takes them in every time zone."""


def check_year(day: date) -> None:
    """Refuse a day or instant whose year nobody can mean."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise forms.ValidationError(f"The year is from {EARLIEST_YEAR} to {LATEST_YEAR}.")


class InstantField(forms.DateTimeField):
    """An instant, typed and shown in the current time zone (the page's), which its help names."""

    default_validators = (check_year,)

    def __init__(self, **options: object) -> None:
        options.setdefault("required", False)
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "any"}, format="%Y-%m-%dT%H:%M:%S"),
            **options,
        )

    def get_bound_field(self, form: forms.Form, field_name: str) -> forms.BoundField:
        """The field with the zone that its time is in ahead of its help."""
        bound = super().get_bound_field(form, field_name)
        zone = timezone.get_current_timezone_name().removeprefix("Etc/")
        bound.help_text = f"{zone} time. {self.help_text}".strip()
        return bound


class CodeField(forms.CharField):
    """The code of what this form makes, drawn when the form is shown, so that sent twice it is done once."""

    def __init__(self) -> None:
        super().__init__(required=False, initial=new_code, widget=forms.HiddenInput)

    def clean(self, value: object) -> str:
        """The code as drawn; empty when it is missing or no code, and then another one is drawn."""
        code = super().clean(value)
        return code if PATTERN.fullmatch(code) else ""


class ComponentStatusesMixin:
    """Adds one select for each component of a page; `component_statuses()` gives those that were chosen."""

    component_fields: dict[str, Component]

    def add_component_fields(
        self, components: Iterable[Component], *, said: dict[int, str] | None = None, unsaid: str = "Not affected"
    ) -> None:
        """One field per component, named `component_<code>`, showing what the incident last said of it."""
        said = said or {}
        self.component_fields = {}
        for component in components:
            name = f"component_{component.code}"
            self.component_fields[name] = component
            self.fields[name] = forms.ChoiceField(
                label=component.name,
                choices=[("", unsaid), *ComponentStatus.choices],
                required=False,
                initial=said.get(component.pk, ""),
            )

    def component_groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The component fields under their groups' names, for templates; ungrouped ones come first, without a name."""
        groups: dict[str, list[forms.BoundField]] = {"": []}
        for name, component in self.component_fields.items():
            groups.setdefault(component.group.name if component.group else "", []).append(self[name])
        return [(name, fields) for name, fields in groups.items() if fields]

    def component_statuses(self) -> dict[Component, ComponentStatus]:
        """What the form says of components, as the lifecycle takes it."""
        return {
            component: ComponentStatus(self.cleaned_data[name])
            for name, component in self.component_fields.items()
            if self.cleaned_data.get(name)
        }
