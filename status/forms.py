"""The form for a further place that a page is published to."""

from django import forms
from django.conf import settings

from .models import PublishTarget, TargetKind


class TargetForm(forms.Form):
    """Where the place is. Only what its kind needs has to be filled in; secrets are named, never typed."""

    name = forms.CharField(max_length=100, help_text="What you call it, such as Bucket in Frankfurt.")
    kind = forms.ChoiceField(choices=TargetKind.choices, widget=forms.RadioSelect, label="What it is")
    location = forms.CharField(
        max_length=500,
        label="Where it is",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off"}),
    )
    credentials = forms.CharField(
        max_length=40,
        required=False,
        help_text=(
            "For anything but a folder: the NAME in TARGET_NAME_HOST, TARGET_NAME_USER and TARGET_NAME_SECRET, which "
            "whoever runs this machine sets in its environment. They are used for that host only."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    endpoint = forms.CharField(
        max_length=300,
        required=False,
        label="Address of the object store",
        help_text="Such as https://s3.example.org. Leave it empty for Amazon's.",
    )
    region = forms.CharField(
        max_length=60, required=False, label="Region of the object store", help_text="us-east-1 unless you say so."
    )
    branch = forms.CharField(
        max_length=100, required=False, label="Branch of the repository", help_text="main unless you say so."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        folders = [f"A folder: {folder / 'status'}." for folder in settings.TARGET_FOLDERS[:1]]
        self.fields["location"].help_text = " ".join(
            [
                *folders,
                "An object store: s3://bucket/prefix.",
                "A repository: https://host/path.git, git@host:path.git or a folder.",
            ]
        )


FIELDS = ("name", "kind", "location", "credentials", "endpoint", "region", "branch")


def initial_of(target: PublishTarget | None) -> dict[str, str]:
    """What the form starts with."""
    return {name: getattr(target, name) for name in FIELDS} if target else {"kind": TargetKind.FOLDER.value}
