"""Forms for action items: adding, editing, advancing, and changing many alike."""

import hashlib
from collections.abc import Iterable
from datetime import date

from django import forms
from django.utils.formats import date_format
from django.utils.text import Truncator

from incidents.choices import ActionItemKind, ActionItemStatus, Priority, TargetMetric, Verdict
from incidents.marked_lines import LONGEST, MarkedLine
from incidents.models import ActionItem, Incident, User
from incidents.postmortems.internal import seems_marked

from .fields import CauseField
from .instants import check_year
from .numbers import number_in
from .overtaken import OvertakenMixin, one_newline

KINDS = [("", "Choose"), *ActionItemKind.choices]
LEAVE = ("", "Leave as it is")
NOBODY = "nobody"


class PersonField(forms.ModelChoiceField):
    """One of the people who may sign in."""

    def __init__(self, **options: object) -> None:
        options.setdefault("required", False)
        options.setdefault("empty_label", "Nobody")
        super().__init__(queryset=people(), **options)

    def label_from_instance(self, person: User) -> str:
        """As colleagues know them."""
        return person.display_name


def people() -> object:
    """Those who may sign in, by name."""
    return User.objects.filter(is_active=True).order_by("first_name", "last_name", "username")


def day_field(**options: object) -> forms.DateField:
    """A day."""
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class SeenField(forms.IntegerField):
    """The version of the action item that was on the screen, so that the second of two people is told."""

    widget = forms.HiddenInput
    default_error_messages = {"required": "This page is out of date. Load it again, then decide."}


class ItemFieldsForm(forms.Form):
    """What an action item is about."""

    title = forms.CharField(max_length=255, help_text="A verb first, and an end that one can see.")
    kind = forms.ChoiceField(choices=KINDS)
    priority = forms.ChoiceField(choices=Priority.choices, initial=Priority.P2)
    owner = PersonField()
    due_on = day_field(label="Due", help_text="Left empty: by the page's closure policy.")
    metric = forms.ChoiceField(
        choices=TargetMetric.choices, required=False, label="Figure it should move", help_text="TTD, TTR or none."
    )
    is_public = forms.BooleanField(
        required=False, label="Public", help_text="Listed on the report once its postmortem is published."
    )
    public_title = forms.CharField(
        max_length=255, required=False, label="Public wording", help_text="Left empty: the title."
    )


class AddItemForm(ItemFieldsForm):
    """A new action item."""


class ItemForm(ItemFieldsForm):
    """Everything that is written of an action item."""

    detail = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Markdown works here.")
    cause = CauseField(help_text="A tag, such as expired certificate. Incidents of that cause ask here.")
    tracker_url = forms.CharField(
        max_length=500, required=False, label="Tracker", help_text="An address of an issue, or a Jira key."
    )
    evidence = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="What shows that it is done."
    )
    seen_version = SeenField()

    def __init__(self, *args: object, item: ActionItem, **kwargs: object) -> None:
        initial = {name: getattr(item, name) for name in self.base_fields if name not in ("owner", "seen_version")}
        initial |= {"owner": item.active_owner, "seen_version": item.version}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["due_on"].help_text = "Moving it is allowed, counted and shown."
        self.fields["cause"].suggest_of(item.incident.page)
        for name, field in self.fields.items():
            # Told apart by what was on the screen: a colleague may have changed the item since.
            field.show_hidden_initial = name != "seen_version"

    def changes(self) -> dict[str, object]:
        """The fields that somebody touched."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "seen_version"}

    def brought_up_to(self, item: ActionItem, said: str) -> "ItemForm":
        """The form over the item as a colleague left it, what was touched here kept, with word of what they changed."""
        present = {bound.name: _sent(bound.value()) for bound in ItemForm(item=item)}
        theirs, data = [], {}
        for name, value in present.items():
            bound = self[name]
            touched = name in self.changed_data and name != "seen_version"
            data[bound.html_name] = bound.data if touched else value
            data[bound.html_initial_name] = value
            seen = one_newline(self.data.get(bound.html_initial_name))
            if seen is not None and bound.field.has_changed(bound.field.to_python(seen), one_newline(value)):
                theirs.append(f"{bound.label} is “{_words(item, name)}” now.")
        form = ItemForm(data, item=item)
        form.add_error(None, [said, *theirs, "What you changed is kept below; save again to write it."])
        return form


def _sent(value: object) -> str:
    """A field's value as a browser sends it."""
    return "" if value is None else str(value.pk if isinstance(value, User) else value)


def _words(item: ActionItem, name: str) -> str:
    """A field's value as people read it, shortened."""
    value = getattr(item, f"get_{name}_display")() if hasattr(item, f"get_{name}_display") else getattr(item, name)
    if isinstance(value, User):
        value = value.display_name
    elif isinstance(value, bool):
        value = "yes" if value else "no"
    elif isinstance(value, date):
        value = date_format(value, "M d, Y")
    return Truncator(value or "nothing").chars(80)


