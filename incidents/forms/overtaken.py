"""Forms that write only what was touched, and tell the second of two people what the first one wrote meanwhile."""

from collections.abc import Iterable

from django import forms
from django.db.models import Model
from django.utils.text import Truncator


class OvertakenMixin(forms.Form):
    """Tells what was touched here by what was on the screen, and who touches what a colleague changed meanwhile."""

    watched: tuple[str, ...] = ()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in self.watched:
            self.fields[name].show_hidden_initial = True

    def is_overtaken(self) -> bool:
        """Whether a field that is touched here was changed by somebody else since it was shown; says so beside it.

        Having been told, who sends the form again writes over it. Two who set the same are of one mind.
        """
        data = self.data.copy()
        for name in [name for name in self.watched if name in self.changed_data]:
            bound = self[name]
            shown = self.data.get(bound.html_initial_name)
            present = self.get_initial_for_field(bound.field, name)
            would_show = bound.field.hidden_widget().format_value(bound.field.prepare_value(present)) or ""
            is_changed = shown is not None and one_newline(shown) != one_newline(would_show)
            if is_changed and bound.field.has_changed(one_newline(present), one_newline(bound.data)):
                self.add_error(name, f"{_said(bound.field, present)} Save again to write yours over it.")
                data[bound.html_initial_name] = would_show
        self.data = data
        return bool(self.errors)

    def touched(self) -> dict[str, object]:
        """What was typed or chosen here; the rest may be older than what a colleague has written since."""
        return {name: value for name, value in self.cleaned_data.items() if self._is_touched(name)}

    def written_over(self, row: Model) -> dict[str, object]:
        """What to write of a row: what was touched here, and of what else is watched what the row holds by now."""
        return {name: getattr(row, name) for name in self.watched} | self.touched()

    def _is_touched(self, name: str) -> bool:
        if name not in self.watched:
            return True
        bound = self[name]
        if bound.html_initial_name in self.data:
            return name in self.changed_data
        # Programs don't send what was shown.
        return bound.field.has_changed(self.get_initial_for_field(bound.field, name), bound.data)


def one_newline(value: object) -> object:
    """A text with newlines as programs write them: what browsers send back has others."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _said(field: forms.Field, present: object) -> str:
    """What a colleague set meanwhile, in the words of the field."""
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    words = ", ".join(labels.get(each, each) for each in _as_sent(field.prepare_value(present)) if each or "" in labels)
    if not words:
        return "Somebody else left this empty meanwhile."
    return f"Somebody else set “{Truncator(words).chars(500)}” here meanwhile."


def _as_sent(value: object) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    return ["" if each is None else str(each) for each in values]
