"""Forms around a postmortem: its text, its review, its publication, its images and its templates."""

from django import forms

from incidents.choices import PostmortemStatus
from incidents.images import NotAnImage, png_of
from incidents.postmortems import template as default_template

from .overtaken import OvertakenMixin

MAX_IMAGE_BYTES = 5_000_000
MAX_IMAGE_SIDE = 2_000


class DraftForm(forms.Form):
    """The text, the revision that the writer began with, and what the browser calls the copy that it keeps."""

    base = forms.IntegerField(required=False, widget=forms.HiddenInput)
    copy = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    body = forms.CharField(
        required=False,
        strip=False,
        label="Text",
        help_text="Markdown. What stands between [[internal: and ]] is for colleagues only.",
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true"}),
    )


class MoveForm(forms.Form):
    """To which step, and why where that is asked for."""

    to = forms.ChoiceField(choices=PostmortemStatus.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Reason",
        help_text="Needed for a step back, and to close what is unfinished.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CommentForm(forms.Form):
    """What somebody says of the text."""

    comment = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 3}), max_length=5_000)
    passage = forms.CharField(
        required=False,
        max_length=1_000,
        label="About these words",
        help_text="Copied from the text; empty for the whole.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoActionForm(forms.Form):
    """Why nothing is to be done."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label="No action because…",
        help_text="Only where there is no action item; it is kept with the review.",
    )


class PublishForm(forms.Form):
    """The last questions before it goes out."""

    note = forms.CharField(
        required=False, max_length=500, label="What was corrected", help_text="The report shows it, with today's date."
    )
    notify = forms.BooleanField(required=False, initial=True, label="Tell subscribers")


class ImageForm(forms.Form):
    """One image for the text; cleaned, `image` is its bytes written anew as PNG."""

    image = forms.FileField(
        label="Image",
        help_text="PNG, JPEG, WebP or GIF, up to 5 MB. It is written anew, which drops place and camera.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    alt = forms.CharField(
        max_length=255, label="What it shows", help_text="In words, for those who can't see it.", strip=True
    )

    def clean_image(self) -> bytes:
        """Refuse what is too large or no image, whatever its name says."""
        upload = self.cleaned_data["image"]
        if upload.size > MAX_IMAGE_BYTES:
            raise forms.ValidationError("This file is larger than 5 MB; use a smaller image.")
        try:
            return png_of(upload, max_side=MAX_IMAGE_SIDE)
        except NotAnImage as error:
            raise forms.ValidationError(str(error)) from error


class PostmortemTemplateForm(OvertakenMixin):
    """A page's own sections."""

    watched = ("name", "body", "required")

    name = forms.CharField(max_length=100, help_text="What responders pick it by.")
    body = forms.CharField(
        max_length=25_000,
        strip=False,
        label="Text",
        help_text="; ".join(f"{{{{{name}}}}}: {words}" for name, words in default_template.PLACEHOLDERS.items()),
        widget=forms.Textarea(attrs={"rows": 20}),
    )
    required = forms.CharField(
        required=False,
        max_length=1_000,
        label="Required headings",
        help_text="One on each line; a review can't begin while one of them is empty.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