class AdvanceForm(forms.Form):
    """Where an action item stands, with what that status asks for."""

    status = forms.ChoiceField(choices=ActionItemStatus.choices, widget=forms.HiddenInput)
    evidence = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="What shows that it is done?",
        help_text="A link or a sentence that somebody else can check.",
    )
    reason = forms.CharField(max_length=500, required=False, label="Why won't it be done?")
    seen_version = SeenField()


class VerifyForm(forms.Form):
    """That a done item did what it should."""

    seen_version = SeenField()


class BulkForm(forms.Form):
    """The same change for several action items; what is left empty stays."""

    items = forms.ModelMultipleChoiceField(
        queryset=ActionItem.objects.none(),
        to_field_name="code",
        error_messages={"required": "Choose the items first, by the boxes beside them."},
    )
    owner = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False, choices=[LEAVE, *ActionItemStatus.choices])
    priority = forms.ChoiceField(required=False, choices=[LEAVE, *Priority.choices])
    due_on = day_field(label="Due")
    note = forms.CharField(
        max_length=500, required=False, label="Evidence or reason", help_text="For done: evidence. For won't do: why."
    )

    def __init__(self, *args: object, items: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = items
        names = [(str(person.pk), person.display_name) for person in people()]
        self.fields["owner"].choices = [LEAVE, (NOBODY, "Nobody"), *names]

    def seen_versions(self) -> dict[str, int]:
        """The versions of the chosen items that were on the screen, by their codes."""
        sent = {item.code: self.data.get(f"seen_version-{item.code}", "") for item in self.cleaned_data["items"]}
        return {code: number for code, version in sent.items() if (number := number_in(version))}

    def changes(self) -> dict[str, object]:
        """The fields that were filled in."""
        data = self.cleaned_data
        changes: dict[str, object] = {name: data[name] for name in ("status", "priority", "due_on") if data[name]}
        if data["owner"]:
            changes["owner"] = None if data["owner"] == NOBODY else User.objects.get(pk=data["owner"])
        if data["note"] and data["status"] == ActionItemStatus.DONE:
            changes["evidence"] = data["note"]
        return changes

    def clean(self) -> dict[str, object]:
        """Refuse a change of nothing."""
        data = super().clean()
        if not self.errors and not any(data.get(name) for name in ("owner", "status", "priority", "due_on")):
            raise forms.ValidationError("Choose what to change.")
        return data


class LineForm(forms.Form):
    """What becomes of one marked line of the postmortem."""

    take = forms.BooleanField(required=False, initial=True, label="Make an item of it")
    title = forms.CharField(max_length=255, required=False)
    kind = forms.ChoiceField(choices=ActionItemKind.choices)
    priority = forms.ChoiceField(choices=Priority.choices, initial=Priority.P2)
    owner = PersonField()
    due_on = day_field(label="Due", validators=[check_year], help_text="Left empty: by the page's closure policy.")

    def tell_of(self, marked: MarkedLine, *, owner: User | None) -> None:
        """Say beside the fields what of the line is in none of them."""
        told = []
        if marked.is_cut:
            told.append(f"The line is longer than a title may be: this one is cut after {LONGEST} characters.")
        if marked.unread:
            told.append(f"Left out, since it is no kind, priority, owner or date: {', '.join(marked.unread)}.")
        self.fields["title"].help_text = " ".join(told)
        if marked.owner and owner is None:
            self.fields["owner"].help_text = f"Nobody who may sign in is called @{marked.owner}."

    def clean_title(self) -> str:
        """Of a line that is taken, refuse an empty one, and what would be public if the item were."""
        title = self.cleaned_data["title"]
        if self.cleaned_data.get("take") and not title:
            raise forms.ValidationError("The title can't be empty.")
        if self.cleaned_data.get("take") and seems_marked(title):
            raise forms.ValidationError("Leave internal passages out of the title.")
        return title


def line_forms(data: object, lines: Iterable[MarkedLine]) -> list[tuple[MarkedLine, LineForm]]:
    """One form for each line, filled with what the line says already."""
    by_name = {person.username: person for person in people()}
    forms_of = []
    for marked in lines:
        owner = by_name.get(marked.owner)
        initial = {
            "title": marked.title,
            "kind": marked.kind or ActionItemKind.PREVENT,
            "priority": marked.priority or Priority.P2,
            "owner": owner,
            "due_on": marked.due_on,
        }
        # By its words: the text may have been changed between showing the forms and sending them.
        prefix = f"line-{hashlib.sha256(marked.line.encode()).hexdigest()[:12]}"
        form = LineForm(data, prefix=prefix, initial=initial)
        form.tell_of(marked, owner=owner)
        forms_of.append((marked, form))
    return forms_of


class VerdictForm(forms.Form):
    """A word on whether an earlier item would have helped."""

    verdict = forms.ChoiceField(choices=Verdict.choices)


class CauseForm(OvertakenMixin):
    """The cause of an incident."""

    watched = ("cause",)
    cause = CauseField(help_text="A tag, such as expired certificate; internal.")

    def __init__(self, *args: object, incident: Incident, **kwargs: object) -> None:
        super().__init__(*args, initial={"cause": incident.cause}, **kwargs)
        self.fields["cause"].suggest_of(incident.page)
