"""Forms for a page's settings."""

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from incidents import images
from incidents.models import Page

from .overtaken import OvertakenMixin

MAX_LOGO_BYTES = 2_000_000
MAX_LOGO_SIDE = 1_000


class PageForm(OvertakenMixin, forms.ModelForm):
    """Names, host names, zone, branding and uptime weights."""

    support_url = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label="Support address",
        help_text="Where people get help.",
    )
    hosts = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Host names",
        help_text="One on each line, such as status.example.org. Each must lead to this server.",
    )
    remove_logo = forms.BooleanField(required=False, label="Remove the logo")
    field_order = (
        "name",
        "organisation_name",
        "about",
        "support_url",
        "hosts",
        "time_zone",
        "accent_color",
        "logo",
        "remove_logo",
    )

    class Meta:
        model = Page
        fields = (
            "name",
            "organisation_name",
            "about",
            "support_url",
            "time_zone",
            "accent_color",
            "logo",
            "partial_outage_weight",
            "degraded_weight",
        )
        labels = {
            "accent_color": "Accent colour",
            "support_url": "Support address",
            "partial_outage_weight": "Weight of a partial outage",
            "degraded_weight": "Weight of degraded performance",
        }
        help_texts = {
            "time_zone": "Days begin by it and times are shown in it: Europe/Berlin, or Etc/UTC.",
            "accent_color": "For links and buttons; it is made lighter or darker where it could not be read.",
            "logo": "PNG, JPEG, WebP or GIF, up to 2 MB. It stands before the name.",
        }
        widgets = {
            "about": forms.Textarea(attrs={"rows": 2}),
            "logo": forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
            "accent_color": forms.TextInput(attrs={"placeholder": "#0b6bcb"}),
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
            "partial_outage_weight": forms.NumberInput(attrs={"min": 0, "max": 1, "step": "0.01"}),
            "degraded_weight": forms.NumberInput(attrs={"min": 0, "max": 1, "step": "0.01"}),
        }

    watched = (*(name for name in Meta.fields if name != "logo"), "hosts")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_logo(self) -> object:
        """Re-encode an uploaded logo as PNG, which drops whatever else the file carried."""
        logo = self.cleaned_data.get("logo")
        return png_of(logo) if isinstance(logo, UploadedFile) else logo

    def is_overtaken(self) -> bool:
        """Asks for a logo once more, since a browser sends a file with one form only."""
        if super().is_overtaken() and "logo" in self.changed_data:
            self.add_error("logo", "Choose the file once more.")
        return bool(self.errors)

    def changes(self) -> dict[str, object]:
        """What was touched, as the lifecycle takes it."""
        fields = self.touched()
        if fields.pop("remove_logo", False):
            fields["logo"] = ""
        elif "logo" not in self.changed_data:
            fields.pop("logo", None)
        if "hosts" in fields:
            fields["hosts"] = fields["hosts"].split()
        return fields


def png_of(upload: UploadedFile) -> ContentFile:
    """An uploaded raster image, fitted into MAX_LOGO_SIDE and written anew as PNG. Raises ValidationError."""
    if upload.size > MAX_LOGO_BYTES:
        raise forms.ValidationError("This file is larger than 2 MB; use a smaller image.")
    try:
        return ContentFile(images.png_of(upload, max_side=MAX_LOGO_SIDE), name="logo.png")
    except images.NotAnImage as error:
        raise forms.ValidationError(str(error)) from error


class FirstPageForm(forms.Form):
    """The first page of a fresh installation."""

    name = forms.CharField(max_length=255, help_text="What people see on top, such as Example Status.")
    organisation_name = forms.CharField(max_length=255, required=False)
    time_zone = forms.CharField(max_length=64, initial="Etc/UTC")
