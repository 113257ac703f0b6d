"""Fields that several forms share."""

from collections.abc import Iterable

from django import forms

from incidents.causes import known_causes
from incidents.choices import ComponentStatus
from incidents.codes import PATTERN, new_code
from incidents.models import Component, Page


class CodeField(forms.CharField):
    """The code of what this form makes, drawn when the form is shown, so that sent twice it is done once."""

    def __init__(self) -> None:
        super().__init__(required=False, initial=new_code, widget=forms.HiddenInput)

    def clean(self, value: object) -> str:
        """The code as drawn; empty when it is missing or no code, and then another one is drawn."""
        code = super().clean(value)
        return code if PATTERN.fullmatch(code) else ""


class SuggestingInput(forms.TextInput):
    """A line of text with words to choose from, or to write others than."""

    template_name = "incidents/_suggesting_input.html"
    suggestions: Iterable[str] = ()

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        """With `suggestions`, and the id by which the list of them belongs to the line."""
        context = super().get_context(name, value, attrs)
        if self.suggestions:
            attributes = context["widget"]["attrs"]
            attributes |= {"list": f"{attributes.get('id', name)}-known", "autocomplete": "off"}
        context["widget"]["suggestions"] = self.suggestions
        return context


class CauseField(forms.CharField):
    """A cause, as a tag; those of its page are suggested, since only the same one is found again."""

    widget = SuggestingInput

    def __init__(self, *, help_text: str) -> None:
        super().__init__(max_length=64, required=False, help_text=help_text)

    def suggest_of(self, page: Page) -> None:
        """Suggest what a page names already."""
        self.widget.suggestions = known_causes(page)


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
